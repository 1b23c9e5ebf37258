"""The operator's reading side: what is stored, as a table, as a readable conversation, and as JSON lines."""
