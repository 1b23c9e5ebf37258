"""Train both models, store them in half precision, and measure what was stored on the held-out half.

``python -m tests.data.making_checkpoints`` writes ``tests/data/checkpoints/blip-caption`` and ``blip-vqa``: about ten
minutes on two cores. With the same versions on the same kind of processor the seed gives the same weights.
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import torch
from transformers import BlipProcessor

from tests.data.making_checkpoints.answerer import train_answerer
from tests.data.making_checkpoints.captioner import train_captioner
from tests.data.making_checkpoints.measuring import measure
from tests.data.making_checkpoints.shape import processor

FOLDER = Path(__file__).parent.parent / "checkpoints"


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.data.making_checkpoints")
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--seed", type=int, default=20)
    options.add_argument("--caption-epochs", type=int, default=30)
    options.add_argument("--answer-epochs", type=int, default=8)
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)  # numbers near zero make attention six times slower
    began = time.monotonic()
    words = processor()
    captioner = train_captioner(words, given.caption_epochs, given.seed)
    _store(captioner, words, given.folder / "blip-caption")
    answerer = train_answerer(words, captioner, given.answer_epochs, given.seed)
    _store(answerer, words, given.folder / "blip-vqa")
    print(f"trained in {time.monotonic() - began:.0f} s")
    measure(given.folder)


def _store(model: torch.nn.Module, words: BlipProcessor, folder: Path) -> None:
    """In half precision: half the bytes, and not one answer in a thousand changes."""
    copy.deepcopy(model).half().save_pretrained(folder)
    words.save_pretrained(folder)
    for path in folder.iterdir():
        path.chmod(0o644)  # safetensors writes for the owner alone


if __name__ == "__main__":
    main()
