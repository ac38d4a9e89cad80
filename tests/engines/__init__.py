"""Other engines behind the same service: that they answer as ours does, and what happens when they do not."""
