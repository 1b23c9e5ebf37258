"""Lines from a pipe, whatever bytes it brings."""

from __future__ import annotations

import os
import sys

import pytest

from bot.terminal.lines import lines


async def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> list[str]:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as source:
        monkeypatch.setattr(sys, "stdin", source)
        return [line async for line in lines("> ")]


async def test_lines_come_without_their_ends_and_the_last_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await piped(monkeypatch, "hi\r\n\n你好\nlast".encode()) == ["hi", "", "你好", "last"]


async def test_bytes_that_are_no_text_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await piped(monkeypatch, b"a\xff\nb\xe4\xbd") == ["a\ufffd", "b\ufffd"]


async def test_without_standard_input_there_are_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert [line async for line in lines("> ")] == []
