"""The assistant's own check of models, in its own process, with one model for three roles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny.kept import vision_model


@pytest.mark.timeout(300)  # seconds; a whole process with everything it imports
def test_one_model_captions_answers_and_chats_when_the_operator_tries_the_profile(tmp_path: Path):
    profiles = tmp_path / "profiles.toml"
    reference = f"vlm:{vision_model('SmolVLM2')}?brief=6&pixels=16384"
    profiles.write_text(f'[eyes]\ncaption = "{reference}"\nvqa = "{reference}"\nllm = "{reference}"\n')
    environment = os.environ | {"PARLEY_PROFILES": str(profiles), "PARLEY_DATA_DIR": str(tmp_path / "data")}
    run = subprocess.run(
        [sys.executable, "-m", "bot", "models", "check", "eyes"],
        env=environment, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert "caption, vqa, llm: ok" in run.stdout + run.stderr
