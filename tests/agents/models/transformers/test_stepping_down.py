"""An answer on its way goes on, without doubled or missing words, when its model has to leave a device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import torch

from agents.models.host import Host
from agents.models.ladder import Rung
from agents.models.reference import ModelReference
from agents.models.transformers.chat import TransformersChat
from agents.models.transformers.options import WritingOptions
from agents.models.transformers.text import TextModel
from tests.metered import counted
from tests.tiny.kept import text_model

REFERENCE = ModelReference.parse("transformers:tiny?temperature=0&slots=2")
FULL = torch.OutOfMemoryError("CUDA out of memory")
BROKEN = torch.AcceleratorError("CUDA error: unspecified launch failure")


def whole() -> TextModel:
    return TextModel(REFERENCE, text_model())


def breaking(error: Exception, after: int) -> Callable[[], TextModel]:
    """Loads a model that works for so many forwards."""

    def load() -> TextModel:
        model, left = whole(), [after]

        def work(*_: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise error

        model._model.lm_head.register_forward_pre_hook(work)  # when the cache of every layer is written
        return model

    return load


def chat(*loads: Callable[[], TextModel]) -> tuple[Host[Any], TransformersChat]:
    host: Host[Any] = Host(str(REFERENCE), [Rung(load, f"cuda:{number}") for number, load in enumerate(loads)])
    return host, TransformersChat(host, WritingOptions.of(REFERENCE), 60.0)


async def told(chat: TransformersChat) -> list[str]:
    """What two are told who ask at once, put together of its pieces."""

    async def asked(name: str) -> str:
        return "".join([chunk.text async for chunk in chat.astream(f"I am {name}.", max_tokens=24)])

    return list(await asyncio.gather(asked("ada"), asked("bob")))


@pytest.mark.parametrize("error", [FULL, BROKEN], ids=["memory lacks", "device is lost"])
@pytest.mark.parametrize("after", [0, 1, 9])
async def test_answers_go_on_where_the_model_goes(error: Exception, after: int) -> None:
    host, alone = chat(whole)
    expected = await told(alone)
    host.close()
    host, stepping = chat(breaking(error, after), whole)
    try:
        assert await told(stepping) == expected
        assert host.device == "cuda:1"
        assert counted(host.metrics, "steps_down_total") >= 1
    finally:
        host.close()
