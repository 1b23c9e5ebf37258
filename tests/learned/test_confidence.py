"""The confidence of captions and answers tells right from wrong: AUROC on held-out pictures, clear and out of focus.

The models err on hardly any clear picture, so most of the errors come from blurred ones. Every held-out question is
asked both ways, and the figure for the clear answers stands by itself too.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sklearn.metrics import roc_auc_score

from agents.models.reference import ModelReference
from agents.models.transformers.blip import BlipCaptioner, BlipVisualQA
from agents.ports import Question
from agents.values import Finding
from tests.data.checkpoints import CAPTIONER, VISUAL_QA
from tests.easy_vqa import blurred, captions, picture, questions

pytestmark = pytest.mark.timeout(1800)

BLUR = 3.0  # pixels of 64
LEAST = 0.7


def judged(found: Sequence[Sequence[Finding]], wanted: Sequence[str]) -> tuple[list[bool], list[float]]:
    pairs = [(one[0], other) for one, other in zip(found, wanted, strict=True) if one]
    assert len(pairs) == len(wanted)
    return [finding.text == other for finding, other in pairs], [finding.confidence for finding, _ in pairs]


def told(what: str, right: list[bool], confidence: list[float]) -> float:
    figure = float(roc_auc_score(right, confidence))
    print(f"\n{what}: AUROC {figure:.3f} over {len(right)}, {right.count(False)} of them wrong")
    return figure


def test_confidence_in_answers_tells_right_from_wrong() -> None:
    model = BlipVisualQA(ModelReference.parse(f"blip:{VISUAL_QA}?together=64"), None)
    asked = questions(True)
    wanted = [one.answer for one in asked]
    clear = [Question(picture(one.picture, True), one.question) for one in asked]
    right, sure = judged(model.answer(clear), wanted)
    dim, unsure = judged(model.answer([Question(blurred(one.picture, BLUR), one.text) for one in clear]), wanted)
    assert len(set(sure)) > len(sure) / 10, "confidence is all but constant"
    assert told("answers, clear and blurred", right + dim, sure + unsure) >= LEAST
    assert told("answers, clear", right, sure) >= LEAST


def test_confidence_in_captions_tells_right_from_wrong() -> None:
    model = BlipCaptioner(ModelReference.parse(f"blip:{CAPTIONER}?together=64"), None)
    known = list(captions(True).items())
    wanted = [caption for _, caption in known]
    clear = [picture(at, True) for at, _ in known]
    right, sure = judged(model.caption(clear), wanted)
    dim, unsure = judged(model.caption([blurred(one, BLUR) for one in clear]), wanted)
    assert len(set(sure)) > len(sure) / 10, "confidence is all but constant"
    assert told("captions, clear and blurred", right + dim, sure + unsure) >= LEAST
