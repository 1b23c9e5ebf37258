"""Every role that a host elsewhere fills, made of one reference, with something to ask it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from langchain_core.messages import HumanMessage
from PIL import Image

from agents.decoding.inside import InsideDecoder
from agents.limits import Limits
from agents.models.making import Making
from agents.models.openai.asr import OpenAITranscriber
from agents.models.openai.embedding import OpenAIEmbedder
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.speech import OpenAISpeaker
from agents.models.openai.vision import OpenAICaptioner, OpenAIVisualQA
from agents.models.spoken import Spoken
from agents.ports import Question, Sound

__all__ = ["PICTURE", "ROLES", "SOUND", "ask", "asked"]

PICTURE = Image.new("RGB", (320, 240), "#446688")
SOUND = Sound(np.sin(np.arange(16_000, dtype=np.float32) / 10) / 2)


class _Speaker:
    @staticmethod
    def made(making: Making) -> Spoken:
        return Spoken(OpenAISpeaker.made(making), InsideDecoder(Limits()))


_ASKED: dict[str, tuple[Any, Callable[[Any], Awaitable[Any]]]] = {
    "llm": (OpenAIChat, lambda llm: llm.chat.ainvoke([HumanMessage("Hi")])),
    "asr": (OpenAITranscriber, lambda ears: ears.perceive(SOUND)),
    "caption": (OpenAICaptioner, lambda eyes: eyes.perceive(PICTURE)),
    "vqa": (OpenAIVisualQA, lambda eyes: eyes.perceive(Question(PICTURE, "Is it blue?"))),
    "embeddings": (OpenAIEmbedder, lambda embedder: embedder.embed("hello")),
    "tts": (_Speaker, lambda speaker: speaker.speak("Hello", "en")),
}
ROLES = list(_ASKED)


async def ask(role: str, making: Making) -> Any:
    """What the role answers. Raises what it raises; its connections are closed in any case."""
    made = _ASKED[role][0].made(making)
    try:
        return await asked(role, made)
    finally:
        await made.stop()


async def asked(role: str, made: Any) -> Any:
    """What it answers that has been made for this role."""
    return await _ASKED[role][1](made)
