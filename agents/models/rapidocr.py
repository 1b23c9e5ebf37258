"""Text in pictures by RapidOCR (PP-OCR on ONNX Runtime), from the model files inside its own wheel.

``rapidocr:PP-OCRv6?option=value``. Options: ``side`` (pixels of the longer side at which text is looked for), ``score``
(per cent below which a piece of text is not believed), ``threads``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.footprint import Footprint
from agents.models.options import Options, threads_for_senses
from agents.models.rows import Piece, rows
from agents.ports import Card
from agents.values import Box, Finding

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.models.reference import ModelReference

__all__ = ["RapidOcr"]

_NAME = "PP-OCRv6"
_KNOWN = frozenset({"side", "score", "threads"})
_FILES = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
# Languages whose letters stand in the recogniser's alphabet: Han, kana, Latin with its accents, Greek.
_LANGUAGES = frozenset(
    "af ca cs cy da de el en es et eu fi fr ga gl hr hu id is it ja la lb lt lv ms mt nl nn no pl pt ro sk sl sq sv sw "
    "tl tr zh".split()
)
_LONGEST = 2000  # pixels; RapidOCR itself looks at no more
_SIDE = 960  # pixels
# Bytes, measured with a photo of 1280 x 960 pixels (tests/footprints): what ONNX Runtime, OpenCV and RapidOCR take,
# the loaded models, and what they hold of a picture of that side.
_LIBRARY, _LOADED, _AT_WORK = 67_000_000, 134_000_000, 196_000_000
_THINNEST = 50  # times longer than wide; RapidOCR breaks off on thinner strips, which are padded


class RapidOcr:
    """Fills :class:`agents.ports.TextReader`: one finding a row of text, pieces side by side joined in reading order.

    Its confidence is that of the row's least certain piece, the mean probability of the characters as the recogniser
    tells it; pieces below ``score`` (0.8) are left out, for under it the text is more often wrong than right.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        if reference.name != _NAME:
            raise ReferenceInvalid(str(reference), f"RapidOCR has no {reference.name} here", f"write rapidocr:{_NAME}")
        score = _score(_options(reference))
        return Card(
            reference=str(reference),
            languages=_LANGUAGES,
            sure_from=score,
            half_from=score,
            confidence="mean probability of the characters of the row's least certain piece",
        )

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        side = _side(_options(reference))
        return Footprint(_LOADED + _AT_WORK * side**2 // _SIDE**2, library="onnxruntime", library_ram=_LIBRARY)

    def __init__(self, reference: ModelReference, folder: Path | None = None) -> None:
        self.card = self.declare(reference)
        options = _options(reference)
        self._score = _score(options)
        side = _side(options)
        threads = options.whole("threads", threads_for_senses(), 1, 64)
        files = _files(self.card.reference)

        logging.getLogger("RapidOCR").disabled = True  # it logs by itself to standard error, with file names
        from rapidocr import RapidOCR

        parameters: dict[str, Any] = {f"{part}.model_path": str(path) for part, path in files.items()}
        self._engine: Any = RapidOCR(
            params=parameters
            | {
                "Global.log_level": "critical",
                "Global.text_score": self._score,
                "Det.limit_type": "max",
                "Det.limit_side_len": side,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._engine(_word())  # it loads its models when it first needs them, which should be now

    def read(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return [self._read(picture) for picture in pictures]

    def _read(self, picture: Image) -> list[Finding]:
        fitted, scale = _fitted(picture)
        found = self._engine(fitted)
        if found.txts is None:
            return []
        pieces = [
            Piece(text.strip(), float(score), _box(corners, scale, picture.size))
            for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True)
            if score >= self._score and text.strip()
        ]
        return [Finding(row.text, min(1.0, row.score), place=row.box) for row in rows(pieces)]


def _word() -> Image:
    """A small picture with text in it."""
    from PIL import Image as Images
    from PIL import ImageDraw

    picture = Images.new("RGB", (160, 64), "white")
    ImageDraw.Draw(picture).text((20, 12), "Hello", fill="black", font_size=36)
    return picture


def _options(reference: ModelReference) -> Options:
    return Options(reference, _KNOWN)


def _side(options: Options) -> int:
    return options.whole("side", _SIDE, 320, 4000)


def _score(options: Options) -> float:
    return options.whole("score", 80, 0, 100) / 100


def _files(reference: str) -> dict[str, Path]:
    """The model files in the wheel, named one by one, for RapidOCR downloads what it is not given."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ModelUnavailable(reference, "rapidocr is not installed; run `make install`")
    files = {part: Path(spec.origin).parent / "models" / name for part, name in _FILES.items()}
    if missing := [path.name for path in files.values() if not path.is_file()]:
        raise ModelUnavailable(reference, f"rapidocr comes without {missing[0]}; run `make install`")
    return files


def _fitted(picture: Image) -> tuple[Image, float]:
    """A picture of a size and shape the engine can take, and how many pixels of the original one of its pixels is."""
    from PIL import Image as Images

    scale = max(1.0, max(picture.size) / _LONGEST)
    if scale > 1.0:
        small = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
        picture = picture.resize(small, Images.Resampling.BOX)
    thinnest = max(32, max(picture.size) // _THINNEST)
    if min(picture.size) >= thinnest:
        return picture, scale
    padded = Images.new("RGB", (max(picture.width, thinnest), max(picture.height, thinnest)), "white")
    padded.paste(picture)
    return padded, scale


def _box(corners: Any, scale: float, size: tuple[int, int]) -> Box:
    across, down = [float(x) * scale for x, _ in corners], [float(y) * scale for _, y in corners]
    return Box(max(0.0, min(across)), max(0.0, min(down)), min(size[0], max(across)), min(size[1], max(down)))
