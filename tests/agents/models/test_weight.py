"""What waits is weighed by the pixels and samples it holds."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from agents.models.weight import weight
from agents.ports import Question, Sound


@pytest.mark.parametrize(
    ("item", "held"),
    [
        (Image.new("RGB", (40, 20)), 2400),
        (Image.new("L", (40, 20)), 800),
        (Question(Image.new("RGB", (40, 20)), "what?"), 2400),
        (Sound(np.zeros(16_000, np.float32)), 64_000),
        ("words", 0),
    ],
)
def test_an_item_weighs_what_it_holds(item: object, held: int) -> None:
    assert weight(item) == held
