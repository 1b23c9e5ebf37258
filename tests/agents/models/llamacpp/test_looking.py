"""A GGUF model with a projector captions, answers and chats through one child."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from langchain_core.messages import HumanMessage
from PIL import Image

from agents.errors import ModelUnavailable
from agents.models.llamacpp.embedding import LlamaCppEmbedder
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.llamacpp.vision import LlamaCppCaptioner, LlamaCppVisualQA
from agents.models.looking import Answering, Captioning
from agents.models.making import Making
from agents.models.picture_urls import picture_url
from agents.models.reference import ModelReference
from agents.ports import Question
from tests.agents.models.llamacpp.models import SMALL, folder
from tests.agents.models.llamacpp.projector import write_projector

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio(loop_scope="module")]

PICTURE = Image.new("RGB", (320, 240), "#446688")


def reference(**options: str) -> ModelReference:
    return ModelReference("llamacpp", SMALL, None, {"brief": "8", "slots": "2", **options})


@pytest.fixture(scope="module")
def making(tmp_path_factory: pytest.TempPathFactory) -> Making:
    projector = write_projector(tmp_path_factory.mktemp("eyes") / "mmproj-small.gguf")
    return Making(reference(mmproj=str(projector)), folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def eyes(making: Making) -> AsyncIterator[tuple[Captioning, Answering, LlamaCpp]]:
    made = LlamaCppCaptioner.made(making), LlamaCppVisualQA.made(making), LlamaCpp.made(making)
    await made[0].load()
    yield made
    await made[0].stop()


async def test_roles_of_one_reference_share_one_child(eyes: tuple[Captioning, Answering, LlamaCpp]) -> None:
    caption, vqa, llm = eyes
    assert caption._llm is vqa._llm is llm
    assert llm.card.images
    told = await asyncio.gather(
        caption.perceive(PICTURE), vqa.perceive(Question(PICTURE, "What is it?")), llm.chat.ainvoke("Hi", max_tokens=4)
    )
    assert told[0][0].text and told[1][0].text and told[2].text
    assert 0 < told[0][0].confidence < 1


async def test_a_picture_makes_a_difference(eyes: tuple[Captioning, Answering, LlamaCpp]) -> None:
    seen = [await eyes[0].perceive(Image.new("RGB", (300, 200), colour)) for colour in ("red", "blue", "red")]
    assert seen[0] == seen[2] != seen[1]


async def test_a_message_may_hold_a_picture_and_the_mark_of_one_is_only_text(
    eyes: tuple[Captioning, Answering, LlamaCpp],
) -> None:
    parts = [
        {"type": "text", "text": "What <__media__> is this <__media__>?"},
        {"type": "image_url", "image_url": {"url": picture_url(PICTURE, 64)}},
    ]
    answer = await eyes[2].chat.ainvoke([HumanMessage(parts)], max_tokens=4)
    assert answer.text
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["input_tokens"] > 30


async def test_without_eyes_it_says_that_it_takes_no_pictures() -> None:
    blind = LlamaCpp.made(Making(reference(), folder))
    parts = [{"type": "image_url", "image_url": {"url": picture_url(PICTURE, 64)}}]
    with pytest.raises(ModelUnavailable, match="takes no pictures"):
        await blind.chat.ainvoke([HumanMessage(parts)])
    await blind.stop()


@pytest.mark.parametrize(("device", "detail"), [("cuda", "finds no cuda device"), ("cuda:1", "finds no cuda:1 device")])
async def test_a_device_that_is_absent_is_named(device: str, detail: str) -> None:
    llm = LlamaCpp.made(Making(reference(device=device), folder))
    with pytest.raises(ModelUnavailable, match=detail):
        await llm.start()
    await llm.stop()


async def test_a_projector_that_does_not_fit_is_told_while_loading(tmp_path: Path) -> None:
    wrong = tmp_path / "mmproj-wrong.gguf"
    wrong.write_bytes(b"GGUF" + bytes(400))
    for name, detail in ((wrong, "cannot load"), (tmp_path / "absent.gguf", "mmproj file is missing")):
        llm = LlamaCpp.made(Making(reference(mmproj=str(name)), folder))
        with pytest.raises(ModelUnavailable, match=detail):
            await llm.start()
        await llm.stop()


@pytest.mark.parametrize("pooling", ["mean", "last"])
async def test_texts_are_embedded_at_unit_norm(pooling: str) -> None:
    embedder = LlamaCppEmbedder.made(Making(reference(pooling=pooling), folder))
    await embedder.load()
    same, again, other = await asyncio.gather(*map(embedder.embed, ("a dog runs", "a dog runs", "stock prices fell")))
    assert (same.shape, same.dtype) == ((576,), np.float32)
    assert np.linalg.norm(same) == pytest.approx(1, abs=1e-5)
    assert same @ again > same @ other
    await embedder.stop()
    with pytest.raises(ModelUnavailable, match="stopped"):
        await embedder.embed("a dog runs")
