"""Engines' processes get the environment without what is a secret by its name or by its look."""

from __future__ import annotations

import pytest

from agents.models.environment import for_engines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARLEY_HTTP_PORT", "8080"),
        ("TELEGRAM_BOT_TOKEN", "x"),
        ("HF_TOKEN", "x"),
        ("OPENAI_API_KEY", "x"),
        ("aws_secret_access_key", "x"),
        ("API_KEYS_FILE", "x"),
        ("PGPASSWORD", "x"),
        ("DATABASE_URL", "sqlite:///x"),
        ("HTTPS_PROXY", "http://alice:pass@proxy:3128"),
        ("BROKER", "redis://:pass@host"),
    ],
)
def test_secrets_stay_here(name: str, value: str) -> None:
    assert for_engines({name: value}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", "/usr/bin:/bin"),
        ("OMP_NUM_THREADS", "2"),
        ("CUDA_VISIBLE_DEVICES", "0"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("HTTPS_PROXY", "http://proxy:3128/a@b"),
    ],
)
def test_the_rest_is_handed_on(name: str, value: str) -> None:
    assert for_engines({name: value}) == {name: value}
