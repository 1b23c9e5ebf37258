"""The Bot API's own description as one more judge of calls, where it is at hand.

``PARLEY_BOT_API_SPEC`` names the file: https://github.com/PaulSonOfLars/telegram-bot-api-spec, ``api.json``. It knows
names, required fields and types. aiogram may be of a later Bot API than the bot is; this tells what it lets by then.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["VARIABLE", "Spec"]

VARIABLE = "PARLEY_BOT_API_SPEC"
_PLAIN: dict[str, type | tuple[type, ...]] = {"Integer": int, "Float": (int, float), "String": str, "Boolean": bool}


class Spec:
    def __init__(self, described: Mapping[str, Any]) -> None:
        self._methods = {name.lower(): method for name, method in described["methods"].items()}
        self._types = described["types"]

    @staticmethod
    def at_hand() -> Spec | None:
        """The one the environment names, if any."""
        named = os.environ.get(VARIABLE)
        return _load(Path(named)) if named else None

    def problems(self, method: str, fields: Mapping[str, Any], files: Collection[str]) -> list[str]:
        """What the description has against a call. Form fields are text and are read as what they should be."""
        known = self._methods.get(method.lower())
        if known is None:
            return [f"{method}: no such method"]
        given = {name: _read(value) for name, value in fields.items()}
        uploaded = {field["name"] for field in known.get("fields", ())} & set(files)
        return list(self._against(method, known, given, uploaded))

    def _against(
        self, path: str, described: Mapping[str, Any], given: Mapping[str, Any], uploaded: Collection[str] = ()
    ) -> Iterator[str]:
        fields = {field["name"]: field for field in described.get("fields", ())}
        yield from (f"{path}.{name}: unknown" for name in given if name not in fields)
        required = (name for name, field in fields.items() if field["required"])
        yield from (f"{path}.{name}: missing" for name in required if name not in given and name not in uploaded)
        for name, value in given.items():
            if name in fields and not any(self._fits(kind, value) for kind in fields[name]["types"]):
                yield f"{path}.{name}: not {' or '.join(fields[name]['types'])}"

    def _fits(self, kind: str, value: Any) -> bool:
        if kind.startswith("Array of "):
            return isinstance(value, list) and all(self._fits(kind.removeprefix("Array of "), item) for item in value)
        if kind == "String" and isinstance(value, int | float):
            return True  # a text field that looks like a number
        if kind in _PLAIN:
            return isinstance(value, _PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool))
        if kind == "InputFile":
            return isinstance(value, str)
        described = self._types[kind]
        if kinds := described.get("subtypes"):
            return any(self._fits(one, value) for one in kinds)
        return isinstance(value, dict) and not list(self._against(kind, described, value))


@cache
def _load(path: Path) -> Spec:
    return Spec(json.loads(path.read_text(encoding="utf-8")))


def _read(value: Any) -> Any:
    """A form field as the JSON it may hold."""
    if not isinstance(value, str):
        return value
    if value in {"true", "false"} or value[:1] in {"{", "["} or value.lstrip("-").replace(".", "", 1).isdigit():
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
