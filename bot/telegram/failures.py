"""PTB's errors as the workers know them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channel import DeliveryFailed
from bot.telegram.pacing.refusals import seconds_of

__all__ = ["says", "translated"]

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@contextmanager
def translated(method: str) -> Iterator[None]:
    """Raises DeliveryFailed for what the method failed of. Order matters: PTB derives BadRequest from NetworkError."""
    try:
        yield
    except RetryAfter as exc:
        raise DeliveryFailed(f"{method}: too many requests", retryable=True, retry_after=seconds_of(exc)) from exc
    except (Forbidden, BadRequest, ChatMigrated) as exc:
        raise DeliveryFailed(f"{method}: {type(exc).__name__}", retryable=False) from exc
    except TelegramError as exc:
        sent = not isinstance(exc.__cause__, _UNSENT)
        raise DeliveryFailed(f"{method}: {type(exc).__name__}", retryable=True, doubtful=sent) from exc


def says(exc: TelegramError, *words: str) -> bool:
    """Whether the error is one of those; Telegram tells them apart by their descriptions alone."""
    told = exc.message.lower()
    return any(word in told for word in words)
