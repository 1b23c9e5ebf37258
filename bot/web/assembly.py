"""The web door put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from agents.ports import Decoder
from bot.hosts import is_this_host
from bot.incoming import Incoming
from bot.metrics.exposition import Exposition
from bot.settings import Settings
from bot.stopping import Stops
from bot.texts import Texts
from bot.web.app import make_app
from bot.web.attempts import Attempts
from bot.web.bounds import Bounds
from bot.web.channel import WebChannel
from bot.web.door import WebDoor
from bot.web.entrance import entrance
from bot.web.hub import Hub
from bot.web.media import Gallery
from bot.web.metrics import Scraping, metrics_routes
from bot.web.pages import Assets, Pages
from bot.web.posts import Posts
from bot.web.readiness import Readiness
from bot.web.refusal import Refuser
from bot.web.routes import chat_routes, health_routes
from bot.web.session import Signing
from bot.web.timeline import Timelines
from bot.web.uploads import Uploads
from storage.assembly import Storage

__all__ = ["Web"]


class Web:
    """The channel for the workers at once; the door once there is somebody to hand posts to."""

    def __init__(self, settings: Settings, kept: Storage, *, bounds: Bounds | None = None) -> None:
        self._settings = settings
        self._kept = kept
        self._bounds = bounds or Bounds(file=settings.max_media_mb * 1_000_000)
        self._timelines = Timelines(kept.conversations, kept.inbox)
        self._hub = Hub(most=self._bounds.streams, most_a_chat=self._bounds.streams_a_chat)
        self.channel = WebChannel(kept.media, self._timelines, self._hub, self._bounds.file)

    async def door(
        self,
        accept: Callable[[Incoming], Coroutine[Any, Any, bool]],
        stops: Stops,
        readiness: Readiness,
        decoder: Decoder,
        exposition: Exposition,
    ) -> WebDoor:
        """Raises StorageError when the key of its sessions cannot be kept."""
        settings, bounds, texts = self._settings, self._bounds, Texts()
        refuser, assets = Refuser(texts), await asyncio.to_thread(Assets)
        pages = Pages(texts, assets.version, self._limits(), needs_token=settings.http_token is not None)
        posts = Posts(accept, self._timelines, self._hub, stops, bounds)
        gallery = Gallery(self._kept.media, self._timelines, decoder)
        uploads = Uploads(self._kept.media, bounds)
        attempts = Attempts(bounds)
        routers = (
            entrance(pages, refuser, attempts, settings.http_token),
            chat_routes(self._timelines, self._hub, posts, uploads, gallery, bounds),
            health_routes(readiness),
            metrics_routes(exposition, self._scraping(attempts)),
        )
        signing = await asyncio.to_thread(Signing.of, settings.data_dir, settings.http_token)
        app = make_app(routers, assets, refuser, bounds, signing, self._hosts())
        return WebDoor(app, self._hub, settings.http_host, settings.http_port)

    def _scraping(self, attempts: Attempts) -> Scraping:
        """``attempts`` count whoever guesses at the token of the chat, wherever."""
        own = self._settings.metrics_token
        return (
            Scraping(own, Attempts(self._bounds, overall=False))
            if own
            else Scraping(self._settings.http_token, attempts)
        )

    def _limits(self) -> dict[str, float]:
        """What the page tells people before they try."""
        return {
            "max_media_mb": self._bounds.file // 1_000_000,
            "max_message_mb": self._bounds.body // 1_000_000,
            "max_photos": self._bounds.photos,
            "max_audio_minutes": self._settings.max_audio_minutes,
        }

    def _hosts(self) -> frozenset[str] | None:
        """With a token any name may be ours, say that of a proxy: a session is bound to the name it was given under."""
        host = self._settings.http_host
        return frozenset({host}) if self._settings.http_token is None and is_this_host(host) else None
