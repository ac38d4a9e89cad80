"""Collecting descriptions where organisations keep them: fetched politely, read where it can hurt nothing, and kept."""
