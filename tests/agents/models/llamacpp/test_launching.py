"""A model that has no room on a device, or dies there, goes on on the next one, which is told once and remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agents.errors import ModelUnavailable
from agents.models.child import ChildFailure, ChildNotReady
from agents.models.llamacpp.launching import Launching
from agents.models.making import Making
from agents.models.reference import ModelReference

SCRIPTED = "tests.agents.models.llamacpp.scripted_server"


class Place:
    """A folder with a file that passes for a model, and what becomes of it on each device."""

    def __init__(self, folder: Path, fates: dict[str, str]) -> None:
        self.folder = folder
        (folder / "model.gguf").write_bytes(b"GGUF")
        self.fated(fates)
        reference = ModelReference("llamacpp", str(folder), None, {"load": "20"})
        self.making = Making(reference, lambda: None, devices=tuple(fates))
        self.launching = Launching(self.making, server=SCRIPTED)

    def fated(self, fates: dict[str, str]) -> None:
        (self.folder / "fates.json").write_text(json.dumps(fates))

    @property
    def lives(self) -> list[str]:
        return (self.folder / "lives").read_text().splitlines()

    def steps(self, device: str) -> dict[str, float]:
        """Steps down from the device, by the code of the reason."""
        samples = [sample for family in self.making.metrics.registry.collect() for sample in family.samples]
        return {
            sample.labels["code"]: sample.value
            for sample in samples
            if sample.name == "parley_model_steps_down_total" and sample.labels["device"] == device
        }


@pytest.fixture
def logged() -> Iterator[list[dict[str, object]]]:
    with capture_logs() as logs:
        yield logs  # type: ignore[misc]


@pytest.mark.parametrize("fate", ["refuses", "dies"])
async def test_no_room_on_a_device_leads_to_the_next_told_once_and_remembered(
    tmp_path: Path, fate: str, logged: list[dict[str, object]]
):
    place = Place(tmp_path, {"cuda:0": fate, "cuda:0+1": fate, "cpu": "serves"})
    for _ in range(2):
        child = await place.launching()
        await child.stop()
    assert place.lives == ["cuda:0 1000", "cuda:0+1 1000", "cpu 0", "cpu 0"]
    assert place.launching.device == "cpu"
    assert place.steps("cuda:0") == place.steps("cuda:0+1") == {"model-out-of-memory": 1}
    assert [(log["device"], log["next"]) for log in logged] == [("cuda:0", "cuda:0+1"), ("cuda:0+1", "cpu")]


async def test_device_that_is_not_there_leads_to_the_next(tmp_path: Path):
    place = Place(tmp_path, {"cuda:0": "lacks", "cpu": "serves"})
    child = await place.launching()
    await child.stop()
    assert place.steps("cuda:0") == {"device-lost": 1}


async def test_what_loads_nowhere_blames_no_device(tmp_path: Path, logged: list[dict[str, object]]):
    place = Place(tmp_path, {"cuda:0": "refuses", "cpu": "refuses"})
    with pytest.raises(ChildNotReady) as caught:
        await place.launching()
    assert caught.value.failure is ChildFailure.REFUSED
    assert (place.launching.device, place.steps("cuda:0"), logged) == ("cuda:0", {}, [])


async def test_only_device_that_is_not_there_is_told(tmp_path: Path):
    place = Place(tmp_path, {"cuda:3": "lacks"})
    with pytest.raises(ModelUnavailable, match="finds no cuda:3 device: take device=cpu"):
        await place.launching()


async def test_second_death_at_work_within_a_minute_leaves_the_device(tmp_path: Path):
    place = Place(tmp_path, {"cuda:0": "serves", "cpu": "serves"})
    assert not place.launching.died()
    assert place.launching.died()
    assert place.launching.device == "cpu"
    assert place.steps("cuda:0") == {"model-crashed": 1}
    assert not any(place.launching.died() for _ in range(5)), "there is no other device"
