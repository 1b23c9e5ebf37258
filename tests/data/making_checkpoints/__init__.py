"""Trains the BLIP checkpoints of ``tests/data/checkpoints``: ``python -m tests.data.making_checkpoints``."""
