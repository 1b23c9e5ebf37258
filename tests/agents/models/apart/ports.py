"""What tests of engines in processes of their own ask of one."""

from __future__ import annotations

from collections.abc import Callable

from agents.models.apart.port import Apart

__all__ = ["Make", "said"]

Make = Callable[..., Apart]


def said(port: Apart, *texts: str) -> list[str]:
    return [found[0].text for found in port.read_sentiment(texts)]
