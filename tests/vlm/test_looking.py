"""Captions and answers by a model of every family: one by one and together, whatever the pictures' shapes."""

from __future__ import annotations

import pytest
from PIL import Image

from agents.errors import ModelRefused
from agents.models.picture_words import CAPTION
from agents.models.reference import ModelReference
from agents.models.transformers.conversation import special_tokens
from agents.models.transformers.vlm import VisionLanguageModel
from agents.ports import Question
from agents.values import Finding
from tests.tiny.kept import vision_model

RED = Image.new("RGB", (64, 48), "red")
NOISE = Image.effect_noise((200, 90), 80).convert("RGB")
TALL = Image.linear_gradient("L").resize((31, 300)).convert("RGB")
LARGE = Image.radial_gradient("L").resize((900, 700)).convert("RGB")
SPECK = Image.new("RGB", (1, 1), "blue")
THREAD = Image.new("RGB", (2000, 1), "green")
MIXED = [RED, NOISE, TALL, LARGE, SPECK, THREAD]


def same(one: list[Finding], other: list[Finding]) -> bool:
    """The same words, and as sure as sums in another order allow."""
    return [found.text for found in one] == [found.text for found in other] and all(
        a.confidence == pytest.approx(b.confidence, rel=1e-3) for a, b in zip(one, other, strict=True)
    )


def test_pictures_of_mixed_sizes_together_are_captioned_as_one_by_one(model: VisionLanguageModel):
    alone = [model.caption([picture])[0] for picture in MIXED]
    together = model.caption(MIXED)
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))
    assert all(len(found) == 1 and found[0].text and 0 < found[0].confidence < 1 for found in together)


def test_questions_of_mixed_lengths_together_are_answered_as_one_by_one(model: VisionLanguageModel):
    questions = [Question(NOISE, "what?"), Question(RED, "How many people stand on the left?"), Question(TALL, "什么?")]
    alone = [model.answer([question])[0] for question in questions]
    assert all(same(one, other) for one, other in zip(alone, model.answer(questions), strict=True))


def test_what_is_seen_and_what_is_asked_make_a_difference(model: VisionLanguageModel):
    seen = {model.caption([picture])[0][0].confidence for picture in (RED, NOISE, LARGE)}
    asked = {model.answer([Question(NOISE, text)])[0][0].confidence for text in ("what is it?", "how many?")}
    assert len(seen) == 3 and len(asked) == 2


def test_the_pictures_handed_in_stay_as_they_were(model: VisionLanguageModel):
    picture = LARGE.copy()
    model.caption([picture])
    assert picture.tobytes() == LARGE.tobytes()


def test_no_token_of_the_family_acts_in_a_question(model: VisionLanguageModel):
    tokens = special_tokens(model._tokenizer)
    assert len(tokens) >= 4
    written = "".join(tokens)
    spelled = "".join(f" {token[1:]}" for token in tokens).replace("|>", "| ")
    assert same(model.answer([Question(RED, written)])[0], model.answer([Question(RED, spelled)])[0])


def test_an_answer_is_no_longer_than_it_may_be(model: VisionLanguageModel):
    assert all(len(found[0].text) <= 6 for found in model.caption(MIXED))  # each token is a letter or a blank


def test_nothing_asked_is_nothing_answered(model: VisionLanguageModel):
    assert model.caption([]) == model.answer([]) == []


def test_confidence_is_the_geometric_mean_of_the_tokens_probabilities(model: VisionLanguageModel):
    import torch

    found = model.caption([NOISE])[0][0]
    asked = model._asked(NOISE, CAPTION)
    inputs = model._tensors([asked])
    prompt = inputs["input_ids"].shape[1]
    with torch.inference_mode():
        written = model._model.generate(**inputs, max_new_tokens=6, do_sample=False)
        scored = {key: value for key, value in inputs.items() if key not in {"attention_mask", "mm_token_type_ids"}}
        scored["input_ids"] = written
        if "mm_token_type_ids" in inputs:
            kinds = inputs["mm_token_type_ids"]
            scored["mm_token_type_ids"] = torch.nn.functional.pad(kinds, (0, written.shape[1] - prompt))
        logits = model._model(**scored).logits[0, prompt - 1 : -1].log_softmax(-1)
    said = written[0, prompt:]
    expected = logits.gather(1, said[:, None]).mean().exp().item()
    assert found.confidence == pytest.approx(expected, rel=1e-3)


def test_a_picture_that_takes_more_than_the_chats_window_is_still_captioned(family: str):
    small = ModelReference.parse("vlm:tiny?context=256&prompt=192&reply=8&brief=4&pixels=1000000")
    seeing = VisionLanguageModel(small, vision_model(family))
    assert seeing.caption([LARGE])[0][0].text
    with pytest.raises(ModelRefused, match="raise context, or lower pixels"):
        seeing.answer([Question(RED, "word " * 4000)])
