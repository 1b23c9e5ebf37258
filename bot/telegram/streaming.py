"""A growing answer shown as it comes, where that takes longer than a moment."""

from __future__ import annotations

import asyncio
import time

import structlog
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.telegram.failures import says
from bot.telegram.growing import Growing
from bot.telegram.pacing import NotNow
from bot.telegram.pacing.refusals import seconds_of
from bot.telegram.showing import Showing
from bot.telegram.text import Page

__all__ = ["Streaming"]

_log = structlog.get_logger()
_AT_FIRST = 2.0  # seconds; an answer that is there by then is not shown before
_LOOK = 0.25  # seconds between looks whether there is more to show
_ENOUGH = 40  # characters that are worth a call as soon as one may be made
_SLOW = 3  # times as long as usual is waited for fewer
_SHARE = 0.02  # of this thread's time at most goes into making pages of one answer
_BLANK = Page("…")  # what was shown is void, and there is nothing else yet
_LAST_CALL = 3.0  # seconds for the call that is under way when the answer is there


class Streaming:
    """Shows pages until the answer is whole or ends; when Telegram refuses one, the answer comes without any more."""

    def __init__(self, growing: Growing, showing: Showing) -> None:
        self._growing = growing
        self._showing = showing
        self._text = ""
        self._page: Page | None = None
        self._shown_at = float("-inf")
        self._task: asyncio.Task[None] | None = None  # most answers are there before it is needed
        self._beginning = asyncio.get_running_loop().call_later(_AT_FIRST, self._begin)

    def shown_within(self, seconds: float) -> bool:
        """Whether something was shown so lately."""
        return _now() - self._shown_at < seconds

    async def end(self) -> asyncio.Task[None] | None:
        """Show no more, within 3 s; a call that Telegram has not answered by then goes on in the task this gives.

        A call is not broken off, as it might take effect all the same, after the answer.
        """
        self._growing.end()
        self._beginning.cancel()
        if self._task is None:
            return None
        try:
            done, _ = await asyncio.wait({self._task}, timeout=_LAST_CALL)
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        if done:
            return None
        self._showing.abandon()
        return self._task

    def _begin(self) -> None:
        if not self._growing.whole:
            self._task = asyncio.create_task(self._run(), name="telegram-streaming")

    async def _run(self) -> None:
        pause = await self._look()
        while pause is not None and await self._growing.wait(pause) and not self._growing.whole:
            pause = await self._look()

    async def _look(self) -> float | None:
        """Show what there is, if it is due; seconds until the next look, None when there is to be none."""
        text = self._growing.text
        if not self._is_due(text):
            return _LOOK
        began = time.thread_time()
        page = await self._growing.page() or (_BLANK if self._page else None)
        spent = time.thread_time() - began
        if page is None or (page == self._page and self.shown_within(self._showing.lasts)):
            self._text = text
            return max(_LOOK, spent / _SHARE)
        pause = await self._show(text, page)
        return None if pause is None else max(pause, spent / _SHARE)

    def _is_due(self, text: str) -> bool:
        if self._page is None:
            return bool(text.strip())
        if not text.startswith(self._text):
            return True  # it has begun again
        if text == self._text:
            return not self.shown_within(self._showing.lasts)
        return len(text) - len(self._text) >= _ENOUGH or not self.shown_within(_SLOW * self._showing.every)

    async def _show(self, text: str, page: Page) -> float | None:
        try:
            await self._showing.show(page)
        except NotNow:
            return self._showing.every
        except RetryAfter as exc:
            return seconds_of(exc)
        except TelegramError as exc:
            if not (isinstance(exc, BadRequest) and says(exc, "not modified")):
                _log.debug("growing answer not shown", error=type(exc).__name__)
                return None
        self._text, self._page, self._shown_at = text, page, _now()
        return self._showing.every


def _now() -> float:
    return asyncio.get_running_loop().time()
