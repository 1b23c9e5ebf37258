"""A model that was pulled from a hub is the one that describes photos, answers about them and writes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from agents.models.reference import ModelReference
from agents.ports import Question
from bot.commands import models
from bot.makings import Makings
from bot.settings import Settings
from tests.agents.models.carriers import LocalHub, serve
from tests.agents.models.repositories import Repository
from tests.tiny.kept import vision_model

REFERENCE = "vlm:org/llava?device=cpu&context=512&prompt=300&reply=8&brief=4"


@pytest.fixture
def local() -> Iterator[LocalHub]:
    files = {file.name: file.read_bytes() for file in vision_model().iterdir()}
    with serve(Repository("org/llava", files | {"modeling.py": b"raise SystemExit"}).huggingface()) as hub:
        yield hub


async def test_one_pulled_model_fills_three_roles(local: LocalHub, tmp_path: Path) -> None:
    roles = dict.fromkeys(("caption", "vqa", "llm"), REFERENCE)
    settings = Settings(
        _env_file=None,
        profile="scripted",
        models_dir=tmp_path,
        hf_endpoint=local.address,
        hf_hub_offline=False,
        **roles,  # type: ignore[arg-type]
    )
    parser = argparse.ArgumentParser()
    models.register(parser.add_subparsers())
    args = parser.parse_args(["models", "pull"])
    assert args.run(args, settings) == 0
    assert not any(path.endswith(".py") for path, _ in local.fetched())

    makings = Makings(settings)
    reference = ModelReference.parse(REFERENCE)
    captioner, answerer, llm = (makings.made(role, reference) for role in roles)
    photo = Image.new("RGB", (64, 64), "red")
    try:
        assert (await captioner.perceive(photo))[0].text
        assert (await answerer.perceive(Question(photo, "What colour is it?")))[0].text
        assert await llm.chat.ainvoke("Hello")
        assert captioner.host is answerer.host
    finally:
        await captioner.stop()
        await llm.stop()
