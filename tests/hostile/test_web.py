"""Everything hostile through the web door of one real process: every sender is answered in words, and it lives on.

The long lane sends the whole corpus and a thousand uploads, the default suite a share of them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from storage.columns import storable
from tests.bot.web.site import Browser
from tests.hostile.corpus import cases
from tests.hostile.lane import WHOLE
from tests.hostile.life import LEAKS, MEMORY, memory, misworded
from tests.hostile.texts import NAMES, TEXTS
from tests.pictures import sign
from tests.process import BotProcess
from tests.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

UPLOADS = 1_000 if WHOLE else 100
SHARE = 1 if WHOLE else 7  # every seventh file of the corpus
PEOPLE = 10
PATIENCE = 240.0  # seconds for all that somebody sends
FORM = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
ENDED = {"done", "stopped", "failed"}
SAFE = {
    "image/jpeg", "image/png", "image/webp", "image/gif", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav",
    "audio/flac", "audio/webm", "application/octet-stream",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    folder = tmp_path_factory.mktemp("hostile-web")
    async with BotProcess(None, folder, PARLEY_PROFILE="scripted", PARLEY_HTTP="true") as bot:
        await until(lambda: bot.address is not None or not bot.running, within=30)
        yield bot
        assert bot.running
        own, child = await memory(bot)
        print(f"\npeak memory: {own >> 20} MB, of its decoding children {child >> 20} MB")
        assert own < MEMORY
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output


@asynccontextmanager
async def visitors(bot: BotProcess, number: int) -> AsyncIterator[list[Browser]]:
    """So many people nobody has seen yet, with the page loaded."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=bot.address or "", timeout=PATIENCE, trust_env=False)
            )
            for _ in range(number)
        ]
        browsers = [Browser(client) for client in clients]
        for browser in browsers:
            await browser.load()
        yield browsers


async def posted(browser: Browser, text: str | None, *files: tuple[str, bytes, str]) -> str:
    """Say it, again when there is too much just now; the key."""
    key = str(uuid4())
    async with asyncio.timeout(PATIENCE):
        while (response := await browser.post(text, *files, key=key)).status_code != 202:
            refused = response.json()
            assert response.status_code in {429, 503} and refused["message"], refused
            await asyncio.sleep(float(response.headers["retry-after"]) / 5)
    return key


async def everything(browser: Browser, number: int) -> dict[str, dict[str, Any]]:
    """All items of the chat by key, as soon as these many have ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            items: list[dict[str, Any]] = []
            earlier: int | None = None
            while not items or earlier is not None:
                page = (await browser.client.get("/api/chat", params={"before": earlier} if earlier else {})).json()
                items, earlier = page["items"] + items, page["earlier"]
            ended = {item["key"]: item for item in items if item["state"] in ENDED}
            if len(ended) >= number:
                return ended
            await asyncio.sleep(0.2)


async def test_every_file_is_answered_in_words_and_shown_as_what_it_is(bot: BotProcess) -> None:
    async def send(browser: Browser, number: int) -> dict[str, str]:
        """What was answered amiss, by file."""
        share = cases()[::SHARE][number::PEOPLE]
        types = {"photo": "image/jpeg", "voice": "audio/ogg"}
        keys = [await posted(browser, None, (case.sent_as, case.data, types[case.sent_as])) for case in share]
        items = await everything(browser, len(share))
        for key in keys:
            for part in items[key]["parts"]:
                if "url" in part:
                    shown = await browser.client.get(part["url"])
                    assert shown.status_code == 200 and shown.headers["content-type"] in SAFE, shown.headers
                    assert shown.headers["x-content-type-options"] == "nosniff"
        said = [(case, items[key]["text"]) for case, key in zip(share, keys, strict=True)]
        return {case.file: text for case, text in said if misworded(case, text)}

    async with visitors(bot, PEOPLE) as people:
        found = await asyncio.gather(*(send(browser, number) for number, browser in enumerate(people)))
    assert [wrong for wrong in found if wrong] == []


async def test_every_text_is_answered_and_comes_back(bot: BotProcess) -> None:
    async with visitors(bot, 1) as (browser,):
        await _say_and_read(browser)


async def _say_and_read(browser: Browser) -> None:
    taken = {}
    for name, text in TEXTS.items():
        plain = text.encode("utf-8", "replace").decode()  # no browser can send half a character
        response = await browser.post(plain)
        if response.status_code == 202:
            taken[response.json()["key"]] = storable(plain)
        else:
            assert response.status_code in {400, 413} and response.json()["message"], name
    assert len(taken) >= len(TEXTS) - 4  # nothing but blanks, or more than is taken
    items = await everything(browser, len(taken))
    for key, text in taken.items():
        assert [part["text"] for part in items[key]["parts"]] == [text]
        assert items[key]["text"] and not LEAKS.search(items[key]["text"])
        assert len(items[key]["text"]) < 8_000


async def test_names_of_files_lead_nowhere(bot: BotProcess) -> None:
    async with visitors(bot, 1) as (browser,):
        await _send_by_name(browser)
    assert "passwd" not in bot.output and "X-Evil" not in bot.output


async def _send_by_name(browser: Browser) -> None:
    statuses: Counter[int] = Counter()
    for name in NAMES:
        told = name.encode("utf-8", "replace")
        body = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n' + str(uuid4()).encode()
        body += b'\r\n--x\r\nContent-Disposition: form-data; name="photo"; filename="' + told
        body += b'"\r\nContent-Type: image/jpeg\r\n\r\n' + sign() + b"\r\n--x--\r\n"
        headers = browser.headers | {"Content-Type": "multipart/form-data; boundary=x"}
        response = await browser.client.post("/api/turns", content=body, headers=headers)
        statuses[response.status_code] += 1
        if response.status_code != 202:
            assert response.status_code == 400 and response.json()["message"], name
    assert statuses[202] >= len(NAMES) - 8  # some break the form that holds them
    items = await everything(browser, statuses[202])
    assert all(item["text"] for item in items.values())


async def drip(bot: BotProcess, head: str) -> str:
    """One byte a second; what was answered before the door had enough of it."""
    address = urlsplit(bot.address or "")
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(head.format(host=address.netloc).encode())

    async def dripping() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(1)

    task = asyncio.create_task(dripping())
    answer = b""
    try:
        async with asyncio.timeout(60):
            while not answer.endswith(b"}") and (more := await reader.read(65536)):
                answer += more
    except ConnectionError:
        pass
    finally:
        task.cancel()
        writer.transport.abort()
    return answer.decode("utf-8", "replace")


async def flood(bot: BotProcess, browser: Browser, sized: bool) -> tuple[int, int]:
    """Two gigabytes: the status, and how many bytes were sent before it came."""
    address = urlsplit(bot.address or "")
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    length = "Content-Length: 2000000000" if sized else "Transfer-Encoding: chunked"
    writer.write((_head(browser, length).format(host=address.netloc)).encode())
    piece = bytes(1 << 16)
    sent = 0
    answer = asyncio.create_task(reader.readline())
    with suppress(ConnectionError):
        writer.write(FORM if sized else b"%x\r\n%b\r\n" % (len(FORM), FORM))
        while not answer.done() and sent < 2_000_000_000:
            writer.write(piece if sized else b"%x\r\n%b\r\n" % (len(piece), piece))
            sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0)
    status = int((await answer).split()[1])
    writer.transport.abort()
    return status, sent


def _head(browser: Browser, length: str) -> str:
    ((name, value),) = browser.client.cookies.items()
    session = f"Cookie: {name}={value}\r\nX-CSRF-Token: {browser.page['csrf']}\r\n"
    kind = "Content-Type: multipart/form-data; boundary=x"
    return f"POST /api/turns HTTP/1.1\r\nHost: {{host}}\r\n{session}{kind}\r\n{length}\r\n\r\n"


async def upload(browser: Browser) -> int:
    """Send a photo, once; the status."""
    response = await browser.post(None, ("photo", sign(), "image/jpeg"))
    assert response.status_code == 202 or response.json()["message"]
    return response.status_code


async def test_a_thousand_uploads_slow_clients_and_two_gigabytes_all_at_once(bot: BotProcess) -> None:
    async with visitors(bot, 5 * PEOPLE) as people:
        one = people[0]
        uploads = asyncio.gather(*(upload(people[number % len(people)]) for number in range(UPLOADS)))
        slow = asyncio.gather(
            drip(bot, _head(one, "Content-Length: 5000") + FORM.decode()),
            drip(bot, "GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: "),
        )
        floods = [await flood(bot, one, sized) for sized in (True, False)]
        body, header = await slow
        statuses = Counter(await uploads)
        print(f"\n{UPLOADS} uploads at once: {dict(statuses)}; two gigabytes: refused after {floods} bytes")
        assert set(statuses) <= {202, 429, 503}
        assert {status for status, _ in floods} <= {413, 503}  # 503 where a thousand uploads were there before it
        assert floods[0][1] < 10_000_000 and floods[1][1] < 60_000_000
        assert body.startswith(("HTTP/1.1 408", "HTTP/1.1 503")) and '"message"' in body
        assert header == "" or header.startswith("HTTP/1.1 4")

        answers = [await ended(browser) for browser in people]
        assert all(item["text"] for items in answers for item in items)
        assert sum(map(len, answers)) == statuses[202]
        assert (await one.client.get("/readyz")).status_code == 200


async def ended(browser: Browser) -> list[dict[str, Any]]:
    """The items of the chat, as soon as none is waiting any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            items = await browser.items()
            if all(item["state"] in ENDED for item in items):
                return items
            await asyncio.sleep(0.2)
