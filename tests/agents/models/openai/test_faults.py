"""Whatever a host does, every role gets an answer or a known error, in time, in bounded memory, and asks once."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from agents.errors import ModelBusy, ModelCrashed, ModelError, ModelLate, ModelRefused, ModelUnavailable
from agents.models.openai import wire
from agents.models.openai.asr import OpenAITranscriber
from agents.models.openai.embedding import OpenAIEmbedder
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.speech import OpenAISpeaker
from agents.models.openai.vision import OpenAICaptioner
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.raw_host import HEAD, RawHost
from tests.agents.models.openai.roles import ROLES, ask
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, complaint

STREAM, JSON, SOUND = HEAD % b"text/event-stream", HEAD % b"application/json", HEAD % b"audio/ogg"
HEADS = {"asr": JSON, "embeddings": JSON, "tts": SOUND}
EVENT = b'data: {"choices": [{"delta": {"content": "cut"}}]}\n\n'


async def failing(role: str, *scripts: Script, asked: int = 1) -> ModelError:
    async with ScriptedHost(*scripts) as host:
        with pytest.raises(ModelError) as caught:
            await ask(role, making(host.reference(), sense_deadline=5, answer_deadline=5))
        assert len(host.asked) == asked
    return caught.value


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("status", "kind", "detail"),
    [
        (401, ModelUnavailable, "wants a key: PARLEY_API_KEYS"),
        (403, ModelUnavailable, "wants a key: PARLEY_API_KEYS"),
        (404, ModelUnavailable, "does not have it"),
        (429, ModelBusy, "no place free"),
        (500, ModelCrashed, "failed"),
        (501, ModelUnavailable, "takes no"),
        (503, ModelBusy, "no place free"),
        (307, ModelUnavailable, "sends elsewhere"),
    ],
)
async def test_a_status_is_one_of_our_errors_and_asked_once(
    role: str, status: int, kind: type[ModelError], detail: str
) -> None:
    error = await failing(role, complaint(status, "secret words"))
    assert type(error) is kind
    assert detail in error.detail
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("role", "status", "message", "lacking"),
    [
        ("asr", 501, "The current model does not support audio input.", "recordings (/audio/transcriptions)"),
        ("asr", 404, "Not Found", "recordings (/audio/transcriptions)"),
        ("caption", 500, "image input is not supported - hint: you may need to provide the mmproj", "pictures"),
        ("vqa", 400, "stub is not a multimodal model", "pictures"),
        ("embeddings", 501, "This server does not support embeddings.", "texts to embed (/embeddings)"),
        ("embeddings", 400, "The model does not support Embeddings API", "texts to embed (/embeddings)"),
        ("tts", 404, "Not Found", "texts to speak (/audio/speech)"),
        ("llm", 501, "no chats here", "chats"),
    ],
)
async def test_what_a_host_cannot_do_is_named(role: str, status: int, message: str, lacking: str) -> None:
    error = await failing(role, complaint(status, message))
    assert type(error) is ModelUnavailable
    assert lacking in error.detail


@pytest.mark.parametrize("role", ["asr", "caption", "vqa"])
async def test_a_parameter_that_is_not_taken_is_left_out_and_says_nothing_about_the_model(role: str) -> None:
    """After the third refusal nothing is left to leave out."""
    error = await failing(role, complaint(400, "Unsupported parameter: this model does not support it"), asked=3)
    assert type(error) is ModelRefused


async def test_how_long_a_host_asks_to_wait_is_noted_and_nonsense_is_not() -> None:
    busy = await failing("llm", complaint(429, Retry_After="7"))
    assert "wait 7 s" in busy.detail
    assert isinstance(busy, ModelBusy) and busy.retry_after == 7
    for nonsense in ("-1", "9" * 40, "99999", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"):
        busy = await failing("llm", complaint(429, Retry_After=nonsense))
        assert "wait" not in busy.detail
        assert isinstance(busy, ModelBusy) and busy.retry_after is None


@pytest.mark.parametrize("role", ROLES)
async def test_a_page_where_an_answer_should_be_tells_of_the_address(role: str) -> None:
    error = await failing(role, Script(b"<html>", kind="text/html; charset=utf-8"))
    assert type(error) is ModelUnavailable
    assert "/v1" in error.detail


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "script",
    [
        Script(b"\x89PNG", kind="image/png"),
        Script(b"", kind=""),
        Script({"text": "x"}, headers={"Content-Encoding": "gzip"}),
        Script(EVENT, kind="text/event-stream", headers={"Content-Encoding": "br"}),
    ],
)
async def test_an_answer_of_another_kind_is_not_read(role: str, script: Script) -> None:
    assert type(await failing(role, script)) is ModelCrashed


_SHAPES: list[Any] = [b"{", b"\xff\xfe", b"[" * 200_000, None, [], 7, "x", {}, {"error": {"code": 500}}]
_NUMBERS: dict[str, list[Any]] = {
    "asr": [
        {"text": 7},
        {"text": None},
        {"segments": 7},
        {"segments": [{"text": "a", "avg_logprob": "x"}]},
        {"segments": [{"text": "a", "avg_logprob": -0.1, "start": "x", "end": 1}]},
        {"text": "a", "logprobs": [{"logprob": float("nan")}]},
    ],
    "embeddings": [
        {"data": []},
        {"data": [{"embedding": []}]},
        {"data": [{"embedding": "AAAA"}]},
        {"data": [{"embedding": [0, 0]}]},
        {"data": [{"embedding": [[1], [2]]}]},
        {"data": [{"embedding": [1e999, 1]}]},
        {"data": [{"embedding": [10**400]}]},
        {"data": [{"embedding": [0.1] * 70_000}]},
    ],
    "llm": [
        {"choices": None},
        {"choices": [{"delta": {"content": 7}}]},
        {"choices": [{"delta": {"tool_calls": [7]}}]},
        {"choices": [{"delta": {"tool_calls": [{"function": {"name": 7}}]}}]},
        {"choices": [], "usage": {"prompt_tokens": 1e999, "completion_tokens": 1}},
    ],
    "caption": [{"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [{"token": "a", "logprob": None}]}}]}],
}


@pytest.mark.parametrize(
    ("role", "told"),
    [(role, told) for role, own in _NUMBERS.items() for told in [*_SHAPES, *own]],
    ids=lambda one: str(one)[:40],
)
async def test_an_answer_of_another_shape_is_a_crash(role: str, told: Any) -> None:
    if role in {"asr", "embeddings"}:
        script = Script(told)
    else:
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        script = Script(b"data: " + data + b"\n\ndata: [DONE]\n\n", kind="text/event-stream")
    assert type(await failing(role, script)) is ModelCrashed


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("begins", [False, True], ids=["without a word", "after its headers"])
async def test_a_host_that_falls_silent_is_late(role: str, begins: bool) -> None:
    async with RawHost(HEADS.get(role, STREAM) if begins else b"", end="silence") as host:
        shared = making(host.reference(), sense_deadline=0.3, answer_deadline=0.3)
        async with asyncio.timeout(5):
            with pytest.raises(ModelLate):
                await ask(role, shared)


@pytest.mark.parametrize("kind", [OpenAIChat, OpenAITranscriber, OpenAICaptioner, OpenAIEmbedder, OpenAISpeaker])
async def test_a_host_that_is_silent_at_start_is_told_of(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_REACH_WITHIN", 0.2)
    async with RawHost(end="silence") as host:
        made = kind.made(making(host.reference()))
        with pytest.raises(ModelUnavailable, match="does not answer"):
            await (made.start() if kind is OpenAIChat else made.load())
        await made.stop()


@pytest.mark.parametrize("kind", [OpenAIChat, OpenAITranscriber])
async def test_an_address_that_is_none_is_told_at_start(kind: Any) -> None:
    made = kind.made(making("openai:http://300.1.1.1:1/v1#m"))
    with pytest.raises(ModelUnavailable, match="address"):
        await (made.start() if kind is OpenAIChat else made.load())


async def test_a_stream_that_falls_silent_after_a_piece_is_late() -> None:
    async with RawHost(STREAM, EVENT, end="silence") as host:
        with pytest.raises(ModelLate):
            await ask("llm", making(host.reference(), answer_deadline=0.3))


@pytest.mark.parametrize("end", ["silence", "close", "reset"])
async def test_an_answer_counts_as_whole_whatever_becomes_of_its_connection(end: Any) -> None:
    async with RawHost(STREAM, EVENT + b"data: [DONE]\n\n", end=end) as host:
        assert (await ask("llm", making(host.reference(), answer_deadline=5))).text == "cut"


@pytest.mark.parametrize("end", ["close", "reset"])
@pytest.mark.parametrize("role", ["llm", "vqa", "asr", "embeddings", "tts"])
async def test_a_connection_that_breaks_in_mid_answer_is_a_crash(role: str, end: Any) -> None:
    head = HEADS.get(role, STREAM)
    async with RawHost(head, EVENT if head == STREAM else b'{"text": "cu', end=end) as host:
        with pytest.raises(ModelCrashed):
            await ask(role, making(host.reference(), sense_deadline=5, answer_deadline=5))


@pytest.mark.parametrize(
    ("role", "head", "piece"),
    [
        ("llm", STREAM, b"x" * 60_000),
        ("llm", STREAM, EVENT.replace(b"cut", b"x" * 500) * 100),
        ("caption", STREAM, b": keep alive\n" * 4000),
        ("asr", JSON, b" " * 60_000),
        ("embeddings", JSON, b"[" * 60_000),
        ("tts", SOUND, b"OggS" * 60_000),
    ],
)
async def test_an_answer_without_end_is_cut_off(role: str, head: bytes, piece: bytes) -> None:
    async with RawHost(head, piece, end="flood") as host:
        with pytest.raises(ModelCrashed):
            await ask(role, making(host.reference(), sense_deadline=60, answer_deadline=60))


async def test_a_complaint_without_end_is_read_no_further() -> None:
    async with RawHost(HEAD.replace(b"200 OK", b"500 No") % b"text/plain", b"x" * 60_000, end="flood") as host:
        with pytest.raises(ModelCrashed):
            await ask("llm", making(host.reference(), answer_deadline=5))


async def test_text_that_no_file_can_hold_is_mended() -> None:
    async with ScriptedHost(
        Script(
            b'data: {"choices": [{"delta": {"content": "a\\ud800b"}}]}\n\ndata: [DONE]\n\n', kind="text/event-stream"
        )
    ) as host:
        assert (await ask("llm", making(host.reference()))).text.encode()
