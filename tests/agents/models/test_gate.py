"""Places in a model are given to callers in turn, kept warm for them, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from agents.errors import ModelBusy
from agents.models.gate import Gate
from agents.models.metrics import Metrics


def gate(places: int = 1, waiting: int = 8) -> Gate:
    return Gate("llamacpp:x", places, waiting, Metrics().of("llamacpp:x"))


async def visit(gate: Gate, caller: str, work: Callable[[int], Awaitable[None]], *, kept: bool = True) -> None:
    place = await gate.enter(caller, kept=kept)
    try:
        await work(place)
    finally:
        gate.leave(place, caller, kept=kept)


async def test_no_more_are_inside_than_there_are_places():
    gate_, inside, most = gate(places=2), set[int](), 0

    async def work(place: int) -> None:
        nonlocal most
        assert place not in inside
        inside.add(place)
        most = max(most, len(inside))
        await asyncio.sleep(0)
        inside.remove(place)

    await asyncio.gather(*(visit(gate_, str(number), work) for number in range(8)))
    assert most == 2


async def test_callers_take_turns_whoever_asked_most():
    gate_, order = gate(), list[str]()
    first = await gate_.enter("Ann", kept=True)

    async def noting(caller: str) -> None:
        async def work(_: int) -> None:
            order.append(caller)

        await visit(gate_, caller, work)

    asking = [asyncio.create_task(noting(caller)) for caller in ("Ann", "Ann", "Ann", "Bob", "Eve")]
    await asyncio.sleep(0)
    gate_.leave(first, "Ann", kept=True)
    await asyncio.gather(*asking)
    assert order == ["Ann", "Bob", "Eve", "Ann", "Ann"]


async def test_caller_finds_its_place_again_while_it_is_free():
    gate_ = gate(places=3)
    had = {}
    for caller in ("Ann", "Bob", "Eve"):
        had[caller] = await gate_.enter(caller, kept=True)
    for caller in ("Eve", "Ann", "Bob"):
        gate_.leave(had[caller], caller, kept=True)
    assert len(set(had.values())) == 3
    assert await gate_.enter("Bob", kept=True) == had["Bob"]
    assert await gate_.enter("Dan", kept=True) == had["Eve"], "the place left alone for longest"


async def test_what_is_not_kept_spares_the_caller_its_own_place():
    gate_ = gate(places=2)
    mine = await gate_.enter("Ann", kept=True)
    gate_.leave(mine, "Ann", kept=True)
    aside = await gate_.enter("Ann", kept=False)
    gate_.leave(aside, "Ann", kept=False)
    assert aside != mine
    assert await gate_.enter("Ann", kept=True) == mine
    assert await gate_.enter("Bob", kept=True) == aside


async def test_whoever_comes_first_finds_what_was_read_for_all():
    gate_ = gate(places=3)
    read = await gate_.enter("", kept=True)
    gate_.leave(read, "", kept=True)
    assert await gate_.enter("Ann", kept=True) == read


async def test_who_leaves_while_waiting_makes_room_for_others():
    gate_ = gate(waiting=1)
    inside = await gate_.enter("Ann", kept=True)
    left = asyncio.create_task(gate_.enter("Bob", kept=True))
    await asyncio.sleep(0)
    with pytest.raises(ModelBusy):
        await gate_.enter("Eve", kept=True)
    left.cancel()
    await asyncio.wait([left])
    waiting = asyncio.create_task(gate_.enter("Eve", kept=True))
    await asyncio.sleep(0)
    gate_.leave(inside, "Ann", kept=True)
    assert await waiting == inside


async def test_place_given_in_the_instant_in_which_its_caller_leaves_is_not_lost():
    gate_ = gate()
    inside = await gate_.enter("Ann", kept=True)
    left = asyncio.create_task(gate_.enter("Bob", kept=True))
    await asyncio.sleep(0)
    gate_.leave(inside, "Ann", kept=True)
    left.cancel()
    await asyncio.wait([left])
    async with asyncio.timeout(5):
        assert await gate_.enter("Eve", kept=True) == inside


async def test_busy_estimates_when_those_who_wait_will_be_through():
    gate_ = gate(waiting=2)
    with pytest.raises(ModelBusy) as unknown:
        await _filled(gate(waiting=2))
    assert unknown.value.retry_after is None
    place = await gate_.enter("Ann", kept=True)
    await asyncio.sleep(0.02)
    gate_.leave(place, "Ann", kept=True)
    with pytest.raises(ModelBusy) as known:
        await _filled(gate_)
    assert known.value.retry_after is not None
    assert known.value.retry_after >= 0.03


async def test_where_nobody_may_wait_who_finds_no_place_is_told_when_to_ask_again():
    gate_ = gate(waiting=0)
    place = await gate_.enter("Ann", kept=True)
    await asyncio.sleep(0.02)
    gate_.leave(place, "Ann", kept=True)
    await gate_.enter("Ann", kept=True)
    with pytest.raises(ModelBusy) as busy:
        async with asyncio.timeout(5):
            await gate_.enter("Bob", kept=True)
    assert busy.value.retry_after


async def _filled(gate_: Gate) -> None:
    """Ask for one place more than there are. Raises ModelBusy."""
    await gate_.enter("Ann", kept=True)
    waiting = [asyncio.create_task(gate_.enter(name, kept=True)) for name in "BC"]
    await asyncio.sleep(0)
    try:
        await gate_.enter("D", kept=True)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)


async def test_caller_goes_back_to_where_it_was_last():
    gate_ = gate(places=2)
    first = await gate_.enter("Ann", kept=True)
    other = await gate_.enter("Ann", kept=True)
    gate_.leave(first, "Ann", kept=True)
    gate_.leave(other, "Ann", kept=True)
    assert await gate_.enter("Ann", kept=True) == other
