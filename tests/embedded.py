"""Where tests marked ``embedded`` find the models: the user's cache, which ``make install`` fills."""

from __future__ import annotations

from pathlib import Path

from agents.models.catalogue import Store
from bot.settings import Settings

__all__ = ["folder"]


def folder(name: str) -> Path:
    """The folder of a model's verified files. Raises ModelUnavailable, which names the command that fetches them."""
    return Store(Settings(_env_file=None).models_dir).folder(name)
