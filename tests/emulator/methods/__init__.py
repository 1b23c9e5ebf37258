"""What the bot's calls do, one kind of call a file."""

from tests.emulator.methods.dispatch import Methods

__all__ = ["Methods"]
