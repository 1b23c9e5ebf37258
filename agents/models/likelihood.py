"""How likely a model held what it wrote: the figure of confidence of every model that tells of its tokens."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["likelihood"]


def likelihood(logprobs: Iterable[float], weights: Iterable[float] | None = None) -> float | None:
    """The geometric mean of the probabilities whose natural logarithms these are, in [0, 1]; None when there are none.

    ``weights``: how many tokens each stands for. Raises ValueError for what is no number.
    """
    told = list(logprobs)
    weighing = [1.0] * len(told) if weights is None else [max(0.0, float(weight)) for weight in weights]
    total = sum(weighing)
    if not total:
        return None
    if any(math.isnan(one) for one in told):
        raise ValueError("a probability that is no number")
    mean = sum(min(0.0, one) * weight for one, weight in zip(told, weighing, strict=True)) / total
    return math.exp(mean)
