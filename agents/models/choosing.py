"""Which files of a repository a backend needs: those its patterns name, in one format of weights, and safe to put."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from agents.models.entry import ModelFile, is_plain
from agents.models.sources.listing import Listed
from agents.models.sources.progress import Reason, SourceFailed

__all__ = ["MOST_FILES", "choose", "matches", "named"]

MOST_FILES = 200
_WEIGHTS = (".safetensors", ".bin", ".gguf", ".onnx", ".pt", ".pth")
_CODE = (".py", ".pyc", ".so", ".dll", ".sh")  # what a repository may carry, and nobody here will run
_SAFETENSORS = re.compile(r"model(?:-\d{5}-of-\d{5})?\.safetensors")
_OLDER = ("pytorch_model*.bin",)  # what transformers saved before, and still loads
_PART = re.compile(r"-\d{5}-of-\d{5}(?=\.gguf$)")


def choose(listed: Sequence[Listed], patterns: Sequence[str]) -> tuple[ModelFile, ...]:
    """The files that any of the patterns names. Raises SourceFailed where they are none, too many or cannot be put."""
    found = [file for file in listed if matches(file.name, patterns) and not _is_left(file.name)]
    if "*.safetensors" in patterns and not any(file.name.endswith(".safetensors") for file in found):
        found += [file for file in listed if matches(file.name, _OLDER)]
    _refuse_absent([file.name for file in found], listed, patterns)
    chosen = _of_one_format(found)
    if not any(file.name.endswith(_WEIGHTS) for file in chosen):
        if any(pattern.endswith(".gguf") for pattern in patterns):
            _refuse_several(listed, patterns)
        raise SourceFailed(Reason.UNFIT, ", ".join(patterns))
    if len(chosen) > MOST_FILES:
        raise SourceFailed(Reason.TOO_MANY, f"{len(chosen)} files")
    _refuse_several(chosen, patterns)
    return _safe(chosen)


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern names the file. A ``*`` stays within its folder."""
    return any(
        pattern.count("/") == name.count("/") and all(map(fnmatchcase, name.split("/"), pattern.split("/")))
        for pattern in patterns
    )


def named(patterns: Iterable[str]) -> list[str]:
    """The GGUF files that are named by themselves, not by a glob: a reference that names one wants no other."""
    return [pattern for pattern in patterns if pattern.endswith(".gguf") and not set(pattern) & set("*?[")]


def _is_left(name: str) -> bool:
    """Hidden files are the repository's own affair, and code is never fetched."""
    return name.rpartition("/")[2].startswith(".") or name.endswith(_CODE)


def _of_one_format(found: Sequence[Listed]) -> list[Listed]:
    """Without the same weights in other formats, where transformers' safetensors are there."""
    if not any(_SAFETENSORS.fullmatch(file.name) for file in found):
        return list(found)
    return [
        file
        for file in found
        if "/" in file.name
        or _SAFETENSORS.fullmatch(file.name)
        or not file.name.endswith((*_WEIGHTS, ".bin.index.json"))
    ]


def _refuse_absent(found: Sequence[str], listed: Sequence[Listed], patterns: Sequence[str]) -> None:
    for name in named(patterns):
        if name not in found:
            near = get_close_matches(name, [file.name for file in listed if is_plain(file.name)], n=1)
            raise SourceFailed(Reason.ABSENT, f"{name}; did you mean {near[0]}?" if near else name)


def _refuse_several(chosen: Sequence[Listed], patterns: Sequence[str]) -> None:
    """A repository of GGUF files holds one model many times over, of which one is wanted, unless more are named."""
    models = {_PART.sub("", file.name) for file in chosen if file.name.endswith(".gguf")}
    models = {name for name in models if "mmproj" not in name.lower()} - set(named(patterns))
    if len(models) > 1:
        raise SourceFailed(Reason.SEVERAL, ", ".join(sorted(name for name in models if is_plain(name))[:10]))


def _safe(chosen: Sequence[Listed]) -> tuple[ModelFile, ...]:
    """As files that can be put below a folder. Names that differ in case alone are one file on some systems."""
    names = {file.name.casefold() for file in chosen}
    folders = {name[:at] for name in names for at, sign in enumerate(name) if sign == "/"}
    if len(names) < len(chosen) or names & folders:
        raise SourceFailed(Reason.MALFORMED, "list of files")
    try:
        return tuple(ModelFile(file.name, file.bytes, file.sha256, file.git) for file in chosen)
    except ValueError as exc:  # a name that is not plain, or no hash to know the file by
        raise SourceFailed(Reason.MALFORMED, "list of files") from exc
