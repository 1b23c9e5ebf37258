"""``python -m bot models top`` beside the real process, in a terminal and without one."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.bot.web.reader import reading
from tests.bot.web.site import Browser
from tests.process import ROOT, BotProcess
from tests.waiting import until

TOKEN = "a-token-for-scraping"


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "TELEGRAM_"))}
    return kept | {"PYTHONPATH": str(ROOT)} | settings


async def top(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """The exit status, what was printed, and what was said to be wrong."""
    command = (sys.executable, "-m", "bot", "models", "top", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[str]:
    async with BotProcess(None, folder, PARLEY_PROFILE="scripted", PARLEY_HTTP="true", **settings) as bot:
        await until(lambda: "Ctrl-C stops." in bot.output or not bot.running, within=40)
        assert bot.address is not None, bot.output
        yield bot.address


async def answered(address: str) -> None:
    """Somebody says something, and has an answer."""
    async with httpx.AsyncClient(base_url=address, timeout=20, trust_env=False) as client:
        ada = Browser(client)
        await ada.load()
        async with reading(ada.client) as reader:
            await reader.state(await ada.said("one two three"), "done")


async def test_the_models_and_turns_of_the_real_process_are_told_to_who_has_its_token(tmp_path: Path) -> None:
    token = {"PARLEY_METRICS_TOKEN": TOKEN}
    async with running(tmp_path, **token) as address:
        await answered(address)
        status, said, wrong = await top(tmp_path, "--once", "--url", address)
        assert (status, said) == (1, "")
        assert "PARLEY_METRICS_TOKEN" in wrong
        status, said, wrong = await top(tmp_path, "--once", "--url", address, **token)
        assert (status, wrong) == (0, "")
        assert "scripted:echo" in said
        assert "1 turns answered, 0 in flight, 0 waiting" in said
        assert TOKEN not in said
        status, said, _ = await top(tmp_path, "--once", "--json", PARLEY_HTTP_PORT=address.rpartition(":")[2], **token)
        told = json.loads(said)
        (llm,) = [row for row in told["models"] if "llm" in row["roles"]]
        assert llm["tokens"] > 0
        assert llm["run_p50"] is not None
        assert llm["errors"] == 0
        assert {role for row in told["models"] for role in row["roles"]} >= {"asr", "caption", "llm"}
        assert told["house"]["memory"] > 10_000_000
        assert await ended_at_a_terminal(tmp_path, address, **token)


async def ended_at_a_terminal(folder: Path, address: str, **settings: str) -> bool:
    """Whether Ctrl-C ends it where a person sits, with the terminal as it was before."""
    ours, theirs = pty.openpty()
    command = (sys.executable, "-m", "bot", "models", "top", "--url", address, "--interval", "1")
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=environment(TERM="xterm", **settings),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # heeded in a background that ignores it too
    )
    os.close(theirs)
    os.set_blocking(ours, False)
    seen = bytearray()

    def read() -> bytes:
        try:
            seen.extend(os.read(ours, 1 << 16))
        except (BlockingIOError, OSError):  # nothing yet, or its end
            return bytes(seen)
        return bytes(seen)

    await until(lambda: read().count(b"turns answered") >= 2 or process.returncode is not None, within=60)
    process.send_signal(signal.SIGINT)
    status = await asyncio.wait_for(process.wait(), 20)
    said = read()
    os.close(ours)
    assert b"Traceback" not in said
    hidden, shown = said.rfind(b"\x1b[?25l"), said.rfind(b"\x1b[?25h")
    entered, left = said.rfind(b"\x1b[?1049h"), said.rfind(b"\x1b[?1049l")
    return status == 130 and hidden < shown and entered < left


async def test_when_nobody_answers_a_line_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, and nobody listens
        status, said, wrong = await top(tmp_path, PARLEY_HTTP_PORT=str(taken.getsockname()[1]))
    assert (status, said) == (1, "")
    assert wrong.count("\n") == 1
    assert "python -m bot run" in wrong
