"""What settings make of the models."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from agents.errors import ModelLate
from agents.ports import Sound
from bot.models import Models
from bot.settings import Settings


async def test_only_listening_is_given_time_by_the_length_of_recordings() -> None:
    settings = Settings(
        _env_file=None,
        profile="scripted",
        asr="scripted:transcript?seconds=0.5",
        caption="scripted:caption?seconds=0.5",
        sense_deadline=0.1,
        max_audio_minutes=1,
    )
    models = Models(settings)
    listener, captioner = models.senses.transcriber, models.senses.captioner
    assert listener
    assert captioner
    assert await listener.perceive(Sound(np.zeros(16_000, np.float32)))
    with pytest.raises(ModelLate):
        await captioner.perceive(Image.new("RGB", (8, 8)))
    await models.stop()
