"""``make fuzz``: requests made up from the OpenAPI document, sent to the service over the real mapping."""
