"""An assistant over scripted models, and media small enough to make on the spot."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import numpy as np
from PIL import Image

from agents.assistant import Assistant, Limits
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.ports import Card, Decoder, LanguageModelCard, Senses
from agents.values import Answered, Delta, Event, Finding, Photo, Restarted, Role, Text, Turn, Utterance, Voice
from bot.texts import Texts

__all__ = ["House", "finding", "gist", "photo", "read", "said", "streamed", "voice"]

LABELS = Card("scripted:caption", sentences=False, sure_from=0.6, half_from=0.3)


def photo(*, quoted: bool = False, size: tuple[int, int] = (32, 24)) -> Photo:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, "PNG")
    return Photo(file.getvalue(), "image/png", quoted)


def voice(*, quoted: bool = False, seconds: float = 0.2) -> Voice:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(np.zeros(int(16_000 * seconds), np.int16).tobytes())
    return Voice(file.getvalue(), "audio/wav", quoted)


def finding(text: str, confidence: float = 0.95, language: str | None = None) -> Finding:
    return Finding(text, confidence, language)


def read(*texts: str) -> ScriptedSense:
    return ScriptedSense([finding(text) for text in texts], card=Card("scripted:ocr"))


def said(*pairs: str) -> list[Utterance]:
    """A history of texts, user and assistant in turn."""
    roles = (Role.USER, Role.ASSISTANT)
    return [Utterance(roles[index % 2], text) for index, text in enumerate(pairs)]


class House:
    """Scripted senses and an LLM; ``ask`` answers one turn and keeps its events."""

    def __init__(
        self,
        replies: object = ("fine",),
        *,
        transcript: object = None,
        caption: object = None,
        ocr: object = None,
        vqa: object = None,
        sentiment: object = None,
        emotion: object = None,
        sentences: bool = False,
        limits: Limits | None = None,
        card: LanguageModelCard | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        labels = Card("scripted:caption", sentences=sentences, sure_from=0.6, half_from=0.3)
        self.senses = Senses(
            transcriber=_sense(transcript, Card("scripted:transcript")),
            captioner=_sense(caption, labels),
            text_reader=_sense(ocr, Card("scripted:ocr")),
            visual_qa=_sense(vqa, Card("scripted:vqa")),
            sentiment_reader=_sense(sentiment, Card("scripted:sentiment")),
            emotion_reader=_sense(emotion, Card("scripted:emotion")),
        )
        self.llm = ScriptedLLM.of(replies, card=card)  # type: ignore[arg-type]
        self.assistant = Assistant(self.senses, self.llm, Texts(), limits or Limits(), decoder)
        self.events: list[Event] = []

    async def ask(
        self, *parts: object, history: Sequence[Utterance] = (), locale: str | None = None, sender: str | None = None
    ) -> Answered:
        turn = Turn(tuple(Text(part) if isinstance(part, str) else part for part in parts), sender, locale)  # type: ignore[misc]
        self.events = [event async for event in self.assistant.answer(turn, history)]
        answered = self.events[-1]
        assert isinstance(answered, Answered)
        assert sum(isinstance(event, Answered) for event in self.events) == 1
        assert streamed(self.events) == answered.reply.text
        return answered

    @property
    def prompt(self) -> list[str]:
        """The texts of the last prompt's messages."""
        return [str(message.text) for message in self.llm.prompts[-1]]


def _sense(script: object, card: Card) -> ScriptedSense | None:
    if script is None or isinstance(script, ScriptedSense):
        return script
    if isinstance(script, list):
        script = [item if isinstance(item, Finding) else finding(item) for item in script]
    return ScriptedSense(script, card=card)  # type: ignore[arg-type]


def streamed(events: Sequence[Event]) -> str:
    """What a reader of the pieces has in the end."""
    text = ""
    for event in events:
        if isinstance(event, Restarted):
            text = ""
        elif isinstance(event, Delta):
            text += event.text
    return text


def gist(answered: Answered) -> str:
    """How the turn was decided, in one line."""
    return "; ".join(f"{d.about}: {d.choice}" for d in answered.trace.route)
