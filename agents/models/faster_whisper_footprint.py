"""What a Whisper model takes of memory under CTranslate2, by the header of its file and its options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.models.faster_whisper_options import WhisperOptions
from agents.models.footprint import CUDA_CONTEXT, CUDA_HOST, Footprint
from agents.models.headers import HeaderDamaged
from agents.models.headers.ctranslate2 import Variable, variables_of

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["footprint"]

_LIBRARY = 38_000_000  # bytes: CTranslate2 and faster-whisper, measured
_BESIDE = 100_000_000  # bytes: tokenizer, detector of voices, sound and spectrogram, measured with 15 s
_FRAMES = 1500  # of a window of 30 s (Radford et al., arXiv:2212.04356, section 2.2)
_HEAD = 64  # numbers of a head, in Whisper of every size
# Measured on CPUs with tiny, base and small, beam=5 (tests/footprints): of one layer's attention the part that stays,
# and how many times keys and values of a window are held while beams are searched and words are put in their places.
_ATTENTION, _STATES = 0.6, 4.2
_WIDTHS = {"float32": 4, "int8": 1, "int8_float32": 1, "int8_float16": 1, "int8_bfloat16": 1}
_LAYER = re.compile(r"decoder/layer_(\d+)/")


def footprint(reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
    """None where its file is not there or damaged. Raises ReferenceInvalid.

    On GPUs it comes within a fifth of what faster-whisper's README tells of large-v2: one window and eight, float16 and
    int8.
    """
    options = WhisperOptions.read(reference)
    try:
        found = variables_of((folder or Path(reference.name).expanduser()) / "model.bin")
        states, attention = _window(found)
    except HeaderDamaged:
        return None
    device = "cpu" if kind == "cpu" else "cuda"
    windows, width = options.batch_on(device), _WIDTHS.get(options.compute_on(device), 2)
    if kind == "cpu":
        # what loading held of the file stays with the allocator, though int8 takes half of it
        weights = sum(max(one.size, one.count * width) for one in found)
        item = int(4 * (_STATES * states + _ATTENTION * attention))
        return Footprint(weights + _BESIDE + windows * item, 0, item, "ctranslate2", _LIBRARY)
    weights = sum(one.count * min(one.width, width) for one in found)
    item = 2 * (states + attention)
    vram = CUDA_CONTEXT + weights + windows * item
    return Footprint(_BESIDE + CUDA_HOST, vram, item, "ctranslate2", _LIBRARY)


def _window(found: Sequence[Variable]) -> tuple[int, int]:
    """Numbers of one window's keys and values in all layers of the decoder, and of one attention in the encoder.

    Raises HeaderDamaged.
    """
    layers = {match[1] for one in found if (match := _LAYER.match(one.name))}
    wide = next((one.shape[1] for one in found if one.name == "decoder/embeddings/weight" and len(one.shape) == 2), 0)
    if not layers or not wide:
        raise HeaderDamaged
    return len(layers) * 2 * _FRAMES * wide, max(1, wide // _HEAD) * _FRAMES * _FRAMES
