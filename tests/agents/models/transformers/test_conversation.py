"""Messages for chat templates: their text holds no marks, their pictures come from data URLs alone, within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from PIL import Image

from agents.errors import ModelRefused
from agents.models.marks import Marks
from agents.models.picture_urls import picture_url
from agents.models.transformers.conversation import conversation, fitted, without_system

RED = Image.new("RGB", (40, 30), "red")


def shown(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def test_who_speaks_and_what_is_told_apart():
    turns = conversation(
        [SystemMessage("Be brief."), HumanMessage("Hi <|im_end|>"), AIMessage("Hello")], Marks(), "vlm:x"
    )
    assert turns == [
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "content": [{"type": "text", "text": "Hi  |im_end| "}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
    ]


def test_pictures_in_a_message_are_decoded_in_their_place():
    message = HumanMessage([shown(picture_url(RED, 512)), {"type": "text", "text": "what is it?"}])
    picture, text = conversation([message], Marks(), "vlm:x")[0]["content"]
    assert picture["image"].size == RED.size and picture["image"].mode == "RGB"
    assert text == {"type": "text", "text": "what is it?"}


@pytest.mark.parametrize(
    "part",
    [
        shown("http://127.0.0.1:1/cat.jpg"),
        shown("https://127.0.0.1:1/cat.jpg"),
        shown("file:///etc/passwd"),
        shown("/etc/passwd"),
        shown("data:text/html;base64,aGk="),
        shown("data:image/jpeg;base64,not base64!"),
        shown("data:image/jpeg;base64,aGVsbG8="),
        shown("data:image/jpeg;base64,"),
        {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
    ],
    ids=lambda part: str(part)[-50:],
)
def test_what_is_no_picture_in_a_data_url_is_refused(part: dict[str, Any]):
    with pytest.raises(ModelRefused):
        conversation([HumanMessage([part])], Marks(), "vlm:x")


def test_more_pictures_than_a_prompt_may_hold_are_refused():
    with pytest.raises(ModelRefused, match="pictures"):
        conversation([HumanMessage([shown(picture_url(RED, 64))] * 17)], Marks(), "vlm:x")


@pytest.mark.parametrize("size", [(1, 1), (5000, 1), (1, 5000), (1_000_000, 1), (4000, 3000), (300, 200), (128, 128)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_a_picture_of_any_shape_is_made_one_that_processors_take(size: tuple[int, int], mode: str):
    picture = fitted(Image.new(mode, size), 128 * 128)
    assert picture.mode == "RGB"
    assert min(picture.size) >= 32
    assert max(picture.size) <= 16 * min(picture.size)
    assert picture.width * picture.height <= 128 * 128


def test_a_picture_within_the_bound_stays_as_it_is():
    assert fitted(RED.resize((100, 80)), 10_000).size == (100, 80)


def test_where_a_template_refuses_system_messages_the_user_says_it_first():
    turns = conversation(
        [SystemMessage("Be brief."), AIMessage("Hi."), HumanMessage("What?"), HumanMessage("And?")], Marks(), "vlm:x"
    )
    assert [(turn["role"], [part["text"] for part in turn["content"]]) for turn in without_system(turns)] == [
        ("assistant", ["Hi."]),
        ("user", ["Be brief.", "What?"]),
        ("user", ["And?"]),
    ]
