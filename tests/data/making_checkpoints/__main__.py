"""Train both models, store them in half precision, and measure what was stored on the held-out half.

``python -m tests.data.making_checkpoints`` writes ``tests/data/checkpoints/blip-caption`` and ``blip-vqa``: about ten
minutes on two cores. With the same versions on the same kind of processor the seed gives the same weights.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from transformers import BlipForConditionalGeneration, BlipForQuestionAnswering, PreTrainedModel

from tests.data.making_checkpoints.answerer import begin_answerer, train_answerer
from tests.data.making_checkpoints.captioner import train_captioner
from tests.data.making_checkpoints.measuring import measure
from tests.data.making_checkpoints.shape import processor

FOLDER = Path(__file__).parent.parent / "checkpoints"


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.data.making_checkpoints")
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--seed", type=int, default=20)
    options.add_argument("--caption-epochs", type=int, default=30)
    options.add_argument("--answer-epochs", type=int, nargs="+", default=[3, 6], help="of each round")
    options.add_argument("--part", type=int, default=1, help="begin at 2, the answerer, or 3, its second round")
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)  # numbers near zero make attention six times slower
    began = time.monotonic()
    captioner, answerer = given.folder / "blip-caption", given.folder / "blip-vqa"
    if given.part < 2:
        _store(train_captioner(processor(), given.caption_epochs, given.seed), captioner)
    if given.part < 3:
        model = begin_answerer(processor(), _stored(BlipForConditionalGeneration, captioner))
        _store(train_answerer(processor(), model, given.answer_epochs[0], given.seed), answerer)
    for round_, epochs in enumerate(given.answer_epochs[1:], start=1):
        model = _stored(BlipForQuestionAnswering, answerer)
        _store(train_answerer(processor(), model, epochs, given.seed + round_), answerer)
    print(f"trained in {time.monotonic() - began:.0f} s")
    measure(given.folder)


def _stored(kind: Any, folder: Path) -> Any:
    return kind.from_pretrained(folder, dtype=torch.float32)


def _store(model: PreTrainedModel, folder: Path) -> None:
    """In half precision, which takes half the bytes; what is measured below is what was stored."""
    model.half().save_pretrained(folder)
    processor().save_pretrained(folder)
    for path in folder.iterdir():
        path.chmod(0o644)  # safetensors writes for the owner alone


if __name__ == "__main__":
    main()
