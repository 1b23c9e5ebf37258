"""Which files of a GGUF model's folder or repository are meant: the model's own, and the one that gives it eyes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ModelUnavailable

if TYPE_CHECKING:
    from agents.models.llamacpp.options import LlamaCppOptions

__all__ = ["model_file", "patterns", "projector_file"]

_MAGIC = b"GGUF"  # the first bytes of every model file, github.com/ggml-org/ggml docs/gguf.md
_PROJECTOR = "mmproj"  # how llama.cpp's converter begins the names of such files
_USUAL = "*[qQ]4_[kK]_[mM]*.gguf"  # the quantisation that is fetched when none is asked for
_PART = re.compile(r"-\d{5}-of-(\d{5}\.gguf)$")


def model_file(reference: str, place: Path, options: LlamaCppOptions) -> Path:
    """The .gguf file to load; of a model in several parts the first, as llama.cpp wants it. Raises ModelUnavailable."""
    if options.file:
        return _checked(reference, _beside(place, options.file), "file")
    if not place.is_dir():
        return _checked(reference, place, "file")
    files = sorted(
        file for file in place.glob("*.gguf") if _PROJECTOR not in file.name.lower() and file.name != options.mmproj
    )
    return _checked(reference, files[0] if files else None, "file")


def projector_file(reference: str, place: Path, options: LlamaCppOptions) -> Path | None:
    """The file that gives the model eyes, if one is asked for. Raises ModelUnavailable."""
    return _checked(reference, _beside(place, options.mmproj), "mmproj file") if options.mmproj else None


def patterns(options: LlamaCppOptions) -> tuple[str, ...]:
    """Glob patterns of what is needed of a repository."""
    model = _PART.sub(r"-*-of-\1", options.file) if options.file else _USUAL
    return (model, options.mmproj) if options.mmproj else (model,)


def _beside(place: Path, name: str) -> Path:
    given = Path(name).expanduser()
    return given if given.is_absolute() else (place if place.is_dir() else place.parent) / given


def _checked(reference: str, file: Path | None, what: str) -> Path:
    if file is None or not _is_gguf(file):
        raise ModelUnavailable(reference, f"its {what} is missing or is no GGUF file")
    return file


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False
