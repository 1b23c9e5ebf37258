"""Which profile a machine is told to use, over machines that are not here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.models.devices import Gpu, Machine
from agents.models.profiles import profiles
from agents.models.recommending import Recommendation, recommend

GB = 10**9
SMALL = Machine(cores=4, ram=4 * 2**30, available=3 * GB)
MEDIUM = Machine(cores=8, ram=16 * 2**30, available=12 * GB)


def gpu(gb: int, free: float = 0.97) -> Gpu:
    """As a card of so many GB tells its memory."""
    return Gpu(f"card of {gb} GB", int(gb * 2**30 * 0.98), int(gb * 2**30 * 0.98 * free))


def advised(machine: Machine, free_disk: int = 500 * GB, to_fetch: dict[str, int] | None = None) -> Recommendation:
    return recommend(machine, profiles(), free_disk, to_fetch or {})


MACHINES = {
    "1 GB of memory": (replace(SMALL, ram=1 * 2**30), "remote"),
    "3.5 GB of memory": (replace(SMALL, ram=7 * 10**9 // 2), "tiny"),
    "4 GB of memory": (SMALL, "embedded"),
    "2 cores, 24 GB of memory": (replace(MEDIUM, cores=2, ram=24 * GB), "embedded"),
    "8 cores, 16 GB of memory": (MEDIUM, "cpu"),
    "a GPU of 8 GB": (replace(MEDIUM, gpus=(gpu(8),)), "cpu"),
    "a GPU of 12 GB": (replace(MEDIUM, gpus=(gpu(12),)), "gpu-12g"),
    "a GPU of 16 GB": (replace(MEDIUM, gpus=(gpu(16),)), "gpu-12g"),
    "a GPU of 24 GB": (replace(MEDIUM, ram=64 * GB, gpus=(gpu(24),)), "gpu-24g"),
    "two GPUs of 12 GB": (replace(MEDIUM, gpus=(gpu(12), gpu(12))), "gpu-12g"),
    "two GPUs, the larger second": (replace(MEDIUM, gpus=(gpu(8), gpu(24))), "gpu-24g"),
    "a GPU of 24 GB, 4 GB of memory": (replace(SMALL, gpus=(gpu(24),)), "embedded"),
    "Apple": (replace(MEDIUM, mps=True), "cpu"),
    "a GPU without its driver": (replace(MEDIUM, undriven=1), "cpu"),
    "AMD": (replace(MEDIUM, rocm=True), "cpu"),
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_machine_is_told_a_profile_why_and_what_to_do(name: str) -> None:
    machine, profile = MACHINES[name]
    found = advised(machine)
    assert found.profile == profile
    assert found.profile in profiles()
    assert f"{machine.cores} cores" in found.reasons[0]
    assert f"python -m bot models pull {profile}" in found.commands
    assert f"put PARLEY_PROFILE={profile} into .env" in found.commands
    assert ("make install ACCEL=cuda" in found.commands) is profile.startswith("gpu")


def test_a_better_profile_that_does_not_fit_is_said_why() -> None:
    reasons = advised(replace(MEDIUM, gpus=(gpu(12),))).reasons
    assert "gpu-24g: wants a GPU with 23.8 GB, the largest here has 12.6 GB" in reasons
    assert any("too slowly on 2 cores" in reason for reason in advised(replace(MEDIUM, cores=2)).reasons)


def test_a_driver_too_old_for_pytorch_is_said() -> None:
    found = advised(replace(MEDIUM, ram=64 * GB, gpus=(gpu(24),), cuda="11.4"))
    assert found.profile == "cpu"
    assert "gpu-24g: wants a driver for CUDA 13, and this one is for 11.4: update it" in found.reasons
    assert advised(replace(MEDIUM, ram=64 * GB, gpus=(gpu(24),), cuda="13.0")).profile == "gpu-24g"


def test_a_full_disk_leads_to_a_profile_whose_files_fit() -> None:
    found = advised(MEDIUM, 2 * GB, {"cpu": 3 * GB, "embedded": GB // 2})
    assert found.profile == "embedded"
    assert "cpu: needs 4.0 GB of disk for its files, and 2.0 GB are free" in found.reasons
    assert advised(MEDIUM, 0, {}).profile == "cpu", "what is here already needs no room"


@pytest.mark.parametrize(
    ("machine", "advice"),
    [
        (replace(MEDIUM, undriven=1), "install the driver"),
        (replace(MEDIUM, gpus=(gpu(12), gpu(12))), "device=cuda:1"),
        (replace(MEDIUM, gpus=(gpu(12, free=0.3),)), "free now"),
        (replace(MEDIUM, mps=True), "device=mps"),
        (replace(MEDIUM, rocm=True), "ROCm"),
    ],
)
def test_what_would_make_more_of_the_machine_is_said(machine: Machine, advice: str) -> None:
    assert any(advice in sentence for sentence in advised(machine).advice)
    assert advised(MEDIUM).advice == ()
