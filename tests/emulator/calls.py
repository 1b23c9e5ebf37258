"""Reading and checking of method calls with aiogram's models, an implementation independent of the bot's."""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import aiogram.methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile
from pydantic import BaseModel, ValidationError

__all__ = ["Refused", "Upload", "extras", "read_call"]


class Upload(NamedTuple):
    """A file that came with a call."""

    name: str
    data: bytes


class Refused(Exception):
    """An answer other than ok. ``violation``: the bot broke the protocol, rather than met an ordinary failure."""

    def __init__(
        self,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        violation: bool = False,
        parameters: dict[str, int] | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = dict(parameters or {})
        if retry_after is not None:
            self.parameters["retry_after"] = retry_after
        self.violation = violation


@cache
def _methods() -> dict[str, type[TelegramMethod[Any]]]:
    named = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {kind.__api_method__.lower(): kind for kind in named if kind is not TelegramMethod and hasattr(kind, "emit")
            and isinstance(getattr(kind, "__api_method__", None), str)}  # fmt: skip


def read_call(method: str, fields: Mapping[str, Any], files: Mapping[str, Upload]) -> TelegramMethod[Any]:
    """The call as aiogram's model. Raises Refused for unknown methods and parameters, missing or mistyped ones."""
    kind = _methods().get(method.lower())
    if kind is None:
        raise Refused(404, "Not Found: method not found", violation=True)
    unknown = (set(fields) | {name for name in files if not _is_attachment(name, fields)}) - set(kind.model_fields)
    if unknown:
        raise Refused(400, f"Bad Request: unknown parameters {sorted(unknown)}", violation=True)
    values = {name: _value(kind, name, raw, files) for name, raw in fields.items()}
    values |= {
        name: BufferedInputFile(file.data, file.name) for name, file in files.items() if name in kind.model_fields
    }
    try:
        call = kind.model_validate(values)
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors()[:3])
        raise Refused(400, f"Bad Request: {problems}", violation=True) from exc
    extra = sorted(extras(call))
    if extra:
        raise Refused(400, f"Bad Request: unknown fields {extra}", violation=True)
    return call


def _is_attachment(name: str, fields: Mapping[str, Any]) -> bool:
    return any(f"attach://{name}" in str(value) for value in fields.values())


def _value(kind: type[TelegramMethod[Any]], name: str, raw: Any, files: Mapping[str, Upload]) -> Any:
    """A form field is text: numbers and JSON in it are read when the model wants something other than text."""
    if not isinstance(raw, str):
        return raw
    leaves = _leaves_of(kind, name)
    if raw.startswith("attach://") and InputFile in leaves:
        attached = raw.removeprefix("attach://")
        if attached not in files:
            raise Refused(400, f"Bad Request: no such attachment {attached}", violation=True)
        return BufferedInputFile(files[attached].data, files[attached].name)
    if int in leaves and re.fullmatch(r"-?\d+", raw):
        return int(raw)
    if any(leaf in {list, dict} or issubclass(leaf, BaseModel) for leaf in leaves) and raw[:1] in {"{", "["}:
        try:
            return json.loads(raw)
        except ValueError as exc:
            raise Refused(400, f"Bad Request: can't parse {name}", violation=True) from exc
    return raw


@cache
def _leaves_of(kind: type[TelegramMethod[Any]], name: str) -> frozenset[type]:
    return frozenset(_leaves(kind.model_fields[name].annotation))


def _leaves(annotation: Any) -> Iterator[type]:
    """The classes an annotation is made of, a list's own class instead of its items'."""
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType, typing.Annotated}:
        for argument in typing.get_args(annotation):
            yield from _leaves(argument)
    elif isinstance(origin or annotation, type):
        yield origin or annotation


def extras(model: BaseModel) -> Iterator[str]:
    """Fields, however deep, that aiogram does not know."""
    yield from model.model_extra or ()
    for name, value in model:
        for item in _flat(value):
            yield from (f"{name}.{extra}" for extra in extras(item))


def _flat(value: object) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item)
