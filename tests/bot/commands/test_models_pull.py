"""``python -m bot models pull`` as an operator runs it, against a hub on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.models.catalogue import Store
from tests.agents.models.carriers import LocalHub, serve
from tests.agents.models.repositories import COMMIT, Repository

ROOT = Path(__file__).parents[3]
REPOSITORY = Repository("org/tiny", {"config.json": b"{}", "model.safetensors": b"weights" * 9, "README.md": b"#"})
Pull = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def local() -> Iterator[LocalHub]:
    with serve(REPOSITORY.huggingface() | REPOSITORY.modelscope()) as hub:
        yield hub


@pytest.fixture
def pull(tmp_path: Path, local: LocalHub) -> Pull:
    """Run the real command in a process of its own, with these words and variables."""
    ours = ("PARLEY_", "HF_", "MODELSCOPE_")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        there = {"PARLEY_MODELS_DIR": str(tmp_path / "store"), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-m", "bot", "models", "pull", *words],
            env=bare | there | variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_a_reference_is_pulled_from_a_mirror_and_said_in_plain_lines(
    pull: Pull, local: LocalHub, tmp_path: Path
) -> None:
    local.token = "hf_secret"
    done = pull("vlm:org/tiny", HF_ENDPOINT=local.address, HF_TOKEN="hf_secret")
    assert (done.returncode, done.stderr) == (0, "")
    assert "org/tiny@main: fetched and verified" in done.stdout
    assert Store(tmp_path / "store").entry("org/tiny@main").revision == COMMIT
    refused = pull("vlm:org/tiny@other", HF_ENDPOINT=local.address)
    assert refused.returncode == 1
    assert "accept its terms at the hub and set HF_TOKEN" in refused.stdout
    assert "Traceback" not in refused.stderr


def test_an_own_profile_is_pulled_from_modelscope(pull: Pull, local: LocalHub, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[mine]\nllm = "vlm:org/tiny"\ncaption = "vlm:org/tiny"\nasr = "scripted:transcript"\n')
    chosen = {"PARLEY_PROFILES": str(own), "PARLEY_PROFILE": "mine", "HF_TOKEN": "hf_secret"}
    done = pull(PARLEY_HUB="modelscope", MODELSCOPE_ENDPOINT=local.address, **chosen)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("org/tiny@main: fetched and verified") == 1
    assert set(local.tokens) == {None}  # that token is for the other hub
