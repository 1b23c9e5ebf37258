"""A model's share of PyTorch's threads is that of its own thread, and of no other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch

from agents.models.reference import ModelReference
from agents.models.threads import Budget
from agents.models.torch_threads import use_at_most, use_threads
from agents.models.transformers import loading
from agents.models.transformers.text import TextModel
from tests.tiny.kept import text_model


def in_a_thread(work: Callable[[], Any]) -> Any:
    """What it gives, from a thread of its own as a model's host has one."""
    given: list[Any] = []
    thread = threading.Thread(target=lambda: given.append(work()))
    thread.start()
    thread.join()
    return given[0]


def used(count: int) -> int:
    use_threads(count)
    return torch.get_num_threads()


def test_what_one_model_uses_is_not_what_the_next_begins_with() -> None:
    here, begins_with = torch.get_num_threads(), in_a_thread(torch.get_num_threads)
    assert in_a_thread(lambda: used(3)) == 3
    assert in_a_thread(lambda: used(1)) == 1
    assert in_a_thread(torch.get_num_threads) == begins_with
    assert torch.get_num_threads() == here


def test_a_model_loaded_meanwhile_begins_with_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    begins_with, inside, on = in_a_thread(torch.get_num_threads), threading.Event(), threading.Event()
    set_really, found = torch.set_num_threads, list[int]()

    def set_slowly(count: int) -> None:
        set_really(count)
        if count == begins_with + 3:
            inside.set()
            assert on.wait(10)

    def other() -> None:
        use_at_most(100)
        found.append(torch.get_num_threads())

    monkeypatch.setattr(torch, "set_num_threads", set_slowly)
    first, second = threading.Thread(target=use_threads, args=[begins_with + 3]), threading.Thread(target=other)
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.2)  # without the lock it would be done by now
    on.set()
    first.join()
    second.join()
    assert found == [begins_with]


@pytest.mark.parametrize(("there", "expected"), [(1, 1), (9, 5)])
def test_a_language_model_takes_its_share_and_no_more_than_there_are(
    monkeypatch: pytest.MonkeyPatch, there: int, expected: int
) -> None:
    place = text_model()
    monkeypatch.setattr(loading, "budget", lambda _: Budget(16, 5, 2, {}))

    def loaded() -> int:
        use_threads(there)
        TextModel(ModelReference.parse("transformers:tiny"), place)
        return torch.get_num_threads()

    begins_with = in_a_thread(torch.get_num_threads)
    assert in_a_thread(loaded) == expected
    assert in_a_thread(torch.get_num_threads) == begins_with
