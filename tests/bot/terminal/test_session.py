"""The real process at a terminal of its own: what a person sees, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WITHIN = 20.0  # seconds
PROMPT = r"/quit leaves\.[^>]*>"


def _as_a_terminal_starts_it() -> None:
    """With a controlling terminal, and heeding Ctrl-C even where the tests run in a background that ignores it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Session:
    def __init__(self, folder: Path, **settings: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "TELEGRAM_"))}
        environment = kept | {"PARLEY_PROFILE": "scripted", "PARLEY_DATA_DIR": str(folder / "data"), **settings}
        environment |= {"PARLEY_HTTP": "false"}  # with no door of another kind, `run` is the terminal chat
        environment |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self._terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder,
            env=environment,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=_as_a_terminal_starts_it,
        )
        self._inner = inner
        self.echoed = self.echoes
        self.seen = ""

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._inner)[3] & termios.ECHO)

    def until(self, pattern: str) -> None:
        end = time.monotonic() + WITHIN
        while not re.search(pattern, self.seen):
            assert time.monotonic() < end, self.seen
            self._read()

    def press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def ended(self) -> tuple[int, float]:
        """The exit status, and how many seconds it took."""
        began = time.monotonic()
        while self.process.poll() is None:
            assert time.monotonic() < began + WITHIN, self.seen
            self._read()
        return self.process.returncode, time.monotonic() - began

    def _read(self) -> None:
        if select.select([self._terminal], [], [], 0.05)[0]:
            self.seen += os.read(self._terminal, 65_536).decode(errors="replace")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._terminal)
        os.close(self._inner)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Session]:
    """An answer takes 20 seconds, a sixth of it for each word."""
    session = Session(tmp_path, PARLEY_LLM="scripted:echo?seconds=20&text=one%20two%20three%20four%20five%20six")
    yield session
    session.close()


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    yield session
    session.close()


def test_a_session_shows_each_answer_once_and_no_log_lines(quick: Session) -> None:
    quick.until(PROMPT)
    quick.press("good day\r")
    quick.until(r"You said: good day")
    quick.press("/fhoto\r")
    quick.until(r"(?s)do not know this command.*\x1b\[\?2004h")  # the prompt takes keys again
    quick.press("\x04")
    assert quick.ended()[0] == 0
    assert quick.seen.count("You said: good day") == 1
    assert "[info" not in quick.seen
    assert "Traceback" not in quick.seen
    assert quick.echoes == quick.echoed


def test_ctrl_c_while_an_answer_is_made_ends_it_and_leaves_the_terminal_sound(slow: Session) -> None:
    slow.until(PROMPT)
    slow.press("go on\r")
    slow.until(r"\x1b\[2Kone")
    assert not slow.echoes
    slow.press("\x03")
    status, seconds = slow.ended()
    assert (status, "Traceback" in slow.seen) == (0, False)
    assert seconds < 5
    assert slow.echoes == slow.echoed


def test_a_session_that_is_told_to_end_leaves_the_terminal_sound(quick: Session) -> None:
    quick.until(PROMPT)
    quick.process.send_signal(signal.SIGTERM)
    status, seconds = quick.ended()
    assert (status, "Traceback" in quick.seen) == (0, False)
    assert seconds < 5
    assert quick.echoes == quick.echoed


def test_without_standard_input_it_ends_by_itself(tmp_path: Path) -> None:
    environment = os.environ | {"PARLEY_PROFILE": "scripted", "PYTHONPATH": str(ROOT), "TELEGRAM_BOT_TOKEN": ""}
    environment["PARLEY_HTTP"] = "false"
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m bot run <&-', sys.executable],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
