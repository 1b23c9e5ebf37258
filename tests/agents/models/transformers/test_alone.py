"""Models that load at the same time in different threads do so one after another."""

from __future__ import annotations

import threading

from agents.models.transformers.alone import alone


def test_one_thread_loads_while_the_others_wait() -> None:
    inside, most = 0, 0
    met = threading.Barrier(8)

    @alone
    def load(number: int) -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threading.Event().wait(0.005)
        inside -= 1
        return number

    loaded: list[int] = []

    def work(number: int) -> None:
        met.wait(10)
        loaded.append(load(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(loaded) == list(range(8))
    assert most == 1


def test_a_load_may_load_another_inside() -> None:
    inner = alone(lambda: "inner")
    assert alone(lambda: inner())() == "inner"
