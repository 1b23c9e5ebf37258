"""The door for people at a terminal, and for scripts."""
