"""A model that leaves gives its memory back, and ends in peace when the process does."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import psutil
import pytest

from agents.models.leaving import give_back

BLOCK, BLOCKS = 100_000, 1_500  # bytes of one, and how many: too small each for the C library to give back by itself
ENDING = """
import asyncio, time
from agents.models.host import Host
from agents.models.ladder import Rung

class Engine:
    def __del__(self):
        time.sleep(0.3)
        print("let go", flush=True)

host = Host("m", [Rung(Engine)])
asyncio.run(host.load())
host.close()
"""


@pytest.fixture
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("_thawed")
def test_a_model_that_was_frozen_at_the_start_leaves_memory_too() -> None:
    model = Cycle()
    gone = weakref.ref(model)
    gc.freeze()
    del model
    give_back()
    assert gone() is None
    assert gc.get_freeze_count() > 0, "the rest stays frozen"


@pytest.mark.usefixtures("_thawed")
def test_nothing_is_frozen_by_giving_back() -> None:
    gc.unfreeze()
    give_back()
    assert gc.get_freeze_count() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is asked to give memory back")
def test_what_was_held_in_small_blocks_goes_back_to_the_system() -> None:
    resident = psutil.Process().memory_info
    held = [bytearray(BLOCK) for _ in range(BLOCKS)]
    last = bytearray(BLOCK)  # above them all, so that they are not simply the heap's end
    full = resident().rss
    del held
    give_back()
    assert full - resident().rss > BLOCK * BLOCKS / 2
    assert len(last) == BLOCK


def test_a_process_that_ends_lets_a_model_finish_leaving() -> None:
    done = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "let go")
