"""Every limit of the web door, and the words that go with it: too much, too slow, too many, and nothing at all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from bot.web.bounds import Bounds
from bot.web.protocol import PatientProtocol
from storage.errors import StorageFull
from tests.agents.house import photo, voice
from tests.bot.web.raw import Raw
from tests.bot.web.reader import reading
from tests.bot.web.refusals import refusal
from tests.bot.web.site import Browser, Site, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

SMALL = Bounds(
    file=200_000,
    text=1000,
    small_body=2000,
    body_grace=0.5,
    body_deadline=3.0,
    pace=20_000.0,
    uploads=2,
    uploads_waiting=2,
    upload_patience=0.5,
    waiting=5,
    streams_a_chat=2,
    ping=0.1,
)
PHOTO = ("photo", photo().data, "image/png")
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(tmp_path_factory.mktemp("limits"), bounds=SMALL) as site:
        yield site


async def test_nothing_at_all_is_no_turn(ada: Browser) -> None:
    for text in (None, "", " \n\t\u3000"):
        refusal(await ada.post(text), 400, "empty")


@pytest.mark.parametrize("key", ["", "x", "turn-1", "00000000-0000-1000-8000-000000000000", "../../etc/passwd"])
async def test_a_key_is_a_random_uuid(ada: Browser, key: str) -> None:
    for path in ("/api/stop", "/api/new"):
        refusal(await ada.command(path, key), 400, "bad-request")
    form = {"key": (None, key), "text": (None, "hi")}
    refusal(await ada.client.post("/api/turns", files=form, headers=ada.headers), 400, "bad-request")


async def test_text_is_taken_up_to_its_limit_in_any_script(ada: Browser) -> None:
    for sign in "a字🙂":
        assert (await ada.post(sign * 1000)).status_code == 202
        refusal(await ada.post(sign * 1001), 413, "text-too-long", most=1000)
    refusal(await ada.post("a" * 100_000), 413, "text-too-long", most=1000)


async def test_what_no_database_holds_is_shown_as_unreadable_signs(ada: Browser) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n' + str(uuid4()).encode()
    body += b'\r\n--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na\x00b \xe4\xbd\xa0\r\n--x--\r\n'
    response = await send(ada, body)
    assert response.json()["parts"] == [{"kind": "text", "text": "a\ufffdb 你"}]


@pytest.mark.parametrize("charset", ["unicode_escape", "idna", "utf-16", "nonsense"])
async def test_text_comes_in_utf_8_alone(ada: Browser, charset: str) -> None:
    refusal(await send(ada, b"--x--\r\n", f"; charset={charset}"), 400, "bad-request")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"--x\r\n\r\nno name\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="photo"\r\n\r\nno file\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="text"; filename="t"\r\n\r\na file\r\n--x--\r\n',
        b"--x\r\n" + b"A: b\r\n" * 100 + b"\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="n"; filename="' + b"n" * 8000 + b'"\r\n\r\n\r\n--x--\r\n',
        b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n\r\n' % n for n in range(50))
        + b"--x--\r\n",
    ],
)
async def test_a_form_that_is_none_is_refused_in_words(ada: Browser, body: bytes) -> None:
    refusal(await send(ada, body), 400, "bad-request")


async def test_other_content_is_refused_in_words(ada: Browser) -> None:
    for content_type in ("application/json", "text/plain", "multipart/form-data", ""):
        headers = ada.headers | {"Content-Type": content_type}
        refusal(await ada.client.post("/api/turns", content=b"{}", headers=headers), 400, "bad-request")


async def test_as_many_photos_and_recordings_as_fit_and_no_more(ada: Browser) -> None:
    sound = ("voice", voice().data, "audio/wav")
    assert (await ada.post(None, *[PHOTO] * 10, *[sound] * 3)).status_code == 202
    refusal(await ada.post(None, *[PHOTO] * 11), 413, "too-many-photos", most=10)
    refusal(await ada.post(None, *[sound] * 4), 413, "too-many-voices", most=3)
    refusal(await ada.post(None, *[PHOTO] * 40), 400, "bad-request")


@pytest.mark.parametrize("media_type", ["image/heic", "IMAGE/PNG; x=y", "application/octet-stream", ""])
async def test_a_photo_is_an_image_or_of_no_stated_kind(ada: Browser, media_type: str) -> None:
    assert (await ada.post(None, ("photo", b"x", media_type))).status_code == 202


@pytest.mark.parametrize("media_type", ["audio/ogg", "audio/webm;codecs=opus", "video/webm", "audio/x-unheard-of"])
async def test_a_recording_is_sound_or_a_container_that_holds_it(ada: Browser, media_type: str) -> None:
    assert (await ada.post(None, ("voice", b"x", media_type))).status_code == 202


async def test_files_of_other_kinds_are_refused_in_words(ada: Browser) -> None:
    for media_type in ("text/html", "application/pdf", "audio/ogg", "video/webm", "image"):
        refusal(await ada.post(None, ("photo", b"x", media_type)), 400, "no-photo")
    for media_type in ("text/html", "image/png", "video/x-matroska"):
        refusal(await ada.post(None, ("voice", b"x", media_type)), 400, "no-voice")


async def test_an_empty_file_is_a_part_that_could_not_be_taken_in(ada: Browser) -> None:
    response = await ada.post("what is it?", ("photo", b"", "image/png"))
    assert response.json()["parts"][0] == {"kind": "unread", "what": "photo", "reason": "empty"}


async def test_a_file_is_taken_up_to_its_limit(ada: Browser) -> None:
    assert (await ada.post(None, ("photo", b"x" * 200_000, "image/png"))).status_code == 202
    too_large = await ada.post(None, ("photo", b"x" * 200_001, "image/png"))
    refusal(too_large, 413, "file-too-large", megabytes=0)


async def test_a_body_that_is_too_large_is_refused_before_it_comes(site: Site, ada: Browser) -> None:
    async with Raw.of(site, ada) as raw:
        raw.head("POST", "/api/turns", FORM | {"Content-Length": str(2 << 30)})
        assert (await raw.answer())[0] == 413
    async with Raw.of(site, ada) as raw:
        raw.head("POST", "/api/stop", {"Content-Length": "2001", "Content-Type": "application/x-www-form-urlencoded"})
        assert (await raw.answer())[0] == 413


async def test_a_body_that_grows_too_large_is_refused_while_it_comes(site: Site, ada: Browser) -> None:
    async with Raw.of(site, ada) as raw:
        raw.head("POST", "/api/turns", FORM | {"Transfer-Encoding": "chunked"})
        raw.chunk(PART)
        for _ in range(6):
            raw.chunk(b"x" * 190_000 + b"\r\n" + PART)
        assert (await raw.answer())[0] == 413


async def test_a_client_that_sends_a_byte_now_and_then_is_not_waited_for(site: Site, ada: Browser) -> None:
    async with Raw.of(site, ada) as raw:
        raw.head("POST", "/api/turns", FORM | {"Content-Length": "5000"})
        raw.send(PART)
        raw.trickle(b"-", every=0.1)
        status, told = await raw.answer()
    assert (status, told["error"]) == (408, "slow")


async def test_a_stream_is_not_ended_for_a_body_that_nobody_reads(site: Site, ada: Browser) -> None:
    async with Raw.of(site, ada) as raw:
        raw.head("GET", "/api/events", {"Content-Length": "10"})
        lines = [await raw.line()]
        while lines.count(b": ping\n") < 10:  # which takes longer than a body may
            lines.append(await raw.line())
            assert lines[-1]
    assert lines[0].startswith(b"HTTP/1.1 200")


async def test_a_client_that_never_ends_its_headers_is_not_waited_for(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "headers_within", 0.3)
    async with Raw.of(site, ada) as raw:
        raw.send(b"GET / HTTP/1.1\r\n")
        raw.trickle(b"a", every=0.05)
        assert (await raw.line()).startswith(b"HTTP/1.1 408")
    async with Raw.of(site, ada) as silent:
        assert await silent.line() == b""


async def test_what_a_refused_client_goes_on_sending_is_let_pass_for_a_while_only(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "linger", 0.3)
    async with Raw.of(site, ada) as raw:
        raw.head("POST", "/api/turns", FORM | {"Content-Length": str(1 << 30)})
        raw.trickle(b"x" * 1000, every=0.02)
        assert (await raw.answer())[0] == 413
        assert await raw.closed()


async def test_a_client_that_takes_no_answer_is_cut_off(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "stalled", 0.3)
    async with Raw.of(site, ada, receive_buffer=4096) as raw:
        await ada.said("look", ("photo", b"\xff\xd8\xff" + b"x" * 190_000, "image/jpeg"))
        url = (await ada.items())[-1]["parts"][0]["url"]
        for _ in range(200):
            raw.head("GET", url, {})
        assert await raw.cut_off()


async def test_uploads_beyond_those_read_at_once_wait_then_are_refused_in_words(tmp_path: Path) -> None:
    patient = replace(SMALL, body_grace=600.0, body_deadline=600.0)
    async with opened(tmp_path, bounds=patient) as site:
        slow, others = [await site.browser() for _ in range(2)], [await site.browser() for _ in range(4)]
        async with Raw.of(site, slow[0]) as first, Raw.of(site, slow[1]) as second:
            for raw in (first, second):
                raw.head("POST", "/api/turns", FORM | {"Content-Length": "60000"})
                raw.send(PART)
            async with asyncio.timeout(20):
                while (await others[0].post("hi")).status_code != 503:  # until both are being read
                    pass
            answers = await asyncio.gather(*(other.post("hi") for other in others))
            assert {answer.status_code for answer in answers} == {503}
            refusal(answers[0], 503, "busy")
            assert int(answers[0].headers["retry-after"]) > 0
        async with asyncio.timeout(20):
            while (await others[1].post("hi")).status_code != 202:  # until both are known to be gone
                pass


async def test_a_chat_has_so_many_unanswered_turns_and_no_more(site: Site, ada: Browser) -> None:
    site.llm.chat.seconds = 20
    keys = [await ada.said(f"number {n}") for n in range(5)]
    refusal(await ada.post("one more"), 429, "too-many-waiting")
    refusal(await ada.command("/api/new", str(uuid4())), 429, "too-many-waiting")
    assert (await ada.post("number 0", key=keys[0])).status_code == 202, "a repetition is none more"
    assert (await (await site.browser()).post("hello")).status_code == 202
    site.llm.chat.seconds = 0
    async with reading(ada.client) as reader:
        for key in keys:
            await ada.command("/api/stop", key)
        await reader.state(keys[-1], "stopped")
    assert (await ada.post("one more")).status_code == 202


async def test_a_chat_has_so_many_windows_and_no_more(ada: Browser) -> None:
    async with reading(ada.client), reading(ada.client):
        refusal(await ada.client.get("/api/events"), 429, "too-many-windows")
    async with reading(ada.client) as reader:
        await reader.until(lambda: reader.pings > 1)


async def test_what_cannot_be_stored_is_not_acknowledged(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StorageFull("full")

    with monkeypatch.context() as patch:
        patch.setattr(type(site.kept.media), "put", full)
        refusal(await ada.post("look", PHOTO), 503, "storage")
    with monkeypatch.context() as patch:
        patch.setattr(type(site.kept.inbox), "accept", full)
        async with reading(ada.client) as reader:
            answer = await ada.post("look", PHOTO)
            refusal(answer, 503, "storage")
            assert int(answer.headers["retry-after"]) > 0
            await reader.until(lambda: reader.pings > 0)
            assert (reader.items, reader.notes) == ({}, [])
    assert await ada.items() == []
    with sqlite3.connect(site.folder / "parley.db") as database:
        (rows,) = database.execute("SELECT count(*) FROM inbox WHERE chat = ?", (ada.chat,)).fetchone()
    assert rows == 0


async def test_requests_that_make_no_sense_are_answered_in_words(ada: Browser) -> None:
    for path in ("/none", "/media/x", f"/media/{'0' * 64}", "/api/none"):
        refusal(await ada.client.get(path), 404, "not-found")
    assert (await ada.client.put("/api/chat", headers=ada.headers)).status_code == 405
    assert (await ada.client.get("/api/turns")).json()["error"] == "not-found"


async def send(browser: Browser, body: bytes, parameters: str = "") -> httpx.Response:
    headers = browser.headers | {"Content-Type": f"multipart/form-data; boundary=x{parameters}"}
    return await browser.client.post("/api/turns", content=body, headers=headers)
