"""Engines that fail while they are loaded in a process of their own, and those that die too often."""

from __future__ import annotations

import psutil
import pytest

from agents.errors import (
    DeviceLost,
    ModelCrashed,
    ModelError,
    ModelOutOfMemory,
    ModelUnavailable,
    ReferenceInvalid,
)
from agents.models.apart.port import Apart
from agents.models.apart.starts import Starts
from agents.models.faster_whisper import FasterWhisper
from agents.models.reference import ModelReference
from tests.agents.models.apart.ports import Make, said


@pytest.mark.parametrize(
    ("options", "kind", "detail"),
    [
        ("&load=missing", ModelUnavailable, "no file model.bin"),
        ("&load=no-memory", ModelOutOfMemory, "no room"),
        ("&load=raise", ModelUnavailable, "RuntimeError"),
        ("&load=leave", ModelUnavailable, "while it was loaded, its process left"),
        ("&load=leave&device=cuda:0", ModelUnavailable, "while it was loaded, its process left"),
        ("&load=kill", ModelOutOfMemory, "while it was loaded, its process was ended by SIGKILL"),
        ("&load=kill&device=cuda:0", ModelOutOfMemory, "while it was loaded, its process was ended by SIGKILL"),
        ("&load=abort", ModelUnavailable, "while it was loaded, its process was ended by SIGABRT"),
        ("&load=abort&device=cuda:0", DeviceLost, "while it was loaded, its process was ended by SIGABRT"),
    ],
)
def test_a_load_that_fails_says_how_and_one_that_aborts_on_a_gpu_leaves_it(
    make: Make, options: str, kind: type[ModelError], detail: str
) -> None:
    with pytest.raises(kind) as error:
        make(options)
    assert (type(error.value), error.value.detail) == (kind, detail)
    assert psutil.Process().children() == []


def test_a_load_that_was_killed_is_tried_once_more(make: Make) -> None:
    assert said(make("&load=kill-once"), "one") == ["eno"]


@pytest.mark.parametrize("device", ["cpu", "cuda:0"])
def test_a_load_that_hangs_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setattr("agents.models.apart.port._LOADS_WITHIN", 0.3)
    with pytest.raises(ModelUnavailable, match="silent for"):
        make(f"&load=hang&device={device}")


def test_a_wrong_reference_is_refused_with_its_remedy() -> None:
    with pytest.raises(ReferenceInvalid):
        Apart(FasterWhisper, ModelReference.parse("faster-whisper:tiny?colour=blue"), None)


def test_a_process_that_dies_too_often_is_left_alone_for_a_while(make: Make) -> None:
    now = [0.0]
    port = make(starts=Starts(3, clock=lambda: now[0]))
    with pytest.raises(ModelCrashed):
        port.read_sentiment(["kill"])
    with pytest.raises(ModelCrashed):
        port.read_sentiment(["one", "kill"])
    with pytest.raises(ModelUnavailable, match="too often"):
        port.read_sentiment(["one"])
    now[0] += 61
    assert said(port, "one") == ["eno"]
