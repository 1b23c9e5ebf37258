"""Against a host that none of us wrote: llama.cpp's own HTTP server, with a small real model."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from PIL import Image
from pydantic import BaseModel

from agents.errors import ModelRefused, ModelUnavailable
from agents.models.making import Making
from agents.models.openai.asr import OpenAITranscriber
from agents.models.openai.embedding import OpenAIEmbedder
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.recordings import upload
from agents.models.openai.vision import OpenAICaptioner, OpenAIVisualQA
from agents.ports import Question
from tests.agents.models.llamacpp.models import folder
from tests.agents.models.llamacpp.projector import write_projector
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.peer import KEY, serving
from tests.agents.models.openai.roles import PICTURE, SOUND, ask

pytestmark = pytest.mark.embedded

PROMPT = [SystemMessage("You are a helpful assistant."), HumanMessage("Say hello.")]


class Animal(BaseModel):
    kind: Literal["dog", "cat"]
    wild: bool


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Making]:
    """A host that chats, sees and hears, and does not embed."""
    projector = write_projector(tmp_path_factory.mktemp("senses") / "mmproj.gguf")
    with serving(next(folder().glob("*.gguf")), projector) as address:
        yield making(f"openai:{address}#local?brief=4", key=KEY)


@pytest.fixture(scope="module")
def embeds() -> Iterator[Making]:
    """A host that embeds, and neither sees nor hears."""
    with serving(next(folder().glob("*.gguf")), "--embeddings") as address:
        yield making(f"openai:{address}#local", key=KEY)


async def test_it_streams_an_answer_and_tells_its_usage(chats: Making) -> None:
    llm = OpenAIChat.made(chats)
    await llm.start()
    pieces = [piece async for piece in llm.chat.astream(PROMPT, max_tokens=8, temperature=0)]
    assert sum(bool(piece.text) for piece in pieces) > 3
    (usage,) = [piece.usage_metadata for piece in pieces if piece.usage_metadata]
    assert usage["output_tokens"] == 8
    whole = await llm.chat.ainvoke(PROMPT, max_tokens=8, temperature=0)
    assert whole.text == "".join(piece.text for piece in pieces)
    assert whole.response_metadata["finish_reason"] == "length"
    await llm.stop()


async def test_one_answer_after_another_is_whole(chats: Making) -> None:
    """Its server closes every so many connections after a stream without a word: seen once in 30 requests."""
    llm = OpenAIChat.made(chats)
    for _ in range(40):
        assert (await llm.chat.ainvoke(PROMPT, max_tokens=1, temperature=0)).text
    await llm.stop()


async def test_it_keeps_to_a_schema(chats: Making) -> None:
    llm = OpenAIChat.made(chats)
    asked = llm.chat.with_structured_output(Animal, temperature=0, max_tokens=40)
    found: Any = await asked.ainvoke([HumanMessage("A dog.")])
    assert isinstance(found, Animal)
    await llm.stop()


async def test_it_tells_how_likely_its_tokens_were(chats: Making) -> None:
    llm = OpenAIChat.made(chats)
    answer = await llm.chat.ainvoke(PROMPT, max_tokens=4, temperature=0, logprobs=True)
    assert len(answer.response_metadata["logprobs"]["content"]) == 4
    await llm.stop()


async def test_it_looks_at_pictures_and_says_how_sure_it_is(chats: Making) -> None:
    caption, vqa = OpenAICaptioner.made(chats), OpenAIVisualQA.made(chats)
    await caption.load()
    seen = [await caption.perceive(Image.new("RGB", (300, 200), colour)) for colour in ("red", "blue")]
    (answer,) = await vqa.perceive(Question(PICTURE, "How many <__media__> are there?"))
    await vqa.stop()
    for (found,) in seen:
        assert found.text
        assert 0 < found.confidence < 1
    assert seen[0] != seen[1], "a picture makes a difference"
    assert answer.text


async def test_it_takes_our_recordings_and_says_in_which_form_it_answers(chats: Making) -> None:
    """It refuses Whisper's form, and tells of no probabilities: what it hears is said as a guess."""
    ears = OpenAITranscriber.made(making(str(chats.reference).partition("?")[0], key=KEY))
    for _ in range(2):
        (found,) = await ears.perceive(SOUND)
        assert found.text
        assert found.confidence == ears.card.half_from
    await ears.stop()


async def test_it_takes_sound_in_a_message(chats: Making) -> None:
    _, wave, _ = upload(SOUND)
    llm = OpenAIChat.made(chats)
    sound = {"type": "input_audio", "input_audio": {"data": b64encode(wave).decode(), "format": "wav"}}
    heard = await llm.chat.ainvoke([HumanMessage([sound, {"type": "text", "text": "Hi"}])], max_tokens=2)
    deaf = await llm.chat.ainvoke([HumanMessage("Hi")], max_tokens=2)
    await llm.stop()
    assert heard.usage_metadata is not None
    assert deaf.usage_metadata is not None
    assert heard.usage_metadata["input_tokens"] >= deaf.usage_metadata["input_tokens"] + 30


async def test_it_embeds_at_unit_norm_and_alike_what_is_alike(embeds: Making) -> None:
    embedder = OpenAIEmbedder.made(embeds)
    await embedder.load()
    same, again, other = [await embedder.embed(text) for text in ("a dog runs", "a dog runs", "stock prices fell")]
    await embedder.stop()
    assert (same.shape, same.dtype) == ((576,), np.float32)
    assert np.linalg.norm(same) == pytest.approx(1, abs=1e-5)
    assert same @ again > same @ other


@pytest.mark.parametrize(
    ("role", "who", "lacking"),
    [
        ("asr", "embeds", "recordings"),
        ("embeddings", "chats", "texts to embed"),
        ("caption", "embeds", "pictures"),
        ("vqa", "embeds", "pictures"),
    ],
)
async def test_what_it_cannot_do_is_named(role: str, who: str, lacking: str, request: pytest.FixtureRequest) -> None:
    shared: Making = request.getfixturevalue(who)
    plain = making(str(shared.reference).partition("?")[0], key=KEY)
    with pytest.raises(ModelUnavailable, match=f"takes no {lacking}"):
        await ask(role, plain)


async def test_it_wants_its_key(chats: Making) -> None:
    with pytest.raises(ModelUnavailable, match="PARLEY_API_KEYS"):
        await ask("llm", making(str(chats.reference)))


async def test_a_prompt_beyond_its_window_is_refused(chats: Making) -> None:
    llm = OpenAIChat.made(chats)
    with pytest.raises(ModelRefused):
        await llm.chat.ainvoke("word " * 5000)
    await llm.stop()
