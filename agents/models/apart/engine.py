"""One life of an engine's process, as the thread that uses it sees it: what is asked in, what was found out.

agents/models/child.py does the same for the event loop; this one is used by a thread that may block.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agents.errors import ModelCrashed, ModelLate, ParleyError
from agents.models.apart import failures, findings, items
from agents.models.apart.order import Order
from agents.models.apart.wire import Gone, Nonsense, Wire
from agents.models.environment import for_engines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.values import Finding

__all__ = ["Died", "Engine"]

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parents[3]
_COMMAND = (sys.executable, "-m", "agents.models.apart.child")
_ENDS_WITHIN = 5.0  # seconds after SIGKILL; one that hangs in a driver is left to the system
_LONGEST_WORD = 1 << 13  # bytes of an answer beside what was found
_LONGEST_FOUND = 1 << 20  # bytes of what was found in one item: a recording of 15 minutes is transcribed in 100,000
_WIDEST = 1 << 16  # numbers of a vector


class Died(ModelCrashed):
    """The process ended, ``by`` that signal or by itself."""

    def __init__(self, model: str, by: signal.Signals | None) -> None:
        super().__init__(model, f"its process was ended by {by.name}" if by else "its process left")
        self.by = by


class Engine:
    """``order`` says what it loads. It ends when it is no longer used, and with the process that started it.

    A call that goes wrong on the way (it ended, was late, talked nonsense, or we broke off) leaves it ended.
    """

    def __init__(self, order: Order, *, within: float) -> None:
        """Start it and wait until it has loaded, ``within`` seconds at most. Raises errors of ``agents.errors``."""
        self._reference = order.reference
        ours, theirs = socket.socketpair()
        with theirs:
            # On Linux it ends with the thread that starts it too, which is that of the model's host.
            self._process = subprocess.Popen(  # noqa: S603 - our own code
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                env=for_engines(),
                cwd=_ROOT,
                process_group=0,  # no session of its own: see agents/models/child.py
                pass_fds=(theirs.fileno(),),
            )
            self._wire = Wire(ours)
            self._end = weakref.finalize(self, _ended, self._process, self._wire)
            self._greet(order.line(theirs.fileno()))
        try:
            self._spoken(within, lambda: self._heard(0))
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        if self._end.alive and self._process.poll() is not None:
            self.stop()  # now, while the system has given its number to nobody else
        return self._end.alive

    def stop(self) -> None:
        """Kill it, whatever it is doing, and return when it is gone. May be called again."""
        self._end()

    def perceived(self, method: str, given: Sequence[Any], *, within: float) -> list[list[Finding]]:
        """What the adapter's method finds in the items. Raises errors of ``agents.errors``."""

        def talk() -> list[list[Finding]]:
            return findings.read(self._asked(method, given).get("findings"), len(given))

        return self._spoken(within, talk)

    def embedded(self, texts: Sequence[str], *, within: float) -> NDArray[np.float32]:
        """Float32, shape (n, d). Raises errors of ``agents.errors``."""
        import numpy as np

        def talk() -> NDArray[np.float32]:
            match self._asked("embed", texts).get("vectors"):
                case [int() as count, int() as width] if count == len(texts) and 0 <= width <= _WIDEST:
                    found = np.frombuffer(self._wire.take(4 * count * width), "<f4")
                    return found.reshape(count, width).astype(np.float32, copy=False)
            raise Nonsense

        return self._spoken(within, talk)

    def _greet(self, line: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        with suppress(BrokenPipeError):  # gone already, which the wire will tell
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    def _asked(self, method: str, given: Sequence[Any]) -> dict[str, Any]:
        self._wire.say({"method": method, "items": [items.described(item) for item in given]})
        for item in given:
            items.put(self._wire, item)
        return self._heard(len(given))

    def _heard(self, count: int) -> dict[str, Any]:
        """What it says about that many items. Raises the error that it tells of."""
        said = self._wire.hear(_LONGEST_WORD + count * _LONGEST_FOUND)
        if not isinstance(said, dict):
            raise Nonsense
        if "error" in said:
            raise failures.meant(said["error"], self._reference)
        return said

    def _spoken(self, within: float, talk: Callable[[], T]) -> T:
        """Talk with it under a deadline; whoever breaks it off does not know what would come next, and ends it."""
        self._wire.within(within)
        try:
            return talk()
        except Nonsense as exc:
            self.stop()
            raise ModelCrashed(self._reference, "its process talks nonsense") from exc
        except TimeoutError as exc:
            self.stop()
            raise ModelLate(self._reference, f"its process was silent for {within:g} s") from exc
        except (Gone, OSError) as exc:
            raise Died(self._reference, self._ended_by()) from exc
        except ParleyError:  # it told of it, and hears what comes next
            raise
        except BaseException:  # of ours, a MemoryError say: it may wait for the rest of what was begun
            self.stop()
            raise

    def _ended_by(self) -> signal.Signals | None:
        with suppress(subprocess.TimeoutExpired):  # it closed its socket, and may be about to end
            self._process.wait(_ENDS_WITHIN)
        code = self._process.poll()
        self.stop()
        return signal.Signals(-code) if code is not None and code < 0 else None


def _ended(process: subprocess.Popen[bytes], wire: Wire) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # and whatever it has started itself
    with suppress(subprocess.TimeoutExpired):
        process.wait(_ENDS_WITHIN)
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()
    wire.close()
