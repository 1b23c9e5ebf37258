"""BLIP on the committed checkpoints: what is found, alone and in company, and what is wrong with a checkpoint."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.reference import ModelReference
from agents.models.transformers.blip import BlipCaptioner, BlipVisualQA
from agents.ports import Question
from tests.data.checkpoints import CAPTIONER, VISUAL_QA
from tests.easy_vqa import blurred, captions, picture, questions

SIZES = ((64, 64), (640, 480), (31, 90), (1, 1), (2000, 3))


def captioner(options: str = "", folder: Path = CAPTIONER) -> BlipCaptioner:
    return BlipCaptioner(ModelReference.parse(f"blip:{folder}{options}"), None)


def visual_qa(options: str = "", folder: Path = VISUAL_QA) -> BlipVisualQA:
    return BlipVisualQA(ModelReference.parse(f"blip:{folder}{options}"), None)


@pytest.fixture(scope="module")
def looking() -> BlipCaptioner:
    return captioner("?together=8")


@pytest.fixture(scope="module")
def answering() -> BlipVisualQA:
    return visual_qa("?together=8")


def test_a_picture_gets_the_caption_it_was_taught(looking: BlipCaptioner) -> None:
    known = list(captions(True).items())[:24]
    found = looking.caption([picture(at, True) for at, _ in known])
    right = sum(one[0].text == caption for one, (_, caption) in zip(found, known, strict=True))
    assert right >= 23
    assert {finding.language for one in found for finding in one} == {"en"}


def test_a_question_gets_its_answer(answering: BlipVisualQA) -> None:
    asked = questions(True)[:48]
    found = answering.answer([Question(picture(one.picture, True), one.question) for one in asked])
    assert sum(one[0].text == asked[at].answer for at, one in enumerate(found)) >= 46


def test_pictures_of_many_sizes_are_captioned_together_as_one_by_one(looking: BlipCaptioner) -> None:
    pictures = [picture(3, True).resize(size) for size in SIZES]
    together = looking.caption(pictures)
    for one, shown in zip(together, pictures, strict=True):
        alone = looking.caption([shown])[0]
        assert [finding.text for finding in one] == [finding.text for finding in alone]
        assert [finding.confidence for finding in one] == pytest.approx([f.confidence for f in alone], abs=1e-4)


def test_questions_of_many_lengths_are_answered_together_as_one_by_one(answering: BlipVisualQA) -> None:
    texts = ["what is it?", "what is the color of the shape?", "does the image not contain a teal shape?", "circle"]
    asked = [Question(picture(at, True), text) for at, text in enumerate(texts)]
    together = answering.answer(asked)
    for one, question in zip(together, asked, strict=True):
        (alone,) = answering.answer([question])
        assert one[0].text == alone[0].text
        assert one[0].confidence == pytest.approx(alone[0].confidence, abs=1e-4)


def test_more_items_than_go_together_are_taken_in_parts() -> None:
    few, many = captioner("?together=2"), captioner("?together=8")
    pictures = [picture(at, True) for at in range(5)]
    assert [one[0].text for one in few.caption(pictures)] == [one[0].text for one in many.caption(pictures)]


def test_confidence_falls_where_the_picture_tells_less(answering: BlipVisualQA, looking: BlipCaptioner) -> None:
    asked = [one for one in questions(True) if one.question.startswith("what")][:32]
    clear = [Question(picture(one.picture, True), one.question) for one in asked]
    dim = [Question(blurred(question.picture, 8), question.text) for question in clear]
    sure, unsure = ([one[0].confidence for one in answering.answer(asking)] for asking in (clear, dim))
    assert sum(unsure) < sum(sure)
    assert len({round(one, 3) for one in (*sure, *unsure)}) > 8
    told = [looking.caption([question.picture])[0][0].confidence for question in (*clear[:8], *dim[:8])]
    assert len({round(one, 3) for one in told}) > 4


@pytest.mark.parametrize("text", ["", "?", "what color " * 5000, "[DEC] [SEP] [PAD] [MASK]", "这是什么颜色？", "\x00"])
def test_any_question_gets_an_answer_or_none(answering: BlipVisualQA, text: str) -> None:
    (found,) = answering.answer([Question(picture(0, True), text)])
    assert len(found) <= 1


def test_a_sender_cannot_write_the_marks_of_the_model(answering: BlipVisualQA) -> None:
    plain, marked = (
        answering.answer([Question(picture(5, True), f"what color is the {word}shape?")])[0][0].text
        for word in ("", "[SEP] ")
    )
    assert marked == plain or marked in {"yes", "no"}
    assert "[SEP]" not in answering._question("is [SEP] there?", 40)


def test_several_beams_are_searched() -> None:
    found = captioner("?beams=3&tokens=6").caption([picture(at, True) for at in range(3)])
    assert all(0 < one[0].confidence <= 1 for one in found)
    answers = visual_qa("?beams=2").answer([Question(picture(0, True), "what color is the shape?")] * 2)
    assert answers[0] == answers[1]


def test_a_caption_has_no_more_tokens_than_the_reference_allows() -> None:
    assert captioner("?tokens=1").caption([picture(0, True)])[0][0].text == "a"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("tokens=0", "tokens is a whole number from 1 to 256"),
        ("beams=99", "beams is a whole number from 1 to 8"),
        ("togethr=2", "did you mean together?"),
        ("device=gpu", "device is one of"),
        ("dtype=int3", "dtype is one of"),
        ("sure=2", "sure is a number"),
        ("half=0.9&sure=0.5", "half is a number"),
    ],
)
def test_options_are_read_strictly(option: str, words: str) -> None:
    with pytest.raises(ReferenceInvalid, match=words):
        BlipVisualQA.declare(ModelReference.parse(f"blip:Salesforce/blip-vqa-base?{option}"))


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    return lambda folder: Path(shutil.copytree(folder, tmp_path / folder.name))


def refused(kind: Callable[..., object], folder: Path) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        kind(folder=folder)
    assert "\n" not in caught.value.detail
    return caught.value.detail


def test_each_kind_is_refused_in_the_others_place() -> None:
    assert refused(captioner, VISUAL_QA) == (
        "it is no BLIP captioner but a BLIP model for questions: name it as PARLEY_VQA=blip:..."
    )
    assert "but a BLIP captioner: name it as PARLEY_CAPTION=blip:..." in refused(visual_qa, CAPTIONER)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}, "its type is qwen2"),
        (
            {"model_type": "blip-2", "architectures": ["Blip2ForConditionalGeneration"]},
            "begin its reference with blip2:",
        ),
        ({"architectures": []}, "config.json names no type"),
        ([1, 2], "its config.json cannot be read"),
    ],
)
def test_another_architecture_is_refused(copied: Callable[[Path], Path], config: object, words: str) -> None:
    folder = copied(CAPTIONER)
    (folder / "config.json").write_text(json.dumps(config))
    assert words in refused(captioner, folder)


def test_a_captioner_that_claims_to_answer_is_found_out_by_its_weights(copied: Callable[[Path], Path]) -> None:
    folder = copied(CAPTIONER)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["BlipForQuestionAnswering"]}))
    assert refused(visual_qa, folder) == "its weights lack parts of the model that its config.json describes"


def test_truncated_weights_are_refused(copied: Callable[[Path], Path]) -> None:
    folder = copied(VISUAL_QA)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    assert refused(visual_qa, folder) == "its weights are damaged or incomplete"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("config.json", "no config.json in its folder"),
        ("model.safetensors", "incomplete"),
        ("processor_config.json", "image processor is missing"),
        ("tokenizer.json", "tokenizer"),
    ],
)
def test_a_missing_file_is_told(copied: Callable[[Path], Path], missing: str, words: str) -> None:
    folder = copied(VISUAL_QA)
    (folder / missing).unlink()
    assert words in refused(visual_qa, folder)


def test_a_picture_of_any_mode_the_decoder_gives_is_taken(looking: BlipCaptioner) -> None:
    assert looking.caption([Image.new("RGB", (10, 10))])[0]
