"""The real models these tests run, from the folder every checkout of this user shares."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from agents.errors import ModelUnavailable
from agents.models.catalogue import Store
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.making import Making
from agents.models.reference import ModelReference

SMALL = "HuggingFaceTB/SmolLM2-135M-Instruct-GGUF"


def store() -> Store:
    return Store(Path(platformdirs.user_cache_dir("parley")) / "models")


def folder(name: str = SMALL) -> Path:
    try:
        return store().folder(name)
    except ModelUnavailable:
        pytest.skip(f"{name} is not in the user's cache: `make test` fetches it")


def reference(name: str = SMALL, **options: str) -> ModelReference:
    """Told to be greedy: sampled, one answer of two tokens in forty is half an emoji, and so no text."""
    return ModelReference("llamacpp", name, None, {"system": "fixed", "languages": "en", "temperature": "0", **options})


def small(deadline: float = 60.0, **options: str) -> LlamaCpp:
    return LlamaCpp(Making(reference(**options), folder, answer_deadline=deadline))


def pid(model: LlamaCpp) -> int:
    """The process that serves the model now."""
    child = model._engine._supervisor.current
    assert child is not None
    return child.pid
