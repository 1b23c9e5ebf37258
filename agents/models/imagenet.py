"""What one thing a photo shows, by an ImageNet classifier (EfficientNet-Lite0 on PyTorch).

``imagenet:efficientnet-lite0?option=value``. Options: ``threads``, ``sure`` and ``half`` (per cent: from where a name
may be said plainly, and from where as a guess).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.failures import on_device, working
from agents.models.footprint import Footprint
from agents.models.imagenet_names import FAMILIES, PLAIN
from agents.models.options import Options
from agents.models.torch_threads import use_threads
from agents.models.transformers.footprint import library_ram
from agents.ports import Card
from agents.values import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from agents.models.reference import ModelReference

__all__ = ["ImageNet"]

_NAME = "efficientnet-lite0"
_KNOWN = frozenset({"threads", "sure", "half"})
_WEIGHTS, _LABELS = "efficientnet-lite0.pth", "labels.json"
_CLASSES = 1000
_SIDE = 224
_CROP = 0.875  # of the shorter side, as the weights were trained (tensorflow/tpu, efficientnet/lite/README.md)
_MOST = 3
_AT_WORK = 120_000_000  # bytes beside the weights that four views take, measured (tests/footprints)
# These thresholds, the views and the families were set after seeing what the model makes of the ten photographs listed
# in tests/data/photos.json together with about 60 others that ship with scikit-image, scikit-learn and mvtb-data. So
# those ten measure no photographs unseen. Most of the others show nothing ImageNet has a name for; few get past 0.6.
_SURE, _HALF = 60, 40


class ImageNet:
    """Fills :class:`agents.ports.Captioner`: names in English, best first, and none where every name is improbable.

    Confidence is the softmax probability of the name, averaged over four views (the centre and the whole picture,
    both also mirrored). A name is a class of ImageNet, or a family of classes that are near one another (``cat``,
    ``butterfly``) when the probability lies in the family and in none of its members.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        if reference.name != _NAME:
            raise ReferenceInvalid(str(reference), f"no classifier {reference.name}", f"write imagenet:{_NAME}")
        sure, half = _thresholds(_options(reference))
        languages = frozenset({"en"})
        return Card(
            str(reference),
            languages=languages,
            sentences=False,
            sure_from=sure,
            half_from=half,
            confidence="probability of the name among 1,000, averaged over four views",
        )

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        _options(reference)
        try:
            weights = ((folder or Path(reference.name)) / _WEIGHTS).stat().st_size
        except OSError:
            return None
        return Footprint(weights + _AT_WORK, library="torch", library_ram=library_ram(models=False))

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.card = self.declare(reference)
        if folder is None or not all((folder / name).is_file() for name in (_WEIGHTS, _LABELS)):
            raise ModelUnavailable(self.card.reference, f"no {_WEIGHTS} and {_LABELS} in its folder")
        self._names = _names(folder / _LABELS)

        import torch
        from efficientnet_lite_pytorch import EfficientNet

        # One thread: it is the fastest sense already, and leaves the cores to the others.
        use_threads(_options(reference).whole("threads", 1, 1, 64))
        with working(self.card.reference):
            self._model = EfficientNet.from_name(_NAME)
            self._model.load_state_dict(torch.load(folder / _WEIGHTS, map_location="cpu", weights_only=True))
        self._model.eval()

    @on_device
    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        if not pictures:
            return []
        import numpy as np
        import torch

        views = np.stack([view for picture in pictures for view in _views(picture)])
        with torch.inference_mode():
            scores = self._model(torch.from_numpy(views)).softmax(dim=1).numpy()
        chances = scores.reshape(len(pictures), -1, _CLASSES).mean(axis=1)
        return [self._named(row) for row in chances]

    def _named(self, chances: NDArray[np.float32]) -> list[Finding]:
        """Names at or above the card's ``half_from``, families before their members when no member is sure."""
        named = {name: float(chance) for name, chance in zip(self._names, chances, strict=True)}
        for family, members in FAMILIES.items():
            if max(chances[index] for index in members) < self.card.sure_from:
                named[family] = max(named.get(family, 0.0), float(sum(chances[index] for index in members)))
        best = sorted(named.items(), key=lambda item: -item[1])[:_MOST]
        return [Finding(name, min(1.0, chance), "en") for name, chance in best if chance >= self.card.half_from]


def _options(reference: ModelReference) -> Options:
    return Options(reference, _KNOWN)


def _thresholds(options: Options) -> tuple[float, float]:
    sure, half = options.whole("sure", _SURE, 1, 100), options.whole("half", _HALF, 1, 100)
    return sure / 100, min(sure, half) / 100


def _names(path: Path) -> list[str]:
    """One name of each class: the first of its synonyms, or a plainer one."""
    labels: Mapping[str, str] = json.loads(path.read_text("utf-8"))
    first = [labels[str(index)].partition(",")[0] for index in range(_CLASSES)]
    return [PLAIN.get(name, name) for name in first]


def _views(picture: Image) -> list[NDArray[np.float32]]:
    """Float32 views, shape (3, 224, 224), (pixel - 127) / 128: the centre and the whole, both also mirrored."""
    import numpy as np
    from PIL.Image import Resampling

    side = min(picture.size) * _CROP
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    views: list[NDArray[np.float32]] = []
    for box in ((left, top, left + side, top + side), (0, 0, *picture.size)):
        pixels = np.asarray(picture.resize((_SIDE, _SIDE), Resampling.BICUBIC, box=box), np.float32)
        view = ((pixels - np.float32(127)) / np.float32(128)).transpose(2, 0, 1)
        views += [view, view[:, :, ::-1]]
    return views
