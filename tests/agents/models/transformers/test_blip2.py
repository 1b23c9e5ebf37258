"""BLIP-2 on tiny models with random weights, saved and loaded as real ones are: one model, two ports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.errors import ModelUnavailable
from agents.models.reference import ModelReference
from agents.models.transformers.blip2 import Blip2
from agents.ports import Question
from bot.models import Models
from bot.settings import Settings
from tests.easy_vqa import picture
from tests.metered import counted
from tests.tiny.blip2 import save_blip2
from tests.tiny.kept import blip2_model

SIZES = ((64, 64), (320, 200), (5, 90))
TEXTS = ("what is it?", "what is the color of the shape in the image?", "circle")


@pytest.fixture(scope="module", params=["opt", "t5"])
def folder(request: pytest.FixtureRequest) -> Path:
    return blip2_model(request.param)


@pytest.fixture(scope="module")
def model(folder: Path) -> Blip2:
    return Blip2(ModelReference.parse(f"blip2:{folder}?tokens=6&together=4"), None)


def test_pictures_and_questions_go_together_as_one_by_one(model: Blip2) -> None:
    pictures = [picture(at, True).resize(size) for at, size in enumerate(SIZES)]
    asked = [Question(shown, text) for shown, text in zip(pictures, TEXTS, strict=True)]
    together = [*model.caption(pictures), *model.answer(asked)]
    alone = [*(model.caption([one])[0] for one in pictures), *(model.answer([one])[0] for one in asked)]
    assert [[f.text for f in found] for found in together] == [[f.text for f in found] for found in alone]
    told = [f.confidence for found in together for f in found]
    assert told == pytest.approx([f.confidence for found in alone for f in found], abs=1e-4)
    assert len(told) > 2 and len(set(told)) > 2


@pytest.mark.parametrize("text", ["", "color " * 3000, "<image><image> [PAD]", "这是什么？"])
def test_any_question_is_taken(model: Blip2, text: str) -> None:
    assert len(model.answer([Question(picture(0, True), text), Question(picture(1, True), "what?")])) == 2


def test_a_question_is_framed_as_the_model_knows_questions(model: Blip2) -> None:
    assert model._framed("what is it?") == "Question: what is it? Answer:"
    assert "<image>" not in model._framed("what is <image> it?")


async def test_roles_with_equal_references_share_one_loaded_model(folder: Path, tmp_path: Path) -> None:
    reference = f"blip2:{folder}?tokens=3"
    models = Models(
        Settings(
            _env_file=None, profile="scripted", caption=reference, vqa=reference, models_dir=tmp_path, data_dir=tmp_path
        )
    )
    caption, vqa = models.senses.captioner, models.senses.visual_qa
    assert caption is not None and vqa is not None
    try:
        await caption.perceive(picture(0, True))
        await vqa.perceive(Question(picture(0, True), "what is it?"))
        assert caption.host is vqa.host  # type: ignore[attr-defined]
        assert counted(caption.host.metrics, "run_seconds_count") == 2  # type: ignore[attr-defined]
    finally:
        await models.stop()


def test_a_config_without_an_image_token_is_refused(tmp_path: Path) -> None:
    folder = save_blip2("opt", tmp_path)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"image_token_index": None}))
    with pytest.raises(ModelUnavailable, match="names no image token"):
        Blip2(ModelReference.parse(f"blip2:{folder}"), None)
