"""Which model goes where, over machines that are not here, and what is said where they do not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.models.devices import Gpu
from agents.models.footprint import Footprint
from agents.models.placement import PlanImpossible, place
from agents.models.plan import Wish
from agents.models.room import Policy
from tests.agents.models.wishes import GB, house, machine, where, wish

SHARE, SPREAD = Policy(), Policy("spread")


def refusal(wishes: list[Wish], *gpus: float, ram: float = 64, policy: Policy = SHARE) -> PlanImpossible:
    with pytest.raises(PlanImpossible) as caught:
        place(wishes, machine(*gpus, ram=ram), policy)
    assert caught.value.reliefs
    for relief in caught.value.reliefs:
        assert place(relief.wishes, machine(*gpus, ram=ram), policy)
    return caught.value


def test_without_a_gpu_everything_runs_on_the_cpu_as_before() -> None:
    plan = place([wish("asr", 1), wish("ocr", 0.1, "")], machine(), SHARE)
    assert where(plan) == [("cpu",), ()]
    assert [one.reason for one in plan.placed] == ["no GPU here", "its engine runs on the CPU alone"]
    assert plan.taken() == {"ram": 1.1 * GB}
    assert plan.warnings == ()


def test_sharing_takes_as_few_gpus_as_needed_and_spreading_the_emptiest() -> None:
    shared = place(house(5, 4, 3), machine(12, 12), SHARE)
    assert where(shared) == [("cuda:0", "cuda:1", "cpu")] * 3
    assert shared.taken() == {"ram": 0.3 * GB, "cuda:0": 12 * GB, "cuda:1": 0}
    spread = place(house(5, 4, 3), machine(12, 12), SPREAD)
    assert where(spread) == [("cuda:0", "cuda:1", "cpu"), ("cuda:1", "cuda:0", "cpu"), ("cuda:1", "cuda:0", "cpu")]


def test_the_largest_goes_first_so_that_it_finds_room() -> None:
    plan = place(house(3, 10), machine(11, 4), SHARE)
    assert where(plan) == [("cuda:1", "cpu"), ("cuda:0", "cpu")]


def test_what_fits_no_gpu_goes_onto_the_cpu_and_says_why() -> None:
    (one,) = place(house(14), machine(12), SHARE).placed
    assert one.devices == ("cpu",)
    assert one.reason == "no GPU has 14.0 GB left (12.0 GB at most)"


def test_a_model_stays_where_its_reference_puts_it() -> None:
    pinned = [wish("a", 3, "cuda:1"), wish("b", 3, "cpu"), wish("c", 3)]
    plan = place(pinned, machine(12, 6), SHARE)
    assert where(plan) == [("cuda:1",), ("cpu",), ("cuda:1", "cuda:0", "cpu")]
    assert plan.placed[0].reason == "asked for: device=cuda:1"
    assert plan.placed[2].reason == "shares cuda:1, where 3.0 GB were left"


def test_any_gpu_will_do_for_one_that_asks_for_cuda() -> None:
    plan = place([wish("a", 8, "cuda"), wish("b", 8, "cuda")], machine(10, 10), SHARE)
    assert where(plan) == [("cuda:0", "cpu"), ("cuda:1", "cpu")]


def test_gpus_that_are_left_out_are_not_used() -> None:
    plan = place(house(3, 3), machine(12, 12, 12), Policy("spread", frozenset({0, 2})))
    assert where(plan) == [("cuda:0", "cuda:2", "cpu"), ("cuda:2", "cuda:0", "cpu")]
    assert where(place(house(3), machine(12), Policy(gpus=frozenset()))) == [("cpu",)]


def test_budgets_that_are_set_go_before_what_is_free() -> None:
    policy = Policy(vram=4 * GB, ram=20 * GB)
    plan = place(house(3, 3, 3), machine(12, 12), policy)
    assert where(plan) == [("cuda:0", "cpu"), ("cuda:1", "cpu"), ("cpu",)]
    assert (plan.room.ram, dict(plan.room.gpus)) == (20 * GB, {"cuda:0": 4 * GB, "cuda:1": 4 * GB})
    assert place([], machine(12), Policy(vram=99 * GB)).room.gpus == {"cuda:0": 12.5 * GB}


def test_one_too_large_for_a_gpu_is_laid_over_the_fewest_that_hold_it_where_its_engine_can() -> None:
    plan = place([wish("llm", 16, spreads=True), wish("asr", 3)], machine(10, 4, 10), SHARE)
    assert where(plan) == [("cuda:0+2", "cpu"), ("cuda:1", "cpu")]
    assert plan.placed[0].vram == {"cuda:0": 8 * GB, "cuda:2": 8 * GB}
    assert where(place([wish("llm", 16)], machine(10, 10), SHARE)) == [("cpu",)]
    pinned = place([wish("llm", 12, "cuda:0+1")], machine(10, 5), SHARE)
    assert where(pinned) == [("cuda:0+1",)]
    assert pinned.placed[0].vram == {"cuda:0": 8 * GB, "cuda:1": 4 * GB}


def test_in_a_list_of_models_only_the_last_has_the_cpu_to_go_to() -> None:
    first, last = wish("llm", 8, last=False), wish("llm2", 3, first=False)
    assert where(place([first, last], machine(10, 13), SHARE)) == [("cuda:1", "cuda:0"), ("cuda:1", "cuda:0", "cpu")]
    plan = place([first, last], machine(4), SHARE)
    assert [one.left_out for one in plan.placed] == [True, False]
    assert where(plan) == [(), ("cuda:0", "cpu")]
    assert "the next in its list answers instead" in plan.placed[0].reason
    assert where(place([first, last], machine(), SHARE)) == [("cpu",), ("cpu",)]


def test_a_gpu_that_is_lost_leaves_its_model_to_the_next_of_the_list() -> None:
    small = wish("small", 1, first=False)
    for device in ("cuda", "cuda:0", "cuda:0+1"):
        plan = place([wish("llm", 8, device, last=False), small], machine(), SHARE)
        assert [one.left_out for one in plan.placed] == [True, False]
        refusal([wish("llm", 8, device)])
    plan = place([wish("llm", 20, "cuda", last=False), small], machine(8), SHARE)
    assert where(plan) == [(), ("cuda:0", "cpu")]


def test_the_cpu_is_no_step_down_where_its_memory_would_not_do() -> None:
    large = replace(wish("llm", 8), cpu=Footprint(35 * GB))
    assert where(place([large], machine(10, ram=30), SHARE)) == [("cuda:0",)]


def test_no_more_models_may_step_down_to_the_cpu_than_its_memory_holds_together() -> None:
    three = [replace(one, cpu=Footprint(5 * GB)) for one in house(5, 5, 5)]
    assert where(place(three, machine(20, ram=7.6), SHARE)) == [("cuda:0", "cpu"), ("cuda:0",), ("cuda:0",)]
    assert where(place(three, machine(20, ram=10.5), SHARE)) == [("cuda:0", "cpu"), ("cuda:0", "cpu"), ("cuda:0",)]
    assert where(place(three, machine(20, ram=15), SHARE)) == [("cuda:0", "cpu")] * 3


def test_a_step_down_to_the_cpu_counts_the_library_it_needs_there() -> None:
    torch = Footprint(5 * GB, library="torch", library_ram=GB)
    two = [replace(one, cpu=torch) for one in house(5, 5)]
    assert where(place(two, machine(20, ram=10.5), SHARE)) == [("cuda:0", "cpu"), ("cuda:0",)]
    assert where(place(two, machine(20, ram=11), SHARE)) == [("cuda:0", "cpu")] * 2


def test_memory_that_does_not_suffice_leaves_the_first_of_a_list_out_the_largest_first() -> None:
    small = wish("small", 2, first=False)
    plan = place([wish("big", 9, last=False), small], machine(ram=6), SHARE)
    assert [one.left_out for one in plan.placed] == [True, False]
    assert plan.placed[0].reason == "memory has no room for its 9.0 GB: the next in its list answers instead"
    assert plan.taken() == {"ram": 2 * GB}
    plan = place([wish("one", 5, last=False), wish("two", 7, "cpu", last=False), small], machine(ram=8), SHARE)
    assert [one.left_out for one in plan.placed] == [False, True, False]
    plan = place([wish("big", 4.8, last=False), small], machine(ram=6), SHARE)
    assert [one.left_out for one in plan.placed] == [False, False], "over by no more than estimates may be off"
    error = refusal([wish("big", 9, last=False), wish("small", 4, first=False)], ram=2)
    assert error.facts[0].startswith("memory: 4.0 GB are wanted")


def test_a_model_of_unknown_size_counts_as_nothing_and_says_so() -> None:
    plan = place([wish("llm", None), wish("asr", 10)], machine(10), SHARE)
    assert where(plan) == [("cuda:0", "cpu"), ("cuda:0", "cpu")]
    assert "what it takes is not known yet" in plan.placed[0].reason
    assert plan.taken()["cuda:0"] == 10 * GB


def test_a_model_on_another_host_takes_nothing() -> None:
    plan = place([wish("llm", 90, elsewhere=True, device="")], machine(ram=1), SHARE)
    assert where(plan) == [()]
    assert plan.taken() == {"ram": 0}


def test_an_engine_that_knows_no_gpu_stays_on_the_cpu_unless_told_otherwise() -> None:
    barred = "the torch that is installed knows no CUDA here"
    plan = place([wish("a", 1, barred=barred), wish("b", 1, "cuda:0", barred=barred)], machine(10), SHARE)
    assert where(plan) == [("cpu",), ("cuda:0",)]
    assert plan.placed[0].reason == barred
    assert plan.warnings == (f"b (engine:own/b): {barred}",)


@pytest.mark.parametrize("facts", [{"mps": True}, {"rocm": True}])
def test_a_gpu_whose_memory_nobody_tells_is_left_to_the_engine(facts: dict[str, bool]) -> None:
    plan = place([wish("a", 1), wish("b", 1, "cuda")], machine(**facts), SHARE)
    assert where(plan) == [(), ("cuda", "cpu")]
    assert where(place(house(1), machine(**facts), Policy(gpus=frozenset()))) == [("cpu",)]


def test_a_part_of_a_gpu_whose_memory_nobody_tells_is_used_with_a_warning() -> None:
    part = replace(machine(ram=64), gpus=(Gpu("part of a GPU", 0, 0),))
    plan = place([wish("a", 1), wish("b", 1, "cuda"), wish("c", 1, "cuda:0")], part, SHARE)
    assert where(plan) == [(), ("cuda", "cpu"), ("cuda:0",)]
    assert plan.warnings == ("cuda:0: nobody tells its memory, so nothing is counted there without PARLEY_VRAM_GB",)
    counted = place([wish("a", 1)], part, Policy(vram=5 * GB))
    assert (where(counted), counted.warnings) == ([("cuda:0", "cpu")], ())
    assert where(place([wish("a", 1, barred="no CUDA")], part, SHARE)) == [("cpu",)]
    assert where(place([wish("a", 1)], part, Policy(gpus=frozenset()))) == [("cpu",)]
    with pytest.raises(PlanImpossible, match="cuda:1, which is not there"):
        place([wish("a", 1, "cuda:1")], part, SHARE)


def test_what_may_go_onto_a_gpu_that_nobody_counts_is_not_refused_for_the_machines_memory() -> None:
    plan = place([wish("llm", 16)], machine(ram=12, rocm=True), SHARE)
    assert where(plan) == [()]
    assert plan.warnings == (
        "memory: 16.0 GB are wanted, 4.0 GB more than the 12.0 GB for models: llm (engine:own/llm) 16.0 GB"
        "; less where engines choose the GPU",
    )
    with pytest.raises(PlanImpossible, match="memory"):
        place([wish("llm", 1), wish("asr", 16, "cpu")], machine(ram=12, rocm=True), SHARE)
    with pytest.raises(PlanImpossible, match="memory"):  # Apple's GPU shares the machine's
        place([wish("llm", 16)], machine(ram=12, mps=True), SHARE)


def test_a_library_counts_once_however_many_models_use_it() -> None:
    two = [replace(one, cpu=Footprint(GB, library="torch", library_ram=GB)) for one in house(1, 1)]
    assert place(two, machine(), SHARE).taken() == {"ram": 3 * GB}


def test_an_engine_in_a_process_of_its_own_has_a_library_of_its_own() -> None:
    torch = Footprint(GB, 2 * GB, library="torch", library_ram=GB)
    two = [replace(one, cpu=torch, gpu=torch, apart=None) for one in house(2, 2)]
    assert place(two, machine(), SHARE).taken() == {"ram": 3 * GB}
    on_gpu = place(two, machine(10), SHARE)
    assert on_gpu.taken() == {"ram": 4 * GB, "cuda:0": 4 * GB}
    assert on_gpu.libraries() == {}


def test_pins_that_do_not_fit_are_refused_with_what_to_do_the_nearest_first() -> None:
    error = refusal([wish("llm", 10, "cuda:0"), wish("asr", 4, "cuda:0")], 10, 10)
    assert error.facts == (
        "cuda:0: 14.0 GB are wanted, 4.0 GB more than the 10.0 GB for models: "
        "llm (engine:own/llm) 10.0 GB, asr (engine:own/asr) 4.0 GB",
    )
    assert [relief.words for relief in error.reliefs] == [
        "write device=auto for llm (engine:own/llm), so that it goes where there is room",
        "write device=auto for asr (engine:own/asr), so that it goes where there is room",
        "take a smaller model or quantisation for llm (engine:own/llm): 15 % less would do",
        "take a smaller model or quantisation for asr (engine:own/asr): 40 % less would do",
        "leave out asr (engine:own/asr)",
        "leave out llm (engine:own/llm)",
    ]


def test_a_gpu_that_is_asked_for_and_is_not_to_be_used_is_refused() -> None:
    (fact,) = refusal([wish("llm", 1, "cuda:1")], 10, 10, policy=Policy(gpus=frozenset({0}))).facts
    assert fact == "llm (engine:own/llm) asks for cuda:1, which PARLEY_GPUS leaves out"
    (fact,) = refusal([wish("llm", 1, "cuda:3")], 10).facts
    assert fact == "llm (engine:own/llm) asks for cuda:3, which is not there"
    (fact,) = refusal([wish("llm", 1, "cuda")], 10, policy=Policy(gpus=frozenset())).facts
    assert fact == "llm (engine:own/llm) asks for a GPU (device=cuda), and none may be used"


def test_one_that_asks_for_a_gpu_and_fits_none_is_refused() -> None:
    error = refusal([wish("llm", 20, "cuda")], 8, 10)
    assert error.facts == ("llm (engine:own/llm) takes 20.0 GB of a GPU, and cuda:1 has the most left, 10.0 GB",)
    assert "write device=auto" in error.reliefs[0].words


def test_memory_that_clearly_does_not_suffice_is_refused() -> None:
    error = refusal(house(3, 2, 1), ram=4)
    assert error.facts[0].startswith("memory: 6.0 GB are wanted, 2.0 GB more than the 4.0 GB for models: ")
    assert "take a smaller model or quantisation for model0" in error.reliefs[0].words
    assert any(relief.words == "leave out model1 (engine:own/model1)" for relief in error.reliefs)


def test_where_no_single_step_helps_several_are_named() -> None:
    error = refusal(house(9, 9, 9), ram=1)
    assert [relief.words for relief in error.reliefs] == [
        "leave out model2 (engine:own/model2) and model1 (engine:own/model1) and model0 (engine:own/model0)"
    ]


def test_what_is_over_by_no_more_than_estimates_may_be_off_is_told_and_not_refused() -> None:
    plan = place(house(4.8), machine(ram=4), SHARE)
    assert plan.warnings == (
        "memory: 4.8 GB are wanted, 0.8 GB more than the 4.0 GB for models: model0 (engine:own/model0) 4.8 GB",
    )
    plan = place([wish("llm", 11, "cuda")], machine(8, 10), SHARE)
    assert where(plan) == [("cuda:1", "cpu")]
    assert plan.warnings[0].startswith("cuda:1: 11.0 GB are wanted, 1.0 GB more")
