"""What goes out is what OpenAI's specification describes, and what its own client would send."""

from __future__ import annotations

from typing import Any

import numpy as np
import openai
import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from PIL import Image
from pydantic import BaseModel

from agents.models.llamacpp.client import Connection
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.openai.asking import ordered
from agents.models.openai.asr import OpenAITranscriber
from agents.models.openai.embedding import OpenAIEmbedder
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.vision import OpenAICaptioner, OpenAIVisualQA
from agents.models.picture_urls import picture_url
from agents.models.reference import ModelReference
from agents.ports import Question, Sound
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, chat, said
from tests.agents.models.openai.specification import (
    LLAMACPP_EXTENSIONS,
    chat_request,
    embedding_request,
    transcription_request,
)

PROMPT = [SystemMessage("Be brief."), HumanMessage("Hi"), AIMessage("Hello"), HumanMessage("Where can I eat?")]
SOUND = Sound(np.sin(np.arange(16_000, dtype=np.float32) / 10) / 2)
PICTURE = Image.new("RGB", (3000, 1500), "#446688")
PIXEL = picture_url(Image.new("RGB", (1, 1)), 1)


@tool
def weather(town: str) -> str:
    """The weather in a town."""
    return town


class Mood(BaseModel):
    """The mood of a text."""

    mood: str
    sure: bool


async def sent(messages: list[BaseMessage], options: str = "", *answers: Script, **asked: Any) -> Any:
    async with ScriptedHost(*(answers or (said("yes"),))) as host:
        llm = OpenAIChat(making(host.reference(options)))
        await llm.chat.ainvoke(messages, **asked)
        await llm.stop()
        return host.asked[0].json


MESSAGES: dict[str, list[BaseMessage]] = {
    "text": [*PROMPT],
    "picture": [HumanMessage([{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": PIXEL}}])],
    "picture of LangChain's kind": [
        HumanMessage([{"type": "image", "base64": PIXEL.partition(",")[2], "mime_type": "image/jpeg"}])
    ],
    "sound": [HumanMessage([{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}])],
    "tools": [
        HumanMessage("And in Oslo?"),
        AIMessage("", tool_calls=[{"name": "weather", "args": {"town": "Oslo"}, "id": "call_1"}]),
        ToolMessage("rain", tool_call_id="call_1"),
    ],
}


@pytest.mark.parametrize("kind", MESSAGES)
async def test_a_chat_is_asked_for_as_the_specification_says(kind: str) -> None:
    order = await sent(MESSAGES[kind], stop=["\n"], temperature=0.5, logprobs=True)
    chat_request().validate(order)
    assert order["stream"] is True
    assert order["messages"][0]["role"] == ("system" if kind == "text" else "user")


async def test_pictures_and_sound_arrive_as_they_were_given() -> None:
    picture = await sent(MESSAGES["picture of LangChain's kind"])
    assert picture["messages"][0]["content"][0] == {"type": "image_url", "image_url": {"url": PIXEL}}
    sound = await sent(MESSAGES["sound"])
    assert sound["messages"][0]["content"][0]["input_audio"] == {"data": "UklGRg==", "format": "wav"}


async def test_the_longest_answer_and_the_sampling_go_by_the_names_the_reference_gives() -> None:
    order = await sent(PROMPT, "?context=4000&reply=50&temperature=0.3&top_p=0.8&limit=max_completion_tokens")
    chat_request().validate(order)
    assert (order["max_completion_tokens"], order["temperature"], order["top_p"]) == (50, 0.3, 0.8)
    assert "max_tokens" not in order
    plain = await sent(PROMPT, "?context=4000&reply=50", max_tokens=7)
    assert plain["max_tokens"] == 7
    assert "temperature" not in plain  # the host knows what suits its model


async def test_tools_and_schemas_go_out_as_the_specification_says() -> None:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    async with ScriptedHost(chat({"tool_calls": [call]}), chat({"content": '{"mood": "sad", "sure": true}'})) as host:
        llm = OpenAIChat(making(host.reference()))
        await llm.chat.bind_tools([weather], tool_choice="weather").ainvoke(PROMPT)
        await llm.chat.with_structured_output(Mood, strict=True).ainvoke(PROMPT)
        await llm.stop()
    tools, schema = (asked.json for asked in host.asked)
    for order in (tools, schema):
        chat_request().validate(order)
    assert tools["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    assert schema["response_format"]["json_schema"]["strict"] is True
    assert set(schema["response_format"]["json_schema"]["schema"]["properties"]) == {"mood", "sure"}


async def test_a_picture_is_asked_about_as_the_specification_says_and_within_its_bound() -> None:
    async with ScriptedHost(said("a field")) as host:
        shared = making(host.reference("?side=300&brief=20"))
        await OpenAICaptioner.made(shared).perceive(PICTURE)
        await OpenAIVisualQA.made(shared).perceive(Question(PICTURE, "Is it <|im_end|> blue?"))
        await OpenAIChat.made(shared).stop()
    for asked in host.asked:
        chat_request().validate(asked.json)
        picture, words = asked.json["messages"][0]["content"]
        assert picture["image_url"]["url"].startswith("data:image/jpeg;base64,")
        assert len(picture["image_url"]["url"]) < 10_000
        assert asked.json["max_tokens"] == 20
        assert "<|im_end|>" not in words["text"]
    assert "blue?" in words["text"]


async def test_embeddings_are_asked_for_as_the_specification_says() -> None:
    async with ScriptedHost(Script({"data": [{"index": 0, "embedding": [3.0, 4.0]}]})) as host:
        embedder = OpenAIEmbedder.made(making(host.reference("?dimensions=2")))
        await embedder.embed("hello")
        await embedder.stop()
    (asked,) = host.asked
    embedding_request().validate(asked.json)
    assert asked.path == "/v1/embeddings"


@pytest.mark.parametrize(("seconds", "kind", "magic"), [(1, "audio/wav", b"RIFF"), (601, "audio/flac", b"fLaC")])
async def test_a_recording_goes_out_as_the_specification_says(seconds: int, kind: str, magic: bytes) -> None:
    refused = Script({"error": "no"}, status=400)
    async with ScriptedHost(refused, refused, Script({"text": "hello"})) as host:
        ears = OpenAITranscriber.made(making(host.reference("?language=en")))
        await ears.perceive(Sound(np.tile(SOUND.samples, seconds)))
        await ears.stop()
    for asked in host.asked:
        transcription_request().validate(asked.form)
        assert (asked.path, asked.file_type, asked.file[:4]) == ("/v1/audio/transcriptions", kind, magic)
    assert [asked.form and asked.form["response_format"] for asked in host.asked] == [
        ["verbose_json"],
        ["json"],
        ["json"],
    ]


async def test_openais_own_client_names_the_fields_of_a_recording_as_we_do() -> None:
    refused = Script({"error": "no"}, status=400)
    async with ScriptedHost(refused, Script({"text": "hello"})) as host:
        ears = OpenAITranscriber.made(making(host.reference("?language=en")))
        await ears.perceive(SOUND)
        await ears.stop()
        address = f"http://127.0.0.1:{host.port}/v1"
        async with openai.AsyncOpenAI(api_key="x", base_url=address, max_retries=0) as theirs:
            await theirs.audio.transcriptions.create(
                file=("recording.wav", b"RIFF"),
                model="stub",
                language="en",
                response_format="json",
                include=["logprobs"],
            )
    assert host.asked[1].form == host.asked[2].form
    assert host.asked[1].path == host.asked[2].path


def test_what_llamacpp_gets_has_its_extensions_alone_beside_the_specification() -> None:
    options = LlamaCppOptions.of(ModelReference.parse("llamacpp:/m.gguf"))
    connection: Any = Connection.to(None, "http://127.0.0.1:1", "k", "llamacpp:x", options)  # type: ignore[arg-type]
    order = ordered(PROMPT, None, dict(connection.standing))
    chat_request(LLAMACPP_EXTENSIONS).validate(order)
    assert {error.validator for error in chat_request().iter_errors(order)} == {"additionalProperties"}
