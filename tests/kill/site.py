"""The models that find marks, handed to the process as those of another package are."""

from __future__ import annotations

import os
from pathlib import Path

from tests.process import ROOT

__all__ = ["settings"]

_ENTRIES = """
[parley.asr]
marking = tests.kill.models:Hearing
[parley.caption]
marking = tests.kill.models:Seeing
[parley.llm]
marking = tests.kill.models:Saying
"""
# As in life, but for waits that would only make the run longer.
_USUAL = {
    "PARLEY_PROFILE": "scripted",
    "PARLEY_ASR": "marking:any",
    "PARLEY_CAPTION": "marking:any",
    "PARLEY_OCR": "scripted:ocr?text=",
    "PARLEY_VQA": "scripted:vqa?text=",
    "PARLEY_BACKOFF": "0.2",
    "PARLEY_ALBUM_WAIT": "0.4",
    "PARLEY_BURST_WAIT": "0.5",
    "PARLEY_MESSAGES_PER_MINUTE": "0",
    "PARLEY_AUDIO_MINUTES_PER_DAY": "0",
    "PARLEY_PHOTOS_PER_DAY": "0",
    "PARLEY_CHAT_MESSAGES_PER_MINUTE": "0",
    "PARLEY_CHAT_AUDIO_MINUTES_PER_DAY": "0",
    "PARLEY_CHAT_PHOTOS_PER_DAY": "0",
}


def settings(folder: Path, seconds: float = 0.03, **others: str) -> dict[str, str]:
    """For a process whose answers take so many seconds."""
    told = folder / "site" / "marking-1.0.dist-info"
    if not told.exists():
        told.mkdir(parents=True)
        (told / "METADATA").write_text("Metadata-Version: 2.1\nName: marking\nVersion: 1.0\n", encoding="utf-8")
        (told / "entry_points.txt").write_text(_ENTRIES, encoding="utf-8")
    path = os.pathsep.join((str(ROOT), str(folder / "site")))
    return _USUAL | {"PARLEY_LLM": f"marking:any?seconds={seconds}", "PYTHONPATH": path} | others
