"""Settings of the door to Telegram that hang together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.settings_invalid import SettingsInvalid


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PARLEY_TELEGRAM_RATE", "PARLEY_TELEGRAM_LOCAL_FILES", "TELEGRAM_API_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_files_are_read_from_a_folder_only_beside_a_server_on_this_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_TELEGRAM_LOCAL_FILES", "/var/lib/telegram-bot-api")
    with pytest.raises(SettingsInvalid, match="PARLEY_TELEGRAM_LOCAL_FILES"):
        Settings.read()
    monkeypatch.setenv("TELEGRAM_API_BASE_URL", "http://127.0.0.1:8081")
    assert Settings.read().telegram_local_files == Path("/var/lib/telegram-bot-api")


@pytest.mark.parametrize("rate", ["-1", "nan", "inf", "1001", "fast"])
def test_a_rate_is_a_number_of_messages_a_second(monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    monkeypatch.setenv("PARLEY_TELEGRAM_RATE", rate)
    with pytest.raises(SettingsInvalid, match="PARLEY_TELEGRAM_RATE"):
        Settings.read()


def test_the_rate_may_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_TELEGRAM_RATE", "0")
    assert Settings.read().telegram_rate == 0
