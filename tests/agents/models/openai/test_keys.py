"""A key goes to its own host alone, and is shown nowhere; a proxy is asked for hosts beyond this network alone."""

from __future__ import annotations

import socket
import traceback
from pathlib import Path

import pytest
import structlog

from agents.errors import ModelError, ModelUnavailable, ReferenceInvalid
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.place import Place
from agents.models.openai.wire import Wire
from agents.models.reference import ModelReference
from bot.makings import Makings
from bot.settings import Settings
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.roles import ROLES, ask, asked
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, complaint

KEY = "sk-very-secret-7f3a"


@pytest.mark.parametrize("role", ROLES)
async def test_a_key_is_sent_with_every_request(role: str) -> None:
    async with ScriptedHost(complaint(503)) as host:
        with pytest.raises(ModelError):
            await ask(role, making(host.reference(), key=KEY))
        assert [asked.headers["Authorization"] for asked in host.asked] == [f"Bearer {KEY}"]


@pytest.mark.parametrize("role", ROLES)
async def test_settings_give_each_host_its_own_key(role: str) -> None:
    async with ScriptedHost(complaint(429)) as host, ScriptedHost(complaint(429)) as stranger:
        settings = Settings(_env_file=None, api_keys=f"127.0.0.1:{host.port}={KEY}", models_dir=Path("nowhere"))
        for one in (host, stranger):
            made = Makings(settings).made(role, ModelReference.parse(one.reference()))
            with pytest.raises(ModelError):
                await asked(role, made)
            await made.stop()
    assert [one.headers.get("Authorization") for one in host.asked] == [f"Bearer {KEY}"]
    assert [one.headers.get("Authorization") for one in stranger.asked] == [None]


async def test_no_key_is_sent_where_none_is_given() -> None:
    async with ScriptedHost(complaint(503)) as host:
        with pytest.raises(ModelError):
            await ask("llm", making(host.reference()))
        assert "Authorization" not in host.asked[0].headers


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_host_that_sends_elsewhere_does_not_get_the_key_there(role: str, status: int) -> None:
    async with ScriptedHost(Script({})) as other:
        elsewhere = f"http://127.0.0.1:{other.port}/v1/chat/completions"
        async with ScriptedHost(complaint(status, Location=elsewhere)) as host:
            with pytest.raises(ModelUnavailable, match="elsewhere"):
                await ask(role, making(host.reference(), key=KEY))
        assert other.asked == []


@pytest.mark.parametrize("answer", [complaint(401, KEY), complaint(500, KEY), Script(f'"{KEY}"'.encode())])
@pytest.mark.parametrize("role", ROLES)
async def test_a_key_is_in_no_error_and_no_log(
    role: str, answer: Script, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    async with ScriptedHost(answer) as host:
        with structlog.testing.capture_logs() as logs, pytest.raises(ModelError) as caught:
            await ask(role, making(host.reference(), key=KEY))
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    assert KEY not in shown + caplog.text + str(logs) + "".join(capfd.readouterr())


async def test_a_key_is_in_no_repr() -> None:
    shared = making("openai:http://127.0.0.1:9/v1#m", key=KEY)
    llm = OpenAIChat.made(shared)
    shown = [repr(one) for one in (shared, llm, llm.chat, vars(llm.chat), llm.chat.asdict(), llm.card, llm._wire)]
    assert not [one for one in shown if KEY in one]


async def test_a_wrong_key_is_told_apart_from_none() -> None:
    async with ScriptedHost(complaint(401)) as host:
        with pytest.raises(ModelUnavailable, match=r"refuses the key: PARLEY_API_KEYS"):
            await ask("llm", making(host.reference(), key=KEY))
        llm = OpenAIChat.made(making(host.reference()))
        with pytest.raises(ModelUnavailable, match=r"wants a key: PARLEY_API_KEYS"):
            await llm.start()
        await llm.stop()


async def test_a_key_that_cannot_be_sent_is_told_without_it() -> None:
    async with ScriptedHost(Script({})) as host:
        with pytest.raises(ModelUnavailable, match="no key has") as caught:
            await ask("llm", making(host.reference(), key=KEY + "\r\nX: ключ"))
        assert KEY not in str(caught.value)
        assert host.asked == []


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("10.0.0.7", True),
        ("192.168.1.20:1234", True),
        ("172.16.3.4", True),
        ("[fd00::1]", True),
        ("[fe80::1]", True),
        ("gpu1:8000", True),
        ("gpu1.local", True),
        ("box.lan", True),
        ("api.openai.com", False),
        ("8.8.8.8", False),
        ("gpu.example.org:8000", False),
    ],
)
def test_a_proxy_is_asked_for_hosts_beyond_this_network_alone(host: str, near: bool) -> None:
    shared = making(f"openai:http://{host}/v1#m", proxy="http://proxy.example.org:3128")
    place = Place.of(shared.reference)
    assert place.near is near
    assert (Wire.of(shared, place)._proxy is None) is near


async def test_the_proxy_gets_what_is_meant_for_a_host_beyond_this_network() -> None:
    async with ScriptedHost(complaint(429)) as proxy:
        shared = making("openai:http://gpu.example.org/v1#m", proxy=f"http://127.0.0.1:{proxy.port}", key=KEY)
        with pytest.raises(ModelError):
            await ask("llm", shared)
        assert [asked.headers["Host"] for asked in proxy.asked] == ["gpu.example.org"]


async def test_a_proxy_never_sees_what_is_meant_for_this_host() -> None:
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        async with ScriptedHost(complaint(429)) as host:
            with pytest.raises(ModelError):
                await ask("llm", making(host.reference(), proxy=f"socks5://127.0.0.1:{dead.getsockname()[1]}"))
            assert len(host.asked) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("openai:http://me:hunter2@host/v1#m", "password"),
        ("openai:http://host/v1/chat/completions#m", "/chat/completions"),
        ("openai:http://host/v1/#", "no address with a model"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_password(text: str, problem: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        OpenAIChat.declare(ModelReference.parse(text))
    assert problem in caught.value.problem
    assert "hunter2" not in str(caught.value)
