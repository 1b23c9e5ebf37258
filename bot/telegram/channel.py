"""What the workers use of Telegram: files in, messages out, the typing indicator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import httpx
import structlog
from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from agents.values import Event
from bot.channel import DeliveryFailed, FileGone, FileTooLarge, Previewed, Watcher
from bot.incoming import Incoming
from bot.said import Choices, Said
from bot.telegram.client import TelegramClient
from bot.telegram.parse import CHANNEL
from bot.telegram.polling import seconds_of
from bot.telegram.split import split

__all__ = ["TelegramChannel"]

_log = structlog.get_logger()
_FETCH = 60.0  # seconds for getFile and the download together
_AT_ONCE = 1.0  # seconds; an answer that comes sooner needs no sign, and the call would only delay it
_TYPING = 4.5  # seconds between signs; Telegram shows one for 5
_TYPING_MOST = 200  # signs; after a quarter of an hour nobody believes them any more
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    """Fills ``bot.channel.Channel``. Files beyond ``max_bytes`` are not fetched."""

    name = CHANNEL

    def __init__(self, client: TelegramClient, max_bytes: int) -> None:
        self._bot = client.bot
        self._files = client.files
        self._max_bytes = max_bytes

    async def fetch(self, ref: str) -> bytes:
        """The bytes behind a file_id. Raises FileGone, FileTooLarge, or DeliveryFailed, within a minute."""
        try:
            async with asyncio.timeout(_FETCH):
                return await self._download(await self._locate(ref))
        except TimeoutError as exc:
            raise DeliveryFailed("fetch took too long", retryable=True) from exc

    def compose(self, said: Said) -> list[str]:
        above = [f"{heard.label}: “{heard.text}”" for heard in said.above]
        return split("\n\n".join([*above, said.text]))

    async def send(self, to: Incoming, piece: str, instead: str | None = None) -> str | None:
        """Send one piece as plain text, whatever it looks like; in a group, as a reply. Raises DeliveryFailed."""
        grouped = to.message is not None and to.chat.startswith("-")
        reply = ReplyParameters(int(to.message or 0), allow_sending_without_reply=True) if grouped else None
        with _translated("sendMessage"):
            sent = await self._bot.send_message(
                int(to.chat),
                piece.encode("utf-8", "replace").decode(),  # a lone surrogate cannot be sent
                link_preview_options=_NO_PREVIEW,
                reply_parameters=reply,
            )
        return str(sent.message_id)

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        """There are no buttons yet."""

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        """Show "typing" as long as the context lasts. Never raises and never waits for Telegram."""
        return self._typing(on.chat)

    @asynccontextmanager
    async def _typing(self, chat: str) -> AsyncIterator[Watcher]:
        task = asyncio.create_task(self._keep_typing(int(chat)), name="telegram-typing")
        try:
            yield _unshown
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep_typing(self, chat: int) -> None:
        await asyncio.sleep(_AT_ONCE)
        for _ in range(_TYPING_MOST):
            await asyncio.sleep(await self._type_once(chat))

    async def _type_once(self, chat: int) -> float:
        """Seconds until the next sign is due."""
        try:
            await self._bot.send_chat_action(chat, ChatAction.TYPING)
        except RetryAfter as exc:
            return seconds_of(exc)
        except TelegramError as exc:
            _log.debug("typing not shown", error=type(exc).__name__)
        return _TYPING

    async def _locate(self, ref: str) -> str:
        try:
            with _translated("getFile"):
                file = await self._bot.get_file(ref)
        except DeliveryFailed as exc:
            if not isinstance(exc.__cause__, BadRequest):
                raise
            raise (FileTooLarge if "too big" in str(exc.__cause__).lower() else FileGone)("getFile") from exc
        if file.file_path is None:
            raise FileGone("no path")
        if (file.file_size or 0) > self._max_bytes:
            raise FileTooLarge("by its stated size")
        return file.file_path

    async def _download(self, url: str) -> bytes:
        # httpx errors are not chained: some of them tell the URL, and the URL tells the token
        try:
            async with self._files.stream("GET", url) as response:
                _check(response.status_code)
                return await self._read(response)
        except httpx.HTTPError as exc:
            raise DeliveryFailed(f"download: {type(exc).__name__}", retryable=True) from None

    async def _read(self, response: httpx.Response) -> bytes:
        data = bytearray()
        async for chunk in response.aiter_bytes(65536):
            data += chunk
            if len(data) > self._max_bytes:
                raise FileTooLarge("while reading")
        return bytes(data)


def _unshown(event: Event) -> None:
    """The answer goes out when it is whole."""


def _check(status: int) -> None:
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE, httpx.codes.BAD_REQUEST}:
        raise FileGone(f"download: {status}")
    if status != httpx.codes.OK:
        raise DeliveryFailed(f"download: {status}", retryable=True)


@contextmanager
def _translated(method: str) -> Iterator[None]:
    """PTB's errors as ours. Order matters: PTB derives BadRequest from NetworkError."""
    try:
        yield
    except RetryAfter as exc:
        raise DeliveryFailed(f"{method}: too many requests", retryable=True, retry_after=seconds_of(exc)) from exc
    except (Forbidden, BadRequest, ChatMigrated) as exc:
        raise DeliveryFailed(f"{method}: {type(exc).__name__}", retryable=False) from exc
    except TelegramError as exc:
        raise DeliveryFailed(f"{method}: {type(exc).__name__}", retryable=True) from exc
