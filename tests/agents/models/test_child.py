"""A child process is greeted, watched and ended, whatever it does."""

from __future__ import annotations

import asyncio
import os
import sys
import time

import psutil
import pytest

from agents.models.child import LACKING, Child, ChildFailure, ChildNotReady

GREETS = "import sys; sys.stdin.readline(); print('here', flush=True); "


def command(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def start(code: str, within: float = 10.0) -> Child:
    return await Child.start(command(code), b"hello", within=within)


async def test_child_gets_the_line_and_its_greeting_is_kept():
    child = await start("print('got', input(), flush=True); input()")
    assert child.greeting == b"got hello"
    await child.stop()


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("raise SystemExit(3)", ChildFailure.REFUSED),
        (f"raise SystemExit({LACKING})", ChildFailure.LACKING),
        ("print('half a line', end='')", ChildFailure.REFUSED),
        ("print('x' * 200_000)", ChildFailure.REFUSED),
        ("import os; os.kill(os.getpid(), 9)", ChildFailure.DIED),
        ("import time; time.sleep(60)", ChildFailure.LATE),
    ],
)
async def test_child_that_does_not_come_to_serve_is_told_apart_and_gone(code: str, failure: ChildFailure):
    began = time.monotonic()
    with pytest.raises(ChildNotReady) as caught:
        await start(code, within=1.5)
    assert caught.value.failure is failure
    assert time.monotonic() - began < 5
    assert psutil.Process().children() == []


async def test_cancelling_the_start_leaves_no_process():
    task = asyncio.create_task(start("import time; time.sleep(60)", within=60))
    await asyncio.sleep(0.3)
    assert psutil.Process().children()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert psutil.Process().children() == []


async def test_child_that_ignores_the_request_to_end_is_killed():
    child = await start("import signal; signal.signal(15, signal.SIG_IGN); " + GREETS + "signal.pause()")
    began = time.monotonic()
    await child.stop(grace=0.2)
    assert time.monotonic() - began < 2
    assert not child.running
    assert not psutil.pid_exists(child.pid)
    await child.stop()  # again does no harm


async def test_end_of_a_child_is_noticed():
    child = await start(GREETS + "input()")
    assert child.running
    assert not await child.ended(within=0.01)
    os.kill(child.pid, 9)
    assert await child.ended(within=5)
    assert not child.running
    await child.stop()


async def test_settings_and_tokens_of_ours_are_kept_from_the_child(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    monkeypatch.setenv("PARLEY_PROXY", "secret")
    child = await start("import os; input(); print('secret' in os.environ.values(), flush=True); input()")
    assert child.greeting == b"False"
    await child.stop()


async def test_keys_pressed_at_our_terminal_do_not_reach_the_child():
    child = await start(GREETS + "input()")
    assert os.getpgid(child.pid) == child.pid
    await child.stop()


async def test_starting_and_stopping_leaks_no_file_descriptor():
    await (await start(GREETS + "input()")).stop()
    before = psutil.Process().num_fds()
    for _ in range(3):
        await (await start(GREETS + "input()")).stop()
    await asyncio.sleep(0.05)
    assert psutil.Process().num_fds() == before


async def test_what_the_child_has_started_itself_ends_with_it():
    child = await start(
        "import subprocess; input(); p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); input()"
    )
    other = psutil.Process(int(child.greeting))
    await child.stop()
    async with asyncio.timeout(5):
        while other.is_running() and other.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.01)
