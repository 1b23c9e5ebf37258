"""A report tells about models, and nothing about whose machine they ran on."""

from __future__ import annotations

import getpass
import socket
from pathlib import Path

import pytest

from bot.checking.masking import Mask
from bot.settings import Settings

REMOTE = "openai:http://ada:sesame1@gpu7.lab.example:8000/v1#Qwen/Qwen3-VL-8B"


@pytest.fixture
def mask(monkeypatch: pytest.MonkeyPatch) -> Mask:
    monkeypatch.setattr(socket, "gethostname", lambda: "annas-laptop.lan")
    monkeypatch.setattr(getpass, "getuser", lambda: "anna")
    settings = Settings(
        _env_file=None,
        llm=REMOTE,
        api_keys="gpu7.lab.example:8000=opensesame",
        proxy="socks5://bob:knock@proxy.lab.example:1080",
        telegram_bot_token="123456:telegram-secret",
    )
    return Mask.of(settings, [REMOTE])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (REMOTE, "openai:http://<host>#Qwen/Qwen3-VL-8B"),
        ("gpu7.lab.example refused the key opensesame", "<name> refused the key <key>"),
        ("asked proxy.lab.example as bob", "asked <name> as <name>"),
        ("token 123456:telegram-secret", "token <key>"),
        ("Bearer sk-abcdefgh12345678", "Bearer <key>"),
        ("on Annas-Laptop, by anna", "on <name>, by <name>"),
        ("llamacpp:/home/anna/models/q.gguf?mmproj=~/x/m.gguf", "llamacpp:<path>/q.gguf?mmproj=<path>/m.gguf"),
        ("blip:./my/own/folder", "blip:<path>/folder"),
        (r"blip:C:\Users\Anna\blip", "blip:<path>/blip"),
        ("10.1.2.3:80 and [fe80::1] and ::1", "<address>:80 and [<address>] and <address>"),
        ("at 12:30:45 version 580.65.06", "at 12:30:45 version 580.65.06"),
        (
            "faster-whisper:Systran/faster-whisper-base@a/b?beam=3",
            "faster-whisper:Systran/faster-whisper-base@a/b?beam=3",
        ),
        ("susanna sings and/or hums", "susanna sings and/or hums"),
    ],
)
def test_what_names_somebody_is_masked_and_what_names_a_model_stays(mask: Mask, text: str, masked: str) -> None:
    assert mask.text(text) == masked


def test_texts_are_masked_wherever_they_stand(mask: Mask) -> None:
    tree = {"models": [{"error": "opensesame", "seconds": 1.5, "ok": True, "vram": None}]}
    assert mask.tree(tree) == {"models": [{"error": "<key>", "seconds": 1.5, "ok": True, "vram": None}]}


def test_this_home_is_masked_without_being_told() -> None:
    said = Mask.of(Settings(_env_file=None)).text(f"{Path.home()}/models/x.gguf on {socket.gethostname()}.")
    assert said.startswith("<path>/x.gguf on ")
