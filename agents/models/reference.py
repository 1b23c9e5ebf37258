"""How a model is named: ``backend:name[@revision][?option=value&...]``; several, in the order to ask them, ``a | b``.

A name that is a URL (``openai:http://gpu1:8000/v1#qwen3-vl``) or a file path (``llamacpp:/models/x.gguf``) takes no
revision, so an ``@`` in it is part of the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from agents.errors import ReferenceInvalid

__all__ = ["ModelReference", "alternatives", "is_path"]

_BACKEND = re.compile(r"[a-z][a-z0-9-]*")
_NAME = re.compile(r"[^\s?\x00-\x1f\x7f]+")
_REVISION = re.compile(r"[A-Za-z0-9._/-]+")
_OPTION = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 1000
_BAR = re.compile(r"(?<!\S)\|(?!\S)")  # a bar without blanks around it belongs to an option
_MOST = 5
_SHAPE = "write backend:name[@revision][?option=value], as in faster-whisper:Systran/faster-whisper-base"
_LIST = "write first | second: the second answers when the first cannot"


def is_path(name: str) -> bool:
    """Whether this is written as a path: what is not, never is one."""
    return name.startswith(("/", "./", "../", "~"))


def _is_place(name: str) -> bool:
    return "://" in name or is_path(name)


@dataclass(frozen=True, slots=True)
class ModelReference:
    """One model: ``backend`` is the adapter, ``name`` what that adapter understands. Raises ReferenceInvalid."""

    backend: str
    name: str
    revision: str | None = None
    options: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", dict(self.options))
        if problem := self._problem():
            raise ReferenceInvalid(str(self), problem, _SHAPE)

    def _problem(self) -> str | None:
        if not _BACKEND.fullmatch(self.backend):
            return "the backend before the first colon is missing or malformed"
        if not _NAME.fullmatch(self.name):
            return "the model's name is missing or holds spaces"
        if "@" in self.name and not _is_place(self.name):
            return "the name holds an @, which begins a revision"
        if self.revision is not None and _is_place(self.name):
            return "a URL or file path takes no revision"
        if self.revision is not None and not _REVISION.fullmatch(self.revision):
            return "the revision after the @ is missing or malformed"
        if wrong := [key for key in self.options if not _OPTION.fullmatch(key)]:
            return f"the option {wrong[0]!r} is malformed"
        return None

    @property
    def is_place(self) -> bool:
        """Whether the name is a URL or a file path, rather than a model's name."""
        return _is_place(self.name)

    @classmethod
    def parse(cls, text: str) -> ModelReference:
        """The reference written as ``text``; surrounding blanks are ignored. Raises ReferenceInvalid."""
        text = text.strip()
        if len(text) > _LONGEST:
            raise ReferenceInvalid(f"{text[:40]}...", f"longer than {_LONGEST} characters", _SHAPE)
        head, asked, tail = text.partition("?")
        backend, _, name = head.partition(":")
        revision = None
        if "@" in name and not _is_place(name):
            name, _, revision = name.partition("@")
        return cls(backend, name, revision, _options(text, tail) if asked else {})

    def on(self, device: str) -> ModelReference:
        """The same model on that device; where none is named, as it is."""
        return replace(self, options={**self.options, "device": device}) if device else self

    def __str__(self) -> str:
        revision = "" if self.revision is None else f"@{self.revision}"
        options = "&".join(f"{key}={quote(value, safe=':/,@.')}" for key, value in self.options.items())
        return f"{self.backend}:{self.name}{revision}{'?' if options else ''}{options}"


def alternatives(text: str) -> tuple[ModelReference, ...]:
    """The models of a role, the one to ask first at the front; one or several with bars between.

    Raises ReferenceInvalid.
    """
    texts = _BAR.split(text.strip())
    if len(texts) > _MOST:
        raise ReferenceInvalid(f"{text.strip()[:40]}...", f"names more than {_MOST} models", _LIST)
    if len(texts) > 1 and not all(map(str.strip, texts)):
        raise ReferenceInvalid(text.strip(), "a model is missing beside a bar", _LIST)
    found = tuple(ModelReference.parse(one) for one in texts)
    for place, one in enumerate(found):
        if str(one) in map(str, found[:place]):
            raise ReferenceInvalid(text.strip(), f"names {one} twice", _LIST)
    return found


def _options(reference: str, tail: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in tail.split("&"):
        key, equals, value = pair.partition("=")
        if not equals:
            raise ReferenceInvalid(reference, f"the option {pair!r} has no value", _SHAPE)
        if key in options:
            raise ReferenceInvalid(reference, f"the option {key!r} stands twice", _SHAPE)
        options[key] = unquote(value)
    return options
