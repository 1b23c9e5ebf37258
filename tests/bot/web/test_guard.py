"""Who may do what: sessions, forged requests, foreign hosts, headers, and the token."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bot.texts import Texts
from bot.web.bounds import Bounds
from tests.agents.house import photo
from tests.bot.web.refusals import refusal
from tests.bot.web.site import Browser, Site, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "correct horse battery"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(response: httpx.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/static/style.css", "/static/none", "/api/chat", "/none"]
)
async def test_every_answer_keeps_the_page_to_itself(ada: Browser, path: str) -> None:
    response = await ada.client.get(path)
    assert policy(response) == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in response.headers["permissions-policy"]
    assert "server" not in response.headers


async def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(ada: Browser) -> None:
    page = (await ada.load()).text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://", page)


async def test_static_files_are_kept_by_their_version_and_asked_for_again_without(ada: Browser) -> None:
    page = (await ada.load()).text
    found = re.search(r"/static/style\.css\?v=\w+", page)
    assert found
    assert "immutable" in (await ada.client.get(found[0])).headers["cache-control"]
    plain = await ada.client.get("/static/style.css")
    assert plain.headers["cache-control"] == "no-cache"
    again = await ada.client.get("/static/style.css", headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304
    for outside in ("/static/../door.py", "/static/%2e%2e/door.py", "/static//etc/passwd", "/static/a%00b"):
        assert (await ada.client.get(outside)).status_code == 404


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    plain = (await site.stranger().load()).headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=strict" in plain
    assert "secure" not in plain
    behind_tls = await site.stranger(**{"X-Forwarded-Proto": "https"}).load()
    assert "secure" in behind_tls.headers["set-cookie"].lower()


async def test_two_installations_on_a_host_leave_each_others_sessions_alone(site: Site, tmp_path: Path) -> None:
    async with opened(tmp_path) as other:
        browser = site.stranger()
        name = (await site.browser()).cookie[0]
        assert (await other.browser()).cookie[0] != name
        assert (await browser.load(other.door.address)).status_code == 200
        await browser.load()
        assert len(browser.client.cookies) == 2


async def test_a_browser_keeps_its_chat_and_no_two_share_one(site: Site, ada: Browser) -> None:
    chat, csrf = ada.chat, ada.page["csrf"]
    await ada.load()
    assert (ada.chat, ada.page["csrf"]) == (chat, csrf)
    assert (await site.browser()).chat != chat


async def test_a_forged_session_is_none(site: Site, ada: Browser) -> None:
    stranger = site.stranger()
    name, value = ada.cookie
    body, _, rest = value.partition(".")
    for forged in (f"{body[:-2]}AA.{rest}", f"{body}.{rest[:-2]}xx", "null", "", "a.b.c"):
        stranger.client.cookies.set(name, forged)
        refusal(await stranger.client.get("/api/chat"), 401, "signed-out")


@pytest.mark.parametrize("path", ["/api/chat", "/api/events", f"/media/{'0' * 64}"])
async def test_without_a_session_nothing_is_shown(site: Site, path: str) -> None:
    refusal(await site.stranger().client.get(path), 401, "signed-out")


async def test_a_link_on_another_site_does_not_take_the_chat_away(site: Site) -> None:
    response = await site.stranger().client.get("/?lang=zh", headers={"Sec-Fetch-Site": "cross-site"})
    assert "set-cookie" not in response.headers
    assert response.headers["refresh"] == "0;url=/?lang=zh"


@pytest.mark.parametrize("path", ["/api/turns", "/api/stop", "/api/new", "/logout"])
async def test_a_post_that_is_not_from_our_page_is_refused(site: Site, ada: Browser, path: str) -> None:
    data, own = {"key": str(uuid4()), "text": "hi"}, ada.headers
    post = ada.client.post
    refusal(await post(path, data=data), 403, "page-too-old")
    refusal(await post(path, data=data, headers={"X-CSRF-Token": "x" * 32}), 403, "page-too-old")
    other = (await site.browser()).headers
    refusal(await post(path, data=data, headers=other), 403, "page-too-old")
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://[", ""):
        refusal(await post(path, data=data, headers=own | {"Origin": origin}), 403, "forbidden")
    refusal(await site.stranger().client.post(path, data=data, headers=own), 401, "signed-out")
    assert await ada.items() == []


async def test_our_own_origin_is_taken(site: Site, ada: Browser) -> None:
    assert (await ada.post("hi", Origin=site.door.address)).status_code == 202
    withheld = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert (await ada.post("hi", **withheld)).status_code == 202
    refusal(await ada.post("hi", **withheld | {"Sec-Fetch-Site": "cross-site"}), 403, "forbidden")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example", "", "[", "192.0.2.1"])
async def test_a_foreign_name_for_this_host_is_refused(site: Site, host: str) -> None:
    for path in ("/", "/healthz", "/static/style.css"):
        refusal(await site.stranger().client.get(path, headers={"Host": host}), 403, "unknown-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:8080"])
async def test_this_hosts_own_names_are_taken(site: Site, host: str) -> None:
    assert (await site.stranger().client.get("/healthz", headers={"Host": host})).status_code == 200


async def test_the_language_is_the_one_asked_for_then_the_one_kept_then_the_browsers(site: Site) -> None:
    for preferred, language in (("zh-CN,en;q=0.5", "zh"), ("de,zh;q=0.3,en;q=0.2", "zh"), ("fr", "en"), ("*", "en")):
        browser = await site.browser(**{"Accept-Language": preferred})
        assert browser.page["lang"] == language
    refusal(await browser.post(), 400, "empty")
    await browser.load("/?lang=zh")
    assert browser.page["lang"] == "zh"
    refusal(await browser.post(), 400, "empty", "zh")
    assert 'lang="zh-Hans"' in (await browser.load("/?lang=tlh")).text


async def test_signing_in_takes_the_token_and_signing_out_ends_the_session(tmp_path: Path) -> None:
    async with opened(tmp_path, token=TOKEN) as site:
        browser = await site.browser()
        assert 'name="token"' in (await browser.load()).text
        refusal(await browser.client.get("/api/chat"), 401, "signed-out")
        assert (await browser.client.get("/static/style.css")).status_code == 200
        wrong = await login(browser, "correct horse batteries")
        assert wrong.status_code == 403
        assert Texts().say("door.wrong_token", "en") in wrong.text
        assert (await login(browser, TOKEN, csrf="x")).status_code == 403
        assert (await login(browser, f" {TOKEN} ")).headers["location"] == "/"
        await browser.load()
        assert (await browser.client.get("/api/chat")).status_code == 200
        assert (await browser.client.post("/logout", headers=browser.headers)).status_code == 303
        refusal(await browser.client.get("/api/chat"), 401, "signed-out")
        elsewhere = await browser.client.get("/", headers={"Host": "chat.example.org"})
        assert elsewhere.status_code == 200, "a proxy passes its own name on"


async def test_guessing_the_token_is_bounded(tmp_path: Path) -> None:
    async with opened(tmp_path, token=TOKEN, bounds=Bounds(login_failures=3)) as site:
        for _ in range(3):
            assert (await login(await site.browser(), "wrong" * 4)).status_code == 403
        browser = await site.browser()
        late = await login(browser, TOKEN)
        assert late.status_code == 429
        assert Texts().say("door.too_many_tries", "en", minutes=15) in late.text
        refusal(await browser.client.get("/api/chat"), 401, "signed-out")
        client = await site.browser(**{"X-Forwarded-For": "192.0.2.7"})
        assert (await login(client, TOKEN)).status_code == 303


async def test_another_token_ends_sessions_and_the_same_one_does_not(tmp_path: Path) -> None:
    async with opened(tmp_path, token=TOKEN) as site:
        browser = await site.browser()
        assert (await login(browser, TOKEN)).status_code == 303
        cookie = browser.cookie
    assert (tmp_path / "web.key").stat().st_mode & 0o777 == 0o600
    for token, status in ((TOKEN, 200), ("another horse battery", 401)):
        async with opened(tmp_path, token=token) as site:
            browser = site.stranger()
            browser.client.cookies.set(*cookie)
            assert (await browser.client.get("/api/chat")).status_code == status


async def login(browser: Browser, token: str, csrf: str | None = None) -> httpx.Response:
    given = csrf or browser.page["csrf"]
    return await browser.client.post("/login", data={"token": token, "csrf": given})


async def test_media_are_shown_apart_from_the_page(ada: Browser) -> None:
    await ada.said("look", ("photo", photo().data, "image/png"))
    url = (await ada.items())[0]["parts"][0]["url"]
    response = await ada.client.get(url)
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
