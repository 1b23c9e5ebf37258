"""Whether installed engines know CUDA is told by their files, and nothing of them is imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.models import builds
from agents.models.builds import barred


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    barred.cache_clear()
    yield
    barred.cache_clear()


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The one folder that every package is found in."""
    monkeypatch.setattr(builds, "_folders", lambda name: iter([tmp_path]))
    monkeypatch.setattr(builds, "_LOADER", tmp_path / "ld.so.cache")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "able"),
    [("cuda: Optional[str] = None", False), ("cuda: Optional[str] = '13.0'", True), ("cuda = None", False)],
)
def test_torch_names_the_cuda_it_was_built_for(package: Path, line: str, able: bool) -> None:
    (package / "version.py").write_text(f"__version__ = '2'\ndebug = False\n{line}\nhip: Optional[str] = None\n")
    assert (barred("torch") == "") is able
    assert ("make install ACCEL=cuda" in barred("torch")) is not able


@pytest.mark.parametrize("where", ["nvidia", "system", "path", "prefix", "nowhere"])
def test_ctranslate2_wants_cublas_of_cuda_12(package: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    if where == "nvidia":
        (package / "cublas/lib").mkdir(parents=True)
        (package / "cublas/lib/libcublas.so.12").touch()
    elif where == "system":
        (package / "ld.so.cache").write_bytes(b"ld.so\xff\x00libcublas.so.12\x00/usr/lib")
    elif where == "path":
        (package / "libcublas.so.12").touch()
        monkeypatch.setenv("LD_LIBRARY_PATH", f":{package}")
    elif where == "prefix":
        (package / "prefix/lib").mkdir(parents=True)
        (package / "prefix/lib/libcublas.so.12").touch()
    assert (barred("ctranslate2") == "") is (where != "nowhere")


def test_where_libraries_lie_elsewhere_than_on_linux_is_left_to_loading(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert barred("ctranslate2")
    barred.cache_clear()
    monkeypatch.setattr(sys, "platform", "win32")
    assert barred("ctranslate2") == ""


def test_llama_cpp_is_linked_to_a_driver_where_it_knows_gpus(package: Path) -> None:
    library = package / "xllamacpp.abi3.so"
    library.write_bytes(b"\x7fELF" + b"\0" * 100 + b"libgomp.so.1\0" + b"\0" * 100)
    assert "LLAMACPP_INDEX" in barred("xllamacpp")
    barred.cache_clear()
    library.write_bytes(b"\x7fELF" + b"\0" * 100 + b"libcuda.so.1\0" + b"\0" * 100)
    assert barred("xllamacpp") == ""


def test_what_is_not_there_or_not_ours_is_left_to_loading(package: Path) -> None:
    assert barred("xllamacpp") == ""
    assert barred("somebody-elses") == ""
    assert barred("") == ""
    (package / "xllamacpp.so").touch()
    barred.cache_clear()
    assert barred("xllamacpp"), "an empty file is linked to nothing"


def test_asking_imports_no_engine() -> None:
    code = (
        "import sys; from agents.models.builds import barred\n"
        "for engine in ('torch', 'ctranslate2', 'xllamacpp'): barred(engine)\n"
        "print(*sorted({'torch', 'ctranslate2', 'xllamacpp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
