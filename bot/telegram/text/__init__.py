"""Texts as Telegram shows them: Markdown from a language model as messages with entities, within all of its limits."""

from __future__ import annotations

from bot.telegram.text.above import Above
from bot.telegram.text.composing import MOST_PAGES, File, compose, compose_plain, pages_or_file, preview
from bot.telegram.text.entities import Entity, Page

__all__ = ["MOST_PAGES", "Above", "Entity", "File", "Page", "compose", "compose_plain", "pages_or_file", "preview"]
