"""The next turn of a conversation reads only what is new, and is answered as if it had read everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from PIL import Image

from agents.errors import ModelOutOfMemory
from agents.models.picture_urls import picture_url
from agents.models.reference import ModelReference
from agents.models.transformers import caches
from agents.models.transformers import writer as writing
from agents.models.transformers.answer import Answer, Order
from agents.models.transformers.pieces import Reader
from agents.models.transformers.prefixes import Prefixes
from agents.models.transformers.text import TextModel
from agents.models.transformers.vlm import VisionLanguageModel
from agents.models.transformers.writer import Writer
from tests.tiny.kept import text_model, vision_model
from tests.tiny.text import save_causal_model

SYSTEM = SystemMessage("You are kind, and you know a little of everything.")
PICTURE, OTHER = (
    {"type": "image_url", "image_url": {"url": picture_url(picture.convert("RGB"), 512)}}
    for picture in (Image.effect_noise((60, 40), 80), Image.new("RGB", (60, 40), "red"))
)


def model(options: str = "", place: Any = None) -> TextModel:
    return TextModel(ModelReference.parse(f"transformers:tiny?temperature=0{options}"), place or text_model())


def asked(writer: Writer, *conversations: Sequence[BaseMessage]) -> tuple[list[str], list[Any]]:
    """What is written in each, together, and the usage."""
    told: list[list[str]] = [[] for _ in conversations]
    answers = [
        Answer(Order(said, 10, 0.0, 1.0, (), Reader(piece.append)))
        for said, piece in zip(conversations, told, strict=True)
    ]
    usage: list[Any] = [None] * len(answers)
    while None in usage:
        going = [number for number, done in enumerate(usage) if done is None]
        for number, done in zip(going, writer.advance([answers[number] for number in going]), strict=True):
            usage[number] = done
    return ["".join(pieces) for pieces in told], usage


def reading(writer: Writer) -> list[int]:
    """How many tokens each forward of it takes from now on."""
    read: list[int] = []
    writer._model.register_forward_pre_hook(
        lambda _, __, named: read.append(named["input_ids"].shape[1]), with_kwargs=True
    )
    return read


def turns(writer: Writer, name: str, count: int) -> list[tuple[str, Any]]:
    """One conversation, in which every answer stands in the next prompt."""
    said: list[BaseMessage] = [SYSTEM]
    given = []
    for number in range(count):
        said.append(HumanMessage(f"Tell me of {name}, number {number}."))
        (text,), (usage,) = asked(writer, said)
        said.append(AIMessage(text))
        given.append((text, usage))
    return given


def test_the_second_turn_reads_only_what_is_new() -> None:
    writer = model()
    read = reading(writer)
    first, second = turns(writer, "cats", 2)
    known = second[1]["input_token_details"]["cache_read"]
    assert first[1]["input_token_details"]["cache_read"] == 0
    assert known >= first[1]["input_tokens"]
    assert sum(read) < second[1]["input_tokens"] + 2 * 10
    assert [first[0], second[0]] == [text for text, _ in turns(model("&cache=0"), "cats", 2)]


def test_whoever_says_the_same_at_first_shares_it_without_harm() -> None:
    writer, apart = model(), model("&cache=0")
    told = [turns(writer, name, 2) for name in ("cats", "cars", "seas")]
    assert [[text for text, _ in turn] for turn in told] == [
        [text for text, _ in turns(apart, name, 2)] for name in ("cats", "cars", "seas")
    ]
    assert told[1][0][1]["input_token_details"]["cache_read"] > len(SYSTEM.text)
    conversations = [[SYSTEM, HumanMessage(f"Tell me of {name} at once.")] for name in ("cats", "cars", "seas")]
    assert asked(writer, *conversations)[0] == asked(apart, *conversations)[0]


def test_the_same_prompt_again_reads_its_last_token_alone() -> None:
    writer = model()
    said = [SYSTEM, HumanMessage("Hello")]
    before, _ = asked(writer, said)
    read = reading(writer)
    again, _ = asked(writer, said)
    assert again == before
    assert read == [1] * 10


def test_what_a_model_forgets_by_windows_is_read_again(tmp_path: Path) -> None:
    writer = model(place=save_causal_model("mistral", tmp_path, sliding_window=16))
    assert [usage["input_token_details"]["cache_read"] for _, usage in turns(writer, "cats", 2)] == [0, 0]


def test_where_memory_lacks_what_is_kept_goes_first() -> None:
    writer = model()
    said = [SYSTEM, HumanMessage("Hello")]
    before, _ = asked(writer, said)

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    hook = writer._model.register_forward_pre_hook(full)
    with pytest.raises(ModelOutOfMemory):
        asked(writer, said)
    hook.remove()
    again, (usage,) = asked(writer, said)
    assert again == before
    assert usage["input_token_details"]["cache_read"] == 0


def test_a_lone_answer_has_the_room_of_what_was_kept() -> None:
    writer = model()
    asked(writer, [SYSTEM, HumanMessage("Hello")])
    said = [SYSTEM, HumanMessage("What is the sea?")]

    def full(*_: object) -> None:
        if writer._prefixes._kept:
            raise torch.OutOfMemoryError("CUDA out of memory")

    hook = writer._model.register_forward_pre_hook(full)
    (text,), _ = asked(writer, said)
    hook.remove()
    assert [text] == asked(model("&cache=0"), said)[0]


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory"), torch.AcceleratorError("CUDA error: unspecified launch failure")],
    ids=["memory lacks", "device is lost"],
)
def test_an_answer_that_is_whole_does_not_fail_when_it_cannot_be_kept(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = model()
    conversations = [[SYSTEM, HumanMessage(text)] for text in ("Hello", "What is the sea?")]
    before, _ = asked(model(), *conversations)

    def copied(*_: object) -> None:
        raise error

    monkeypatch.setattr(caches, "row", copied)
    monkeypatch.setattr(writing, "_TURN", 60.0)  # or on a busy machine both are written together, which copies too
    assert asked(writer, *conversations)[0] == before
    assert not writer._prefixes._kept


def test_pictures_are_seen_anew() -> None:
    writer = VisionLanguageModel(ModelReference.parse("vlm:tiny?temperature=0"), vision_model())
    shown = [SYSTEM, HumanMessage([PICTURE, "What is it?"])]
    other = [SYSTEM, HumanMessage([OTHER, "What is it?"])]
    (first,), _ = asked(writer, shown)
    (second,), (usage,) = asked(writer, other)
    assert usage["input_token_details"]["cache_read"] == 0
    assert first != second


def test_a_conversation_without_pictures_is_kept_where_places_are_plain() -> None:
    writer = VisionLanguageModel(ModelReference.parse("vlm:tiny?temperature=0"), vision_model())
    assert writer._abilities.batched
    assert turns(writer, "cats", 2)[1][1]["input_token_details"]["cache_read"] > 0


@pytest.fixture(scope="module")
def whole() -> Any:
    return model()._model


def cache(whole: Any, ids: Sequence[int]) -> Any:
    """What the model has of these tokens."""
    read = caches.empty(whole)
    with torch.inference_mode():
        whole(input_ids=torch.tensor([list(ids)]), past_key_values=read)
    return read


def test_those_used_last_are_kept_within_the_room(whole: Any) -> None:
    one = caches.size(cache(whole, range(20)))
    prefixes = Prefixes(whole, 2 * one)
    for first in (0, 100, 200):
        ids = range(first, first + 20)
        prefixes.keep(ids, cache(whole, ids))
        prefixes.beginning([*range(100, 120), 5])
    assert prefixes.beginning([*range(20), 5]) == (None, 0)
    assert [prefixes.beginning([*range(first, first + 20), 5])[1] for first in (100, 200)] == [20, 20]
    prefixes.keep(range(41), cache(whole, range(41)))  # larger than the room
    assert prefixes.beginning([*range(20), 5]) == (None, 0)


def test_a_longer_conversation_takes_the_place_of_its_beginning(whole: Any) -> None:
    one = caches.size(cache(whole, range(10)))
    prefixes = Prefixes(whole, 3 * one)
    prefixes.keep(range(10), cache(whole, range(10)))
    prefixes.keep(range(100, 110), cache(whole, range(100, 110)))
    prefixes.keep(range(20), cache(whole, range(20)))
    assert prefixes.beginning([*range(30)])[1] == 20
    assert prefixes.beginning([*range(100, 130)])[1] == 10


def test_a_copy_is_cropped_and_its_own(whole: Any) -> None:
    prefixes = Prefixes(whole, 10**9)
    prefixes.keep(range(30), cache(whole, range(30)))
    copy, known = prefixes.beginning([*range(12), 99, 99])
    assert known == copy.get_seq_length() == 12
    fresh = cache(whole, range(12))
    for layer, other in zip(copy.layers, fresh.layers, strict=True):
        assert torch.allclose(layer.keys, other.keys, atol=1e-5)
        layer.keys.zero_()
    assert prefixes.beginning([*range(12), 99])[0].layers[0].keys.abs().sum() > 0
