"""What an engine complains about becomes something an operator can do, and never its own text."""

from __future__ import annotations

import pytest

from agents.errors import ModelCrashed, ModelUnavailable
from agents.models.host import Host
from agents.models.ladder import Rung
from bot.checking.remedies import remedy


def caused(cause: BaseException) -> ModelCrashed:
    try:
        raise ModelCrashed("x", type(cause).__name__) from cause
    except ModelCrashed as error:
        return error


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (RuntimeError("Library libcublas.so.12 is not found or cannot be loaded"), "CUDA's libraries are missing"),
        (RuntimeError("CUDA driver version is insufficient for CUDA runtime version"), "driver is too old"),
        (RuntimeError("Found no NVIDIA driver on your system. Please check"), "driver is missing"),
        (AssertionError("Torch not compiled with CUDA enabled"), "ACCEL=cuda"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "not enough memory"),
        (ImportError("libgomp.so.1: cannot open shared object file"), "the system library libgomp.so.1 is missing"),
        (ModuleNotFoundError("No module named 'x.y'", name="bitsandbytes.nn"), "package bitsandbytes is missing"),
    ],
)
def test_a_known_complaint_has_its_remedy(cause: BaseException, said: str) -> None:
    assert said in remedy(caused(cause))


@pytest.mark.parametrize("error", [ModelUnavailable("x", "no config.json"), caused(ValueError("/home/ada/secret"))])
def test_of_an_unknown_complaint_nothing_is_said(error: BaseException) -> None:
    assert remedy(error) == ""


async def test_what_a_host_keeps_from_chats_is_found_for_the_operator() -> None:
    def load() -> None:
        raise RuntimeError("Library libcudnn_ops.so.9 is not found or cannot be loaded")

    host = Host("x", [Rung(load)])
    with pytest.raises(ModelUnavailable) as caught:
        await host.load()
    host.close()
    assert "libcudnn" not in str(caught.value)
    assert "CUDA's libraries are missing" in remedy(caught.value)
