"""The web door with everything behind it in this process: real HTTP and SQLite, scripted models."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from agents.assistant import Assistant
from agents.decoding.inside import InsideDecoder
from agents.limits import Limits
from agents.models.metrics import Metrics
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.models.scripted_llm import echo
from agents.ports import Card, Senses
from bot.access import Access
from bot.conversing import Conversing
from bot.inbox import Desk
from bot.metrics.assembly import exposition
from bot.notices import Notices
from bot.patience import Patience
from bot.settings import Settings
from bot.stopping import Stops
from bot.texts import Texts
from bot.turns import Turns
from bot.web.assembly import Web
from bot.web.bounds import Bounds
from bot.web.door import WebDoor
from bot.web.readiness import Readiness
from storage.assembly import Storage, open_storage
from tests.agents.house import finding

__all__ = ["Browser", "Site", "opened"]

_PAGE = re.compile(r'id="page">(.*?)</script>')
File = tuple[str, bytes, str]  # kind, content, media type


class Browser:
    """One visitor: a cookie jar and what the page gave along."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page: dict[str, Any] = {}

    async def load(self, address: str = "/") -> httpx.Response:
        response = await self.client.get(address)
        if found := _PAGE.search(response.text):
            self.page = json.loads(found[1])
        return response

    @property
    def headers(self) -> dict[str, str]:
        return {"X-CSRF-Token": self.page.get("csrf", "")}

    @property
    def chat(self) -> str:
        """What the session calls this browser's chat."""
        return str(json.loads(b64decode(self.cookie[1].split(".")[0]))["chat"])

    @property
    def cookie(self) -> tuple[str, str]:
        """The session's name and value."""
        (cookie,) = self.client.cookies.items()
        return cookie

    async def post(
        self, text: str | None = None, *files: File, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Say something."""
        data = {"key": key or str(uuid4())} | ({} if text is None else {"text": text})
        sent = [(kind, ("../x", content, media_type)) for kind, content, media_type in files]
        return await self.client.post(
            "/api/turns", data=data, files=sent or [("none", (None, ""))], headers=self.headers | headers
        )

    async def said(self, text: str, *files: File) -> str:
        """Say something that is taken; its key."""
        response = await self.post(text, *files)
        assert response.status_code == 202, response.text
        return str(response.json()["key"])

    async def command(self, path: str, key: str, **headers: str) -> httpx.Response:
        return await self.client.post(path, data={"key": key}, headers=self.headers | headers)

    async def items(self) -> list[dict[str, Any]]:
        response = await self.client.get("/api/chat")
        items: list[dict[str, Any]] = response.json()["items"]
        return items


@dataclass
class Site:
    """A running door. ``broken`` makes the storage's writing fail; ``llm.chat.seconds`` is how long answers take."""

    kept: Storage
    desk: Desk
    llm: ScriptedLLM
    door: WebDoor
    readiness: Readiness
    folder: Path
    metrics: Metrics
    browsers: list[httpx.AsyncClient] = field(default_factory=list)

    def stranger(self, **headers: str) -> Browser:
        """Somebody who has not loaded the page yet."""
        client = httpx.AsyncClient(base_url=self.door.address, headers=headers, timeout=20, trust_env=False)
        self.browsers.append(client)
        return Browser(client)

    async def browser(self, **headers: str) -> Browser:
        """Somebody who has."""
        browser = self.stranger(**headers)
        await browser.load()
        return browser


@asynccontextmanager
async def opened(
    folder: Path,
    *,
    bounds: Bounds | None = None,
    token: str | None = None,
    script: Any = echo,
    senses: Sequence[ScriptedSense[Any] | None] = (),
    started: bool = True,
    attempts: int = 2,
    metrics_token: str | None = None,
) -> AsyncIterator[Site]:
    """``started``: the desk works and models are loaded."""
    tokens = {"http_token": token and SecretStr(token), "metrics_token": metrics_token and SecretStr(metrics_token)}
    settings = Settings(_env_file=None, data_dir=folder, http_port=0, **tokens)
    llm, texts, stops = ScriptedLLM.of(script), Texts(), Stops()
    async with open_storage(settings.url, settings.media_dir) as kept:
        web = Web(settings, kept, bounds=bounds)
        assistant = Assistant(Senses(*(senses or _senses())), llm, texts)
        channels, access = {"web": web.channel}, {"web": Access(everybody=True)}
        turns = Turns(channels, Conversing(assistant, kept.conversations), kept.inbox, access, texts, stops)
        notices = Notices(channels, access, texts, refusing=channels)
        patience = Patience(attempts=attempts, backoff=0.02)
        desk = Desk(kept.inbox, turns.work, notices.buried, notices.delayed, workers=4, patience=patience)
        readiness = Readiness(["llm"], kept.writable)
        metrics = Metrics()
        door = await web.door(desk.accept, stops, readiness, InsideDecoder(Limits()), exposition(metrics, desk))
        await door.start()
        site = Site(kept, desk, llm, door, readiness, folder, metrics)
        try:
            if started:
                await desk.start()
                readiness.open = True
            yield site
        finally:
            for client in site.browsers:
                await client.aclose()
            await door.stop()
            await desk.stop()


def _senses() -> list[ScriptedSense[Any] | None]:
    captioner = ScriptedSense[Any]([finding("a scripted picture")], card=Card("scripted:caption"))
    return [ScriptedSense([finding("scripted words")], card=Card("scripted:asr")), captioner, None, None]
