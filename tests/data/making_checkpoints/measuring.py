"""What the stored models say about the held-out half of easy-vqa, asked by transformers alone, without Parley."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image
from transformers import BertTokenizer, BlipForConditionalGeneration, BlipForQuestionAnswering
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from tests.data.making_checkpoints.pixels import tensors
from tests.easy_vqa import Asked, as_jpeg, captions, picture, questions

__all__ = ["direct_answers", "direct_captions", "measure"]

Change = Callable[[Image], Image]
_TOGETHER = 64


def measure(folder: Path) -> None:
    """Print the share of exact captions and of right answers, for clean pictures and for JPEG."""
    known, asked = captions(True), questions(True)
    for name, change in (("clean", lambda shown: shown), ("JPEG", as_jpeg)):
        said = direct_captions(folder / "blip-caption", list(known), change)
        _print(f"captions, {name}", [one == caption for one, caption in zip(said, known.values(), strict=True)])
        said = direct_answers(folder / "blip-vqa", asked, change)
        _print(f"answers, {name}", [one == question.answer for one, question in zip(said, asked, strict=True)])


def direct_captions(folder: Path, numbers: Sequence[int], change: Change) -> list[str]:
    """What the captioner says of these pictures."""
    model = BlipForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    images, words = BlipImageProcessorPil.from_pretrained(folder), BertTokenizer.from_pretrained(folder)
    said: list[str] = []
    for part in _parts(numbers):
        pixels = tensors(images, [change(picture(at, True)) for at in part])
        said += words.batch_decode(model.generate(pixels, max_new_tokens=8), skip_special_tokens=True)
    return said


def direct_answers(folder: Path, asked: Sequence[Asked], change: Change) -> list[str]:
    """What the answerer says. Questions of one length go together: ``generate`` reads the padding of others."""
    model = BlipForQuestionAnswering.from_pretrained(folder, dtype=torch.float32).eval()
    images, words = BlipImageProcessorPil.from_pretrained(folder), BertTokenizer.from_pretrained(folder)
    by_length: dict[int, list[int]] = {}
    for number, one in enumerate(asked):
        by_length.setdefault(len(words(one.question).input_ids), []).append(number)
    said = [""] * len(asked)
    for part in (part for numbers in by_length.values() for part in _parts(numbers)):
        pixels = tensors(images, [change(picture(asked[number].picture, True)) for number in part])
        ids = words([asked[number].question for number in part], return_tensors="pt").input_ids
        answers = words.batch_decode(model.generate(ids, pixels, max_new_tokens=4), skip_special_tokens=True)
        for number, answer in zip(part, answers, strict=True):
            said[number] = answer
    return said


def _print(what: str, right: Sequence[bool]) -> None:
    print(f"{what}: {sum(right)} of {len(right)} right ({sum(right) / len(right):.2%})", flush=True)


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _TOGETHER] for start in range(0, len(items), _TOGETHER))
