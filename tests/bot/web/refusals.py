"""What a refused client is told."""

from __future__ import annotations

import httpx

from bot.texts import Texts

__all__ = ["refusal"]


def refusal(response: httpx.Response, status: int, code: str, language: str = "en", **facts: object) -> None:
    """It is refused with this code, and in words."""
    sentence = Texts().say(f"door.{code.replace('-', '_')}", language, **facts)
    assert (response.status_code, response.json()) == (status, {"error": code, "message": sentence})
