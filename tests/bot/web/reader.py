"""A reader of the event stream that keeps the conversation as the page does, and minds every gap and repetition."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

__all__ = ["Reader", "reading"]

Item = dict[str, Any]
_WITHIN = 10.0  # seconds


class Reader:
    """``items`` by key in order; ``notes`` as told; ``told`` the names of all events so far."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.items: dict[str, Item] = {}
        self.notes: list[Item] = []
        self.told: list[str] = []
        self.pings = 0
        self._lines = response.aiter_lines()

    async def step(self) -> str:
        """Take the next event; its name, or "end"."""
        name, data = "", ""
        async for line in self._lines:
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif line == ": ping":
                self.pings += 1
                return "ping"
            elif not line and name:
                self._heed(name, json.loads(data))
                self.told.append(name)
                return name
        return "end"

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read until it holds. Raises TimeoutError."""
        async with asyncio.timeout(_WITHIN):
            while not condition():
                assert await self.step() != "end", self.items

    async def state(self, key: str, *states: str) -> Item:
        """The item once it is in one of these states."""
        await self.until(lambda: key in self.items and self.items[key]["state"] in states)
        return self.items[key]

    def _heed(self, name: str, data: Item) -> None:
        match name:
            case "timeline":
                self.items = {item["key"]: item for item in data["items"]}
            case "item":
                self.items[data["key"]] = data
            case "delta":
                item = self.items[data["key"]]
                assert len(item["text"]) == data["at"], "a gap or a repetition"
                item["text"] += data["text"]
            case "note":
                self.notes.append(data)


@asynccontextmanager
async def reading(client: httpx.AsyncClient) -> AsyncIterator[Reader]:
    """Connected and with the first event taken."""
    async with client.stream("GET", "/api/events") as response:
        assert response.status_code == 200, await response.aread()
        reader = Reader(response)
        assert await reader.step() == "timeline"
        yield reader
