"""Settings that are wrong are refused by name, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.settings_invalid import SettingsInvalid


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PARLEY_KILLS", "PARLEY_ACCESS", "PARLEY_PROXY"):
        monkeypatch.delenv(name, raising=False)


def refusal() -> str:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.read()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARLEY_WORKERS", "secretive"),
        ("PARLEY_WORKERS", "0"),
        ("PARLEY_BACKOFF", "nan"),
        ("PARLEY_ANSWER_DEADLINE", "inf"),
        ("PARLEY_LOG_LEVEL", "secretive"),
        ("PARLEY_PROXY", "secretive"),
        ("PARLEY_PROXY", "http://host:secretive"),
        ("TELEGRAM_API_BASE_URL", "ftp://secretive"),
        ("HF_ENDPOINT", "secretive"),
        ("PARLEY_METRICS_TOKEN", "secretive"),
        ("PARLEY_METRICS_TOKEN", "a secretive token"),
        ("HF_TOKEN", "secretive token"),
        ("HF_TOKEN", "secretive\u00fc"),
        ("MODELSCOPE_ENDPOINT", "secretive"),
        ("PARLEY_HUB", "secretive"),
        ("PARLEY_REMOTE_URL", "http://secretive"),
        ("PARLEY_REMOTE_URL", "secretive#model"),
        ("PARLEY_REMOTE_URL", "http://secretive/v1#model?x=1"),
        ("PARLEY_PLACEMENT", "secretive"),
        ("PARLEY_GPUS", "secretive"),
        ("PARLEY_GPUS", "0,none"),
        ("PARLEY_GPUS", "cuda:0"),
        ("PARLEY_GPUS", "-1"),
        ("PARLEY_VRAM_GB", "0"),
        ("PARLEY_RAM_GB", "secretive"),
        ("PARLEY_IDLE_MINUTES", "0"),
        ("PARLEY_ACCESS", "open,12345678"),
        ("PARLEY_ACCESS", "alice Open"),
        ("PARLEY_ACCESS", "alice @open"),
        ("PARLEY_ACCESS", "@open"),
        ("PARLEY_ACCESS", "*"),
        ("PARLEY_ACCESS", "https://t.me/alice"),
        ("PARLEY_ADMINS", "open"),
        ("PARLEY_ADMINS", "12345678,@open"),
        ("PARLEY_ADMINS", "https://t.me/secretive"),
        ("PARLEY_TELEGRAM_WEBHOOK_URL", "secretive"),
        ("PARLEY_TELEGRAM_WEBHOOK_URL", "http://secretive/hook"),
        ("PARLEY_TELEGRAM_WEBHOOK_URL", "https://host/hook?secretive"),
        ("PARLEY_TELEGRAM_WEBHOOK_URL", "https://me:secretive@host/hook"),
        ("PARLEY_TELEGRAM_WEBHOOK_HOST", "secretive"),
        ("PARLEY_TELEGRAM_WEBHOOK_SECRET", "secretive"),
        ("PARLEY_TELEGRAM_WEBHOOK_SECRET", "secretive secretive"),
        ("PARLEY_TELEGRAM_WEBHOOK_SECRET", "secretive" * 29),
        ("PARLEY_ALBUM_WAIT", "0.1"),
        ("PARLEY_ALBUM_WAIT", "nan"),
        ("PARLEY_BURST_WAIT", "11"),
        ("PARLEY_AUDIO_MINUTES_PER_DAY", "inf"),
        ("PARLEY_PHOTOS_PER_DAY", "-1"),
        ("PARLEY_TRANSCRIPTS", "secretive"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    said = refusal()
    assert said.startswith(f"{name}: ")
    assert "\n" not in said
    assert "secretive" not in said


def test_a_token_of_the_hub_is_not_sent_where_others_can_read_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "secretive")
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror")
    said = refusal()
    assert said.startswith("HF_TOKEN: ") and "secretive" not in said
    for endpoint in ("https://mirror", "http://127.0.0.1:8000"):
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        assert Settings.read().hf_token is not None


def test_a_setting_that_is_none_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_WORKERSS", "3")
    assert refusal().startswith("PARLEY_WORKERSS: there is no such setting; PARLEY_WORKERS is the nearest.")


def test_a_setting_that_is_none_is_found_in_the_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PARLEY_ACESS=12345678\nOTHER=1\n", encoding="utf-8")
    assert refusal().startswith("PARLEY_ACESS: there is no such setting; PARLEY_ACCESS is the nearest.")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PARLEY_PROFILE=\xff\xfe\n")
    assert refusal() == ".env: should be text in UTF-8"


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PARLEY_PROFILE=embedded\nPARLEY_WORKERS=3\n", encoding="utf-8")
    monkeypatch.setenv("PARLEY_PROFILE", "scripted")
    settings = Settings.read()
    assert (settings.profile, settings.workers) == ("scripted", 3)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:hunter2")
    monkeypatch.setenv("PARLEY_PROXY", "http://me:hunter2@host:1")
    monkeypatch.setenv("PARLEY_DATABASE_URL", "sqlite:///hunter2.db")
    monkeypatch.setenv("PARLEY_API_KEYS", "host=hunter2")
    monkeypatch.setenv("HF_TOKEN", "hunter2")
    monkeypatch.setenv("PARLEY_TELEGRAM_WEBHOOK_SECRET", "hunter2-hunter2-hunter2")
    assert "hunter2" not in repr(Settings.read())
    assert "hunter2" not in str(Settings.read())


@pytest.mark.parametrize(
    ("written", "gpus"), [("", None), ("none", ()), ("0,2", (0, 2)), ("1", (1,)), (" 3 , 1 ", (3, 1)), ("\uff0c", None)]
)
def test_gpus_are_written_by_their_numbers(
    monkeypatch: pytest.MonkeyPatch, written: str, gpus: tuple[int, ...] | None
) -> None:
    monkeypatch.setenv("PARLEY_GPUS", written)
    assert Settings.read().gpus == gpus


def test_admins_are_written_like_those_who_may_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_ADMINS", "12345678, @alice")
    assert Settings.read().admins == ("12345678", "alice")


@pytest.mark.parametrize("name", ["CERT", "KEY"])
def test_a_certificate_of_the_webhook_goes_with_its_key(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"PARLEY_TELEGRAM_WEBHOOK_{name}", "~/one.pem")
    assert refusal().startswith("PARLEY_TELEGRAM_WEBHOOK_KEY: should be set together with")
    monkeypatch.setenv("PARLEY_TELEGRAM_WEBHOOK_CERT", "~/one.pem")
    monkeypatch.setenv("PARLEY_TELEGRAM_WEBHOOK_KEY", "~/other.pem")
    settings = Settings.read()
    assert settings.telegram_webhook_cert == Path.home() / "one.pem"
    assert settings.telegram_webhook_key == Path.home() / "other.pem"


@pytest.mark.parametrize("url", ["https://bot.example/hook", "http://127.0.0.1:8443/hook", "http://localhost/hook"])
def test_a_webhook_is_posted_to_over_tls_unless_on_this_host(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PARLEY_TELEGRAM_WEBHOOK_URL", url)
    assert Settings.read().telegram_webhook_url == url
