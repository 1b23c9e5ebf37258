"""What a file is that was sent as such: by what its sender's client calls it, and by its name."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

__all__ = ["media_type_of"]

# Texts by the ends of their names. Windows calls a CSV a spreadsheet, and few systems know logs.
_TEXTS = {
    ".txt": "text/plain", ".log": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown",
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/json",
    ".jsonl": "application/x-ndjson", ".xml": "application/xml", ".yaml": "application/yaml",
    ".yml": "application/yaml", ".pdf": "application/pdf", ".html": "text/html", ".srt": "text/plain",
    ".py": "text/x-python", ".sql": "text/plain", ".ini": "text/plain", ".toml": "text/plain",
}  # fmt: skip
_MARKED_UP = {*_TEXTS.values(), "text/xml", "application/ld+json", "application/x-yaml"}
_NOT_PLAIN = {"text/rtf", "text/vcard", "text/x-vcard"}
_MEDIA = ("image/", "audio/", "video/")
_KNOWN = {"application/ogg": "audio/ogg"}
_UNTOLD = {"", "application/octet-stream"}


def media_type_of(told: str | None, name: str | None) -> str:
    """The media type of a picture, a recording, a video or a text; blank for anything else."""
    told = (told or "").lower().partition(";")[0].strip()
    told = _KNOWN.get(told, told)
    if told.startswith(_MEDIA):
        return told
    suffix = PurePosixPath(name or "").suffix.lower()
    if suffix in _TEXTS:
        return _TEXTS[suffix]
    if told in _UNTOLD:
        guessed = mimetypes.guess_type(f"file{suffix}")[0] or ""
        told = _KNOWN.get(guessed, guessed)
    text = told in _MARKED_UP or (told.startswith("text/") and told not in _NOT_PLAIN)
    return told if text or told.startswith(_MEDIA) else ""
