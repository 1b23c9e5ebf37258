"""Copies of tiny models, to be spoilt."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tiny.kept import text_model, vision_model


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    """A tiny model's folder again: ``text`` or the name of a family."""

    def copied(name: str) -> Path:
        kept = text_model() if name == "text" else vision_model(name)
        return Path(shutil.copytree(kept, tmp_path / name))

    return copied
