"""A child process that serves until it is told to stop: for native engines that may abort the whole process.

The child is handed one line on its standard input and answers one line on its standard output once it serves. Its
standard input then stays open as a lifeline: when it closes, the parent is gone and the child ends itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from agents.models.environment import for_engines

__all__ = ["LACKING", "Child", "ChildFailure", "ChildNotReady"]

LACKING = 4  # the exit status by which a child says that the system lacks a library

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 64 * 1024


class ChildFailure(StrEnum):
    REFUSED = "refused"  # it ended by itself before it served: the files are wrong
    LACKING = "lacking"  # it ended with the status LACKING: the system lacks a library it needs
    DIED = "died"  # a signal ended it before it served
    LATE = "late"  # it did not serve in time
    EXHAUSTED = "exhausted"  # it died too often lately to be started again now
    STOPPED = "stopped"  # we have ended it and not begun again


class ChildNotReady(Exception):
    """The child does not serve. ``failure`` says why."""

    def __init__(self, failure: ChildFailure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class Child:
    """One life of a child process. ``greeting`` is the line it said when it was ready."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.greeting = b""

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        hello: bytes,
        *,
        within: float,
        loud: bool = False,
        environment: Mapping[str, str] | None = None,
        files: Sequence[int] = (),
    ) -> Child:
        """Start it and wait until it serves, ``within`` seconds at most. Raises ChildNotReady.

        ``hello`` is one line without its end. ``loud`` lets its standard error through to ours. ``environment`` is by
        default ours without settings and secrets; ``files`` are descriptors it gets beside the standard ones. The
        child gets a process group of its own, so that Ctrl-C at a terminal reaches it only through us. It gets no
        session of its own: Linux may share the cores out by session, whatever the ranks of threads (sched(7), "The
        autogroup feature").
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if loud else subprocess.DEVNULL,
            env=for_engines() if environment is None else environment,
            cwd=_ROOT,
            preexec_fn=os.setpgrp,  # one system call, as uvloop has no process_group
            pass_fds=files,
            limit=_LONGEST_LINE,
        )
        child = cls(process)
        try:
            async with asyncio.timeout(within):
                child.greeting = await child._greet(hello)
        except BaseException as exc:  # also when cancelled: nobody else knows this process yet
            await child.stop(grace=0)
            if isinstance(exc, TimeoutError):
                raise ChildNotReady(ChildFailure.LATE) from exc
            raise
        return child

    async def _greet(self, hello: bytes) -> bytes:
        reader, writer = self._process.stdout, self._process.stdin
        if reader is None or writer is None:
            raise ChildNotReady(ChildFailure.DIED)
        try:
            writer.write(hello + b"\n")
            await writer.drain()
            line = await reader.readline()
        except (ConnectionError, ValueError):  # gone before it listened, or a line beyond the limit
            line = b""
        if not line.endswith(b"\n"):
            code = await self._process.wait()
            if code == LACKING:
                raise ChildNotReady(ChildFailure.LACKING)
            raise ChildNotReady(ChildFailure.DIED if code < 0 else ChildFailure.REFUSED)
        return line.strip()

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ended(self, within: float) -> bool:
        """Whether it has ended, waiting ``within`` seconds at most for it."""
        try:
            async with asyncio.timeout(within):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self, grace: float = 1.0) -> None:
        """End it: SIGTERM, and SIGKILL after ``grace`` seconds. Returns when it is gone, and may be called again."""
        if self._process.stdin:
            self._process.stdin.close()
        if self.running and grace > 0:
            self._signal(signal.SIGTERM)
            await self.ended(grace)
        if self.running:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        """Tell it and whatever it has started itself."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
