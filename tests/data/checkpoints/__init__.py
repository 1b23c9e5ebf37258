"""Tiny BLIP models that really learned easy-vqa; README.md beside this tells of them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CAPTIONER", "VISUAL_QA"]

CAPTIONER = Path(__file__).parent / "blip-caption"
VISUAL_QA = Path(__file__).parent / "blip-vqa"
