"""Where tests marked ``embedded`` find the models: the user's cache, which ``make install`` fills."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ModelUnavailable
from agents.models.catalogue import Store
from bot.settings import Settings

__all__ = ["folder", "folder_or_skip"]


def folder(name: str) -> Path:
    """The folder of a model's verified files. Raises ModelUnavailable, which names the command that fetches them."""
    return Store(Settings(_env_file=None).models_dir).folder(name)


def folder_or_skip(name: str) -> Path:
    """The same, for a model that no profile needs: without it the test is skipped."""
    try:
        return folder(name)
    except ModelUnavailable:
        pytest.skip(f"{name} is not in the user's cache: `make test` fetches it")
