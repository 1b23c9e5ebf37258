"""Logging: structured lines on standard error, without secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import structlog
from structlog.typing import EventDict

__all__ = ["configure"]

_FRAMES = 6  # the innermost ones
# These print request URLs at INFO, and Telegram's URLs carry the bot's token.
_TALKATIVE = ("httpx", "httpcore", "aiohttp", "telegram", "openai", "alembic", "faster_whisper", "RapidOCR")


def _without_content(_: object, __: str, event: EventDict) -> EventDict:
    """Tell of an exception its type and where it came from; its text and the frames' values may be what people sent."""
    if event.pop("exc_info", None):
        kind, _error, trace = sys.exc_info()
        if kind is not None:
            event["error"] = kind.__name__
            frames = traceback.extract_tb(trace)[-_FRAMES:]
            event["at"] = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return event


class _Printer(structlog.PrintLogger):
    """Prints to standard error as it is at that moment: at a prompt, lines must appear above what is being typed.

    Where nobody takes them any more (a pipe that was closed, a disk that is full), lines are lost and work goes on.
    """

    def __init__(self, *_: object) -> None:
        super().__init__(sys.stderr)

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def configure(level: str) -> None:
    """Set up structlog and quieten libraries. ``level`` is debug, info, warning or error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_content,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Printer,
        cache_logger_on_first_use=False,
    )
