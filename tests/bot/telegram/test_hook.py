"""Where the webhook listens and what it proves and believes, as the settings say."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.door import AddressUnusable
from bot.settings import Settings
from bot.telegram.client import TelegramClient
from bot.telegram.door import TelegramDoor
from bot.telegram.hook import Hook
from tests.bot.telegram.conftest import MAX_BYTES, Kept
from tests.bot.telegram.menus import MENU

TLS = Path(__file__).parent / "tls"


def test_a_certificate_that_another_vouches_for_is_not_given_to_telegram(hook: Hook) -> None:
    assert replace(hook, cert=TLS / "issued.pem", key=TLS / "issued-key.pem").certificate() is None
    assert hook.certificate() is None


@pytest.mark.parametrize(
    ("cert", "key"), [("own.pem", "issued-key.pem"), ("own.pem", "absent.pem"), ("README.md", "own-key.pem")]
)
async def test_a_certificate_that_cannot_be_used_is_named_by_its_setting(
    client: TelegramClient, hook: Hook, cert: str, key: str
) -> None:
    door = TelegramDoor(client, Kept(), MENU, max_bytes=MAX_BYTES, hook=replace(hook, cert=TLS / cert, key=TLS / key))
    with pytest.raises(AddressUnusable, match="PARLEY_TELEGRAM_WEBHOOK_CERT"):
        await door.start()
    await door.stop()


async def test_a_port_that_is_taken_is_named_by_its_setting(client: TelegramClient, hook: Hook) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", hook.port))
        taken.listen()
        door = TelegramDoor(client, Kept(), MENU, max_bytes=MAX_BYTES, hook=hook)
        with pytest.raises(AddressUnusable, match="PARLEY_TELEGRAM_WEBHOOK_PORT"):
            await door.start()
        await door.stop()


def settings(**more: Any) -> Settings:
    return Settings(_env_file=None, telegram_bot_token=SecretStr("1:token"), **more)


def test_the_webhook_is_as_the_settings_say() -> None:
    assert Hook.of(settings()) is None
    url = "https://parley.example/telegram"
    told = Hook.of(settings(telegram_webhook_url=url, telegram_webhook_host="::1", telegram_webhook_port=9))
    assert told is not None and (told.url, told.path, told.host, told.port) == (url, "/telegram", "::1", 9)
    given = Hook.of(settings(telegram_webhook_url=url, telegram_webhook_secret=SecretStr("sixteen-and-more")))
    assert given is not None and given.secret == "sixteen-and-more"
    assert replace(told, url="https://parley.example").path == "/"


def test_a_secret_of_our_own_outlives_restarts_and_is_not_shown() -> None:
    url = "https://parley.example/telegram"
    one, again = (Hook.of(settings(telegram_webhook_url=url)) for _ in range(2))
    other = Hook.of(Settings(_env_file=None, telegram_bot_token=SecretStr("2:token"), telegram_webhook_url=url))
    assert one is not None and other is not None
    assert one == again and one.secret != other.secret
    assert len(one.secret) == 64 and one.secret not in repr(one)
