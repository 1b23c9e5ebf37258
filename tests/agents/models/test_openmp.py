"""llama.cpp loads where the system has no OpenMP library, on the copy PyTorch carries; else it says what to install."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from agents.models import openmp
from agents.models.openmp import LibraryMissing, import_with_openmp

LACKS = ImportError("libgomp.so.1: cannot open shared object file: No such file or directory")
ENGINE = ModuleType("engine")
Import = Callable[[str], ModuleType]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The libraries that are loaded, with their modes."""
    libraries: list[tuple[str, int]] = []
    monkeypatch.setattr(openmp.ctypes, "CDLL", lambda path, mode: libraries.append((path, mode)))
    return libraries


def imports(monkeypatch: pytest.MonkeyPatch, *outcomes: ModuleType | ImportError) -> None:
    left = list(outcomes)

    def once(name: str) -> ModuleType:
        assert name == "engine"
        outcome = left.pop(0)
        if isinstance(outcome, ImportError):
            raise outcome
        return outcome

    monkeypatch.setattr(openmp, "import_module", once)


def test_where_the_system_has_it_nothing_is_loaded(
    monkeypatch: pytest.MonkeyPatch, loaded: list[tuple[str, int]]
) -> None:
    imports(monkeypatch, ENGINE)
    assert import_with_openmp("engine") is ENGINE
    assert loaded == []


def test_where_the_system_lacks_it_the_copy_of_pytorch_serves(
    monkeypatch: pytest.MonkeyPatch, loaded: list[tuple[str, int]], tmp_path: Path
) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    imports(monkeypatch, LACKS, ENGINE)
    assert import_with_openmp("engine") is ENGINE
    assert loaded == [(str(tmp_path / "torch" / "lib" / "libgomp.so.1"), ctypes.RTLD_GLOBAL)]
    assert "torch" not in sys.modules


@pytest.mark.parametrize("found", [True, False])
def test_where_nothing_has_it_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, found: bool, tmp_path: Path
) -> None:
    missing = tmp_path / "libgomp.so.1"

    def absent() -> Path:
        if found:
            return missing
        raise ImportError("torch is not installed")

    monkeypatch.setattr(openmp, "_torch_copy", absent)
    imports(monkeypatch, LACKS)
    with pytest.raises(LibraryMissing, match="apt-get install libgomp1"):
        import_with_openmp("engine")


def test_another_failing_import_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    imports(monkeypatch, ImportError("No module named 'engine'"))
    with pytest.raises(ImportError, match="No module"):
        import_with_openmp("engine")
