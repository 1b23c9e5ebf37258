"""``python -m bot``."""

import os
import sys
from contextlib import suppress


def _leave(status: int) -> None:
    """End now: engines may be inside native calls on threads of theirs, which an orderly end would wait for.

    Everything is committed by then; what is printed must still get out.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # the reader has gone, or there never was one
            stream.flush()
    os._exit(status)


try:
    from bot.cli import main

    _leave(main())
except KeyboardInterrupt:
    _leave(130)
