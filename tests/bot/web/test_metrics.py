"""Who reads the metrics: this host's own programs, or whoever has the token; everybody else is told of no such page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from bot.top.asking import Asker
from bot.web.attempts import Attempts
from bot.web.bounds import Bounds
from bot.web.metrics import Scraping
from bot.web.refusal import Refused
from tests.bot.web.refusals import refusal
from tests.bot.web.site import Site, opened
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "a-token-for-scraping"
OPEN = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


async def scrape(site: Site, **headers: str) -> httpx.Response:
    return await site.stranger().client.get(
        "/metrics", headers={name.replace("_", "-"): headers[name] for name in headers}
    )


def values(response: httpx.Response) -> dict[str, float]:
    """Of the samples without labels, by name."""
    assert response.status_code == 200, response.text
    families = text_string_to_metric_families(response.text)
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


async def test_programs_of_this_host_read_models_desk_process_and_version(site: Site) -> None:
    site.metrics.of("scripted:x").ran("cpu", 1, 0.2)
    await (await site.browser()).said("hello")
    await until(lambda: site.desk.facts().outcomes["answered"] > 0, within=10)
    response = await scrape(site)
    found = values(response)
    assert found["process_resident_memory_bytes"] > 10_000_000
    assert found["parley_children_resident_memory_bytes"] >= 0
    assert found["parley_turns_in_flight"] == 0
    assert found["parley_desk_waiting_turns"] == 0
    assert 'parley_turns_total{outcome="answered"}' in response.text
    assert 'parley_build_info{version="' in response.text
    assert "no-store" in response.headers["cache-control"]
    assert "set-cookie" not in response.headers


async def test_everything_that_is_told_says_what_it_is(site: Site) -> None:
    families = list(text_string_to_metric_families((await scrape(site)).text))
    assert len(families) > 15
    assert [family.name for family in families if len(family.documentation) < 10] == []


async def test_each_client_gets_the_format_it_reads(site: Site) -> None:
    plain, new = await scrape(site, Accept="*/*"), await scrape(site, Accept=OPEN)
    assert plain.headers["content-type"].startswith("text/plain")
    assert new.headers["content-type"].startswith("application/openmetrics-text")
    assert {family.name for family in text_string_to_metric_families(plain.text)}
    assert {family.name for family in open_metrics(new.text)}


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "text/plain; version=x.y",
        "application/openmetrics-text;version=;",
        ";;==,,",
        "text/plain;version=1.0.0" * 400,
    ],
)
async def test_a_header_that_makes_no_sense_gets_an_answer_all_the_same(site: Site, accept: str) -> None:
    assert values(await scrape(site, Accept=accept))


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "203.0.113.7"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_For": "localhost"},
        {"X_Forwarded_For": "203.0.113.7, 127.0.0.1"},
        {"X_Forwarded_For": ""},
        {"X_Forwarded_Proto": "https"},
        {"X_Forwarded_Host": "chat.example.org"},
        {"X_Real_IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
async def test_what_a_proxy_on_this_host_forwards_is_refused(site: Site, headers: dict[str, str]) -> None:
    refusal(await scrape(site, **headers), 404, "not-found")


async def test_a_strangers_name_for_this_host_is_refused(site: Site) -> None:
    refusal(await scrape(site, Host="evil.example"), 403, "unknown-host")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "[", "", "127.0.0.1.evil.example"])
async def test_whatever_the_door_lets_in_by_its_name_is_looked_at_once_more(host: str) -> None:
    scraping = Scraping(None, Attempts(Bounds()))
    with pytest.raises(Refused):
        scraping.check(asked(host))
    scraping.check(asked("localhost:1"))


def asked(host: str) -> Request:
    """From this host."""
    return Request({"type": "http", "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 1)})


async def test_a_proxy_that_tells_nothing_of_itself_shows_nobody_a_chat_with_a_token(tmp_path: Path) -> None:
    token = "Schlüssel für à"
    async with opened(tmp_path, token=token) as guarded:
        refusal(await scrape(guarded), 404, "not-found")  # as an nginx with proxy_pass alone asks
        refusal(await scrape(guarded, Authorization="Bearer wrong"), 404, "not-found")
        asker = Asker(f"{guarded.door.address}/metrics", token)
        assert await asyncio.to_thread(asker.ask)


async def test_who_is_refused_learns_nothing_but_that_there_is_no_such_page(site: Site) -> None:
    none = await site.stranger().client.get("/none")
    refused = await scrape(site, X_Forwarded_For="203.0.113.7")
    assert (refused.status_code, refused.json()) == (none.status_code, none.json())
    assert (await site.stranger().client.post("/metrics")).status_code in {403, 404, 405}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(
        tmp_path_factory.mktemp("guarded"), metrics_token=TOKEN, bounds=Bounds(login_failures=8)
    ) as guarded:
        yield guarded


async def test_with_a_token_whoever_has_it_reads_from_anywhere(guarded: Site) -> None:
    for scheme in ("Bearer", "bearer"):
        assert values(await scrape(guarded, Authorization=f"{scheme} {TOKEN}", X_Forwarded_For="203.0.113.9"))


@pytest.mark.parametrize("given", ["", "Bearer", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}"])
async def test_without_it_nobody_does_and_not_this_host_either(guarded: Site, given: str) -> None:
    refusal(await scrape(guarded, Authorization=given), 404, "not-found")


async def test_guessing_it_is_bounded_by_address(tmp_path: Path) -> None:
    async with opened(tmp_path, metrics_token=TOKEN, bounds=Bounds(login_failures=3)) as guarded:
        for _ in range(3):
            refusal(
                await scrape(guarded, Authorization="Bearer wrong", X_Forwarded_For="203.0.113.9"), 404, "not-found"
            )
        late = await scrape(guarded, Authorization=f"Bearer {TOKEN}", X_Forwarded_For="203.0.113.9")
        assert late.status_code == 429
        assert values(await scrape(guarded, Authorization=f"Bearer {TOKEN}"))


async def test_nobody_keeps_another_from_reading(tmp_path: Path) -> None:
    bounds = Bounds(login_failures=3, login_failures_overall=3)
    async with opened(tmp_path, metrics_token=TOKEN, bounds=bounds) as guarded:
        for number in range(6):
            refusal(await scrape(guarded), 404, "not-found")  # no guess
            guess = await scrape(guarded, Authorization="Bearer wrong", X_Forwarded_For=f"203.0.113.{number}")
            refusal(guess, 404, "not-found")
        assert values(await scrape(guarded, Authorization=f"Bearer {TOKEN}"))


async def test_guesses_at_the_token_of_the_chat_count_wherever_they_are_made(tmp_path: Path) -> None:
    async with opened(tmp_path, token=TOKEN, bounds=Bounds(login_failures_overall=2)) as guarded:
        for number in range(2):
            guess = await scrape(guarded, Authorization="Bearer wrong", X_Forwarded_For=f"203.0.113.{number}")
            refusal(guess, 404, "not-found")
        browser = await guarded.browser()
        late = await browser.client.post("/login", data={"token": TOKEN, "csrf": browser.page["csrf"]})
        assert late.status_code == 429


async def test_nothing_that_people_say_and_no_key_is_among_them(site: Site) -> None:
    site.metrics.of("openai:http://me:hunter2@host/v1#m").failed("", "model-busy")
    ada = await site.browser()
    await ada.said("my secret sentence")
    await until(lambda: site.desk.facts().working == 0, within=10)
    text = (await scrape(site)).text
    assert not {word for word in ("hunter2", "secret", "sentence", ada.chat) if word in text}
