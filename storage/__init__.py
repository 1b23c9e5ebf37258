"""The memory: conversations, media and the durable inbox. Knows only the values and errors of agents."""
