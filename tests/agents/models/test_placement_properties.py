"""What holds of every plan, over houses and machines that chance makes up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models.devices import Machine
from agents.models.footprint import Footprint
from agents.models.placement import PlanImpossible, place
from agents.models.plan import RAM, Plan, Wish, gpus_in, ram_of
from agents.models.room import Policy
from tests.agents.models.wishes import GB, machine, wish

OFF = 1.25  # over a budget by no more: were estimates a fifth too large, it would fit
SIZES = st.none() | st.floats(0, 30).map(lambda gb: round(gb, 2))
DEVICES = st.sampled_from(["auto", "auto", "auto", "", "cpu", "cuda", "cuda:0", "cuda:1", "cuda:0+1"])


@st.composite
def houses(draw: st.DrawFn) -> list[Wish]:
    sizes = draw(st.lists(st.tuples(SIZES, DEVICES, st.booleans(), st.booleans()), max_size=7))
    return [
        wish(f"m{number}", gb, device, spreads=spreads, last=last)
        for number, (gb, device, spreads, last) in enumerate(sizes)
    ]


MACHINES = st.builds(
    lambda gpus, ram: machine(*gpus, ram=ram), st.lists(st.floats(0, 30), max_size=4), st.floats(0.5, 80)
)
POLICIES = st.builds(
    Policy,
    st.sampled_from(["share", "spread"]),
    st.none() | st.frozensets(st.integers(0, 3)),
    st.none() | st.integers(GB, 40 * GB),
    st.none() | st.integers(GB, 90 * GB),
)


def tried(wishes: Sequence[Wish], here: Machine, policy: Policy) -> Plan | PlanImpossible:
    try:
        return place(wishes, here, policy)
    except PlanImpossible as error:
        return error


@settings(max_examples=300, deadline=None)
@given(houses(), MACHINES, POLICIES)
def test_every_plan_keeps_to_its_budgets_and_to_what_is_asked(
    wishes: list[Wish], here: Machine, policy: Policy
) -> None:
    plan = tried(wishes, here, policy)
    again = tried(wishes, here, policy)
    if isinstance(plan, PlanImpossible):
        assert isinstance(again, PlanImpossible) and again.facts == plan.facts
        return
    assert plan == again
    assert [one.wish for one in plan.placed] == wishes
    for device, taken in plan.taken().items():
        budget = plan.room.ram if device == RAM else plan.room.gpus[device]
        told = any(warning.startswith("memory" if device == RAM else device) for warning in plan.warnings)
        assert taken <= budget or (told and taken <= budget * OFF + 1)
    for one in plan.placed:
        used = [gpu for device in one.devices for gpu in gpus_in(device)]
        assert set(used) <= set(plan.room.gpus)
        assert len(set(one.devices)) == len(one.devices)
        assert not (one.left_out and (one.wish.last or one.devices))
        if one.left_out:
            continue
        if gpus_in(one.wish.device) or one.wish.device == "cpu":
            assert one.devices == (one.wish.device,)
        elif one.wish.device:
            assert one.devices
        if not one.wish.last and len(one.devices) > 1:
            assert "cpu" not in one.devices


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 40), st.booleans())
def test_memory_holds_all_that_may_step_down_to_the_cpu_together(sizes: list[int], ram: int, shared: bool) -> None:
    sized = [Footprint(size * GB, library="torch", library_ram=GB * shared) for size in sizes]
    wishes = [replace(wish(f"m{n}", size), cpu=sized[n]) for n, size in enumerate(sizes)]
    plan = place(wishes, machine(45, ram=ram), Policy())
    fallen = [replace(one, devices=one.devices[-1:], vram={}) for one in plan.placed]
    assert ram_of(fallen) <= max(plan.room.ram, plan.taken()[RAM])
    assert sum(sizes) + shared > ram or all(one.devices == ("cuda:0", "cpu") for one in plan.placed)


@settings(max_examples=100, deadline=None)
@given(houses(), MACHINES, POLICIES)
def test_models_that_go_anywhere_never_exceed_a_gpu(wishes: list[Wish], here: Machine, policy: Policy) -> None:
    free = [one for one in wishes if one.device == "auto"]
    plan = tried(free, here, policy)
    if isinstance(plan, Plan):
        assert all(plan.taken()[gpu] <= budget for gpu, budget in plan.room.gpus.items())


@settings(max_examples=150, deadline=None)
@given(houses(), MACHINES, POLICIES)
def test_every_relief_that_is_named_makes_it_fit(wishes: list[Wish], here: Machine, policy: Policy) -> None:
    plan = tried(wishes, here, policy)
    if isinstance(plan, Plan):
        return
    assert plan.facts
    assert plan.reliefs
    for relief in plan.reliefs:
        assert isinstance(tried(relief.wishes, here, policy), Plan), relief.words


def test_the_same_house_in_another_order_goes_to_the_same_places() -> None:
    wishes = [wish("a", 5), wish("b", 5), wish("c", 3, "cuda"), wish("d", 9, "cuda:1"), wish("e", 1)]
    one, other = place(wishes, machine(10, 12), Policy()), place(wishes[::-1], machine(10, 12), Policy())
    assert one.placed == other.placed[::-1]


def test_a_refusal_tells_all_in_its_text() -> None:
    with pytest.raises(PlanImpossible, match=r"memory: 9\.0 GB are wanted.*; leave out a"):
        place([wish("a", 9)], machine(ram=1), Policy())
