"""Delivery by webhook: updates are posted to the bot until it takes them.

As Telegram does it: several at once, those of one chat and kind one after the other; whatever is not answered with a
2xx status is posted again after growing pauses. A certificate that came with setWebhook is the only one trusted.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.emulator.updates import UpdateQueue

__all__ = ["Hook", "Webhook"]

_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Hook:
    """What setWebhook asked for."""

    url: str
    secret: str | None = None
    certificate: bytes | None = None
    connections: int = 40


@dataclass(slots=True)
class Webhook:
    """``pauses`` are the seconds before each further attempt, the last one for all after; ``patience`` is how long an
    answer may take. With ``ordered`` off, updates of one chat are posted at once, as a proxy between might.
    """

    updates: UpdateQueue
    pauses: Sequence[float] = (0.05, 0.1, 0.2, 0.5)
    patience: float = 10.0
    ordered: bool = True
    hook: Hook | None = None
    attempts: int = 0
    error: tuple[int, str] | None = None
    answers: list[bytes] = field(default_factory=list)  # bodies that held something: calls the bot makes by answering
    _under_way: list[dict[str, Any]] = field(default_factory=list)
    _workers: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self, hook: Hook | None) -> None:
        await self.stop()
        self.hook = hook
        self.error = None
        if hook is not None:
            trusted = _trusted(hook.certificate) if hook.url.startswith("https") else True
            self._workers = [asyncio.create_task(self._work(hook, trusted)) for _ in range(hook.connections)]

    async def stop(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers.clear()
        self._under_way.clear()

    async def _work(self, hook: Hook, trusted: ssl.SSLContext | bool) -> None:
        patience = aiohttp.ClientTimeout(total=self.patience)
        async with aiohttp.ClientSession(timeout=patience) as http:
            while True:
                update = await self.updates.claim(self._busy)
                self._under_way.append(update)
                try:
                    await self._deliver(http, hook, trusted, update)
                finally:
                    self._under_way[:] = [other for other in self._under_way if other is not update]
                await self.updates.settle(update, delivered=True)

    async def _deliver(
        self, http: aiohttp.ClientSession, hook: Hook, trusted: ssl.SSLContext | bool, update: dict[str, Any]
    ) -> None:
        """Post until it is taken."""
        failures = 0
        while (problem := await self._post(http, hook, trusted, update)) is not None:
            self.error = (int(time.time()), problem)
            await asyncio.sleep(self.pauses[min(failures, len(self.pauses) - 1)])
            failures += 1

    async def _post(
        self, http: aiohttp.ClientSession, hook: Hook, trusted: ssl.SSLContext | bool, update: dict[str, Any]
    ) -> str | None:
        """Why it was not taken, in Telegram's words, if it was not."""
        self.attempts += 1
        headers = {_HEADER: hook.secret} if hook.secret else {}
        try:
            async with http.post(hook.url, json=update, headers=headers, ssl=trusted) as answer:
                if body := (await answer.read()).strip():
                    self.answers.append(body)
                return None if answer.ok else f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorCertificateError:
            return "SSL error {certificate verify failed}"
        except (aiohttp.ClientError, OSError):
            return "Connection refused"

    def _busy(self, update: dict[str, Any]) -> bool:
        if any(other is update for other in self._under_way):
            return True
        return self.ordered and any(_queue(other) == _queue(update) for other in self._under_way)


def _trusted(certificate: bytes | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=certificate.decode() if certificate else None)
    context.hostname_checks_common_name = True  # certificates made as Telegram's guide says name their host only there
    return context


def _queue(update: dict[str, Any]) -> tuple[str, Any]:
    """What an update waits in line with: its kind, and its chat or who caused it."""
    kind = next(name for name in update if name != "update_id")
    content = update[kind] if isinstance(update[kind], dict) else {}
    return kind, (content.get("chat") or content.get("from") or content.get("user") or {}).get("id")
