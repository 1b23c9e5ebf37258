"""easy-vqa: pictures of one coloured shape, questions about them with their answers, and captions that follow.

The PyPI package ``easy-vqa`` (MIT) carries 4,000 pictures of 64 x 64 pixels to learn from and 1,000 held out, with
38,575 and 9,673 questions. It has no captions: one is made where the questions tell both the colour and the shape.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageFilter

__all__ = ["COLOURS", "SHAPES", "Asked", "as_jpeg", "blurred", "captions", "jpeg", "picture", "questions"]

COLOURS = frozenset("black blue brown gray green red teal yellow".split())
SHAPES = frozenset("circle rectangle triangle".split())
_NEGATED = frozenset({"no", "not"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the picture ``picture`` of its half of the data, and the right answer, one word."""

    picture: int
    question: str
    answer: str


@cache
def questions(held_out: bool) -> tuple[Asked, ...]:
    """All of the half to learn from, or of the half held out, in the order of the package."""
    from easy_vqa import get_test_questions, get_train_questions

    asked = get_test_questions() if held_out else get_train_questions()
    return tuple(Asked(at, question, answer) for question, answer, at in zip(*asked, strict=True))


@cache
def picture(at: int, held_out: bool) -> Image.Image:
    """Upright RGB, 64 x 64 pixels."""
    with Image.open(_paths(held_out)[at]) as found:
        return found.convert("RGB")


@cache
def captions(held_out: bool) -> dict[int, str]:
    """``a teal circle`` by picture, for those of which the questions tell both (880 of the 1,000 held out)."""
    told: defaultdict[int, set[str]] = defaultdict(set)
    for one in questions(held_out):
        told[one.picture].update(_shown(one))
    found = {at: (words & COLOURS, words & SHAPES) for at, words in told.items()}
    return {
        at: f"a {min(colours)} {min(shapes)}" for at, (colours, shapes) in sorted(found.items()) if colours and shapes
    }


def _shown(one: Asked) -> Iterator[str]:
    """What a question and its answer together say that the picture shows."""
    words = one.question.rstrip("?").split()
    yield one.answer
    if words[0] == "what" or (one.answer == "yes") == _NEGATED.isdisjoint(words):
        yield from words


def jpeg(shown: Image.Image, quality: int = 87) -> bytes:
    """As a messenger sends a photo: JPEG with halved colour."""
    stream = io.BytesIO()
    shown.save(stream, "JPEG", quality=quality, subsampling="4:2:0")
    return stream.getvalue()


def as_jpeg(shown: Image.Image, quality: int = 87) -> Image.Image:
    """What is left of a picture when it went through :func:`jpeg`."""
    with Image.open(io.BytesIO(jpeg(shown, quality))) as found:
        return found.convert("RGB")


def blurred(shown: Image.Image, radius: float) -> Image.Image:
    """Out of focus; ``radius`` in pixels."""
    return shown.filter(ImageFilter.GaussianBlur(radius))


@cache
def _paths(held_out: bool) -> dict[int, Path]:
    from easy_vqa import get_test_image_paths, get_train_image_paths

    found = get_test_image_paths() if held_out else get_train_image_paths()
    return {at: Path(path) for at, path in found.items()}
