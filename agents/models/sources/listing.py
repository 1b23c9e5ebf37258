"""What a hub says a repository holds. It is a stranger's word: read strictly, and refused where it is odd."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.models.sources.progress import Reason, SourceFailed

__all__ = ["Listed", "Listing", "of_huggingface", "of_modelscope"]

_TRUNCATES_AT = 3000  # entries; ModelScope cuts longer lists off without saying so
_LONGEST_LICENCE = 60
_NOT_PLAIN = re.compile(r"[^\w .,;()+/-]")

Read = TypeVar("Read", bound=BaseModel)
_Name = Annotated[str, Field(min_length=1, max_length=1000)]
_Size = Annotated[int, Field(ge=0, le=1 << 50)]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Sha1 = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a repository, by either hash. ``name`` is what the hub calls it: not to be trusted as a path."""

    name: str
    bytes: int
    sha256: str = ""
    git: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a repository holds at one revision. ``commit`` is empty where the hub does not tell it."""

    files: tuple[Listed, ...]
    commit: str = ""
    licence: str = ""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True)


class _Pointed(_Strict):
    sha256: _Sha256
    size: _Size


class _Sibling(_Strict):
    rfilename: _Name
    size: _Size
    blob: _Sha1 = Field(alias="blobId")
    lfs: _Pointed | None = None


class _Repository(_Strict):
    sha: _Sha1
    siblings: list[_Sibling]
    card: object = Field(None, alias="cardData")


def of_huggingface(body: bytes) -> Listing:
    """From the answer to ``/api/models/{repository}/revision/{revision}?blobs=true``. Raises SourceFailed."""
    found = _read(_Repository, body)
    return Listing(
        # A file in LFS is listed with the pointer's blob, which is not the file's.
        tuple(
            Listed(file.rfilename, file.lfs.size, file.lfs.sha256)
            if file.lfs
            else Listed(file.rfilename, file.size, git=file.blob)
            for file in found.siblings
        ),
        found.sha,
        _licence(found.card),
    )


class _File(_Strict):
    path: _Name = Field(alias="Path")
    kind: str = Field("blob", alias="Type")
    size: _Size = Field(0, alias="Size")
    sha256: str | None = Field(None, alias="Sha256")


class _Files(_Strict):
    files: list[_File] = Field(alias="Files")


class _Answer(_Strict):
    success: bool = Field(True, alias="Success")
    data: _Files | None = Field(None, alias="Data")


def of_modelscope(body: bytes) -> Listing:
    """From the answer to ``/api/v1/models/{repository}/repo/files``; it tells no commit. Raises SourceFailed.

    What is not there is said in an answer that is otherwise a good one.
    """
    answer = _read(_Answer, body)
    if not answer.success or answer.data is None or not answer.data.files:
        raise SourceFailed(Reason.GONE, "list of files")
    if len(answer.data.files) >= _TRUNCATES_AT:
        raise SourceFailed(Reason.TOO_MANY, "list of files")
    files = [file for file in answer.data.files if file.kind != "tree"]
    return Listing(tuple(Listed(file.path, file.size, (file.sha256 or "").lower()) for file in files))


def _read(kind: type[Read], body: bytes) -> Read:
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        raise SourceFailed(Reason.MALFORMED, "list of files") from None  # the error shows what was sent


def _licence(card: object) -> str:
    """What the model's card names, for people to read; cards have any shape."""
    said = card.get("license") if isinstance(card, dict) else None
    return _NOT_PLAIN.sub("", said)[:_LONGEST_LICENCE] if isinstance(said, str) else ""
