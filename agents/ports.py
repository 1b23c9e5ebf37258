"""What the mind needs, stated as protocols.

Adapters (``agents/models/<backend>.py``) implement the synchronous, batched ports: list in, list out, one list of
findings an item. They know nothing of asyncio, retries, deadlines or metrics. ``agents/models/hosted.py`` turns each
into a :class:`Sense`, the asynchronous face the graph uses; models that run elsewhere fill :class:`Sense` themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from agents.decoded import DocumentText, Footage, Frame, Question, Sound
from agents.values import Finding

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = [
    "ANSWERED_BY",
    "INSTEAD",
    "Captioner",
    "Card",
    "Decoder",
    "DocumentText",
    "Embedder",
    "EmotionReader",
    "Footage",
    "Found",
    "Frame",
    "LanguageIdentifier",
    "LanguageModel",
    "LanguageModelCard",
    "Question",
    "Sense",
    "Senses",
    "SentimentReader",
    "Sound",
    "Speaker",
    "Speech",
    "TextReader",
    "Transcriber",
    "VisualQA",
    "Wording",
]


# In the metadata of a piece of an answer: the reference of the model that answers, and which were asked before and how
# they failed.
ANSWERED_BY, INSTEAD = "answered_by", "instead"


@dataclass(frozen=True, slots=True)
class Card:
    """What a model declares about itself, so that nobody tests on its name.

    ``languages`` are BCP 47 primary tags, ``None`` for any or not applicable. ``sentences``: a captioner that writes
    sentences (``True``) or names one thing (``False``). ``sure_from``: the confidence from which a finding may be
    said without hedging; from ``half_from`` up to it a finding is said as a guess; below, not as content at all.
    ``confidence`` says in one clause what the number means (``mean probability of the answer's tokens``).
    ``together``: items that one call of the model takes at little more than the cost of one. ``alternatives``: where
    several models answer in turn, the cards of all of them; the rest is what the one declares that is asked next.
    """

    reference: str
    languages: frozenset[str] | None = None
    sentences: bool = True
    sure_from: float = 0.6
    half_from: float = 0.3
    confidence: str = ""
    together: int = 1
    alternatives: tuple[Card, ...] = ()

    def of(self, model: str) -> Card:
        """The card of the alternative with that reference, which answered; this one where there is none."""
        return next((card for card in self.alternatives if card.reference == model), self)


@dataclass(frozen=True, slots=True)
class LanguageModelCard:
    """What an LLM declares: its window and our budgets within it, all in its own tokens.

    ``fixed_system``: the only system message the model copes with; instructions then belong in the user's message.
    ``images`` and ``audio``: it takes pictures and sound in a message. ``tools``: it calls the tools it is told of.
    ``json_schema``: it writes JSON that keeps to a schema. ``exact_tokens``: tokens are counted by its own tokenizer,
    and not estimated from above. ``reliable``: its operator trusts it (``trust=on`` in its reference) to translate, to
    compare and add up lines and to say yes or no about them, where a template quotes the lines under a weaker model;
    the grounding guard checks its words all the same. ``alternatives`` as in :class:`Card`.
    """

    reference: str
    context_window: int
    prompt_budget: int
    reply_budget: int
    languages: frozenset[str] | None = None
    images: bool = False
    audio: bool = False
    tools: bool = False
    json_schema: bool = False
    exact_tokens: bool = True
    reliable: bool = False
    fixed_system: str | None = None
    alternatives: tuple[LanguageModelCard, ...] = ()

    def of(self, model: str) -> LanguageModelCard:
        """The card of the alternative with that reference, which answered; this one where there is none."""
        return next((card for card in self.alternatives if card.reference == model), self)


class Found(list[Finding]):
    """Findings of a sense that is made of several models, with the card of the one that found them.

    ``instead`` tells which were asked before and how they failed, for a trace.
    """

    def __init__(self, findings: Iterable[Finding], card: Card, instead: str = "") -> None:
        super().__init__(findings)
        self.card = card
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Speech:
    """Words spoken: a voice note, one stream of Opus in OGG, that lasts ``seconds``."""

    data: bytes = field(repr=False)
    seconds: float


class Transcriber(Protocol):
    """Speech to text. No finding for an item means: no speech."""

    card: Card

    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]: ...


class Captioner(Protocol):
    """What a picture shows, best finding first. No finding: nothing worth naming."""

    card: Card

    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]: ...


class TextReader(Protocol):
    """Text in images: one finding a line of text, in reading order, with its box."""

    card: Card

    def read(self, pictures: Sequence[Image]) -> list[list[Finding]]: ...


class VisualQA(Protocol):
    """Answers to questions about pictures, best first."""

    card: Card

    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]: ...


class SentimentReader(Protocol):
    """The mood of texts: one finding, ``positive``, ``neutral`` or ``negative``. No finding: it cannot tell."""

    card: Card

    def read_sentiment(self, texts: Sequence[str]) -> list[list[Finding]]: ...


class EmotionReader(Protocol):
    """The emotion in a voice, best finding first: ``neutral``, ``happy``, ``sad``, ``angry``, ..."""

    card: Card

    def hear_emotion(self, sounds: Sequence[Sound]) -> list[list[Finding]]: ...


class LanguageIdentifier(Protocol):
    """The languages of texts, best finding first; a finding's text is a BCP 47 primary tag. None: it cannot tell."""

    card: Card

    def identify(self, texts: Sequence[str]) -> list[list[Finding]]: ...


class Embedder(Protocol):
    """Texts as vectors: float32, shape (n, d), unit norm."""

    card: Card

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


ItemT_contra = TypeVar("ItemT_contra", contravariant=True)


class Sense(Protocol[ItemT_contra]):
    """One hosted model as the graph sees it.

    ``perceive`` loads the model if need be, runs off the event loop and raises only errors of ``agents.errors``.
    """

    @property
    def card(self) -> Card: ...

    async def load(self) -> None:
        """Load the model now, or see that its host answers, without a deadline. Raises ModelUnavailable."""
        ...

    async def perceive(self, item: ItemT_contra) -> list[Finding]: ...

    async def stop(self) -> None:
        """Let go of memory, connections and processes."""
        ...


class Speaker(Protocol):
    """Text to speech, wherever it runs."""

    @property
    def card(self) -> Card: ...

    async def load(self) -> None:
        """Load the model now, or see that its host answers, without a deadline. Raises ModelUnavailable."""
        ...

    async def speak(self, text: str, language: str) -> Speech:
        """The Markdown text in ``language`` (``en``, ``zh``) read aloud, as far as it can be: see agents/speakable.py.

        Raises only errors of ``agents.errors``: ModelRefused where nothing of it can be read aloud.
        """
        ...

    async def stop(self) -> None:
        """Let go of memory, connections and processes."""
        ...


class LanguageModel(Protocol):
    """An LLM: LangChain's chat model beside what LangChain does not tell about it."""

    @property
    def card(self) -> LanguageModelCard: ...

    @property
    def chat(self) -> BaseChatModel: ...

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        """Load now rather than at the first use, and read what every prompt begins with. Raises ModelUnavailable."""
        ...

    async def stop(self) -> None:
        """Let go of memory and processes."""
        ...

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text by the model's own tokenizer, without the chat template around it."""
        ...


@dataclass(frozen=True, slots=True)
class Senses:
    """The models a turn may use; ``None`` where the profile has none."""

    transcriber: Sense[Sound] | None = None
    captioner: Sense[Image] | None = None
    text_reader: Sense[Image] | None = None
    visual_qa: Sense[Question] | None = None
    sentiment_reader: Sense[str] | None = None
    emotion_reader: Sense[Sound] | None = None


class Decoder(Protocol):
    """Makes pixels, samples and text of bytes that nobody trusts, within bounds of time and memory.

    All methods raise MediaUnreadable with the reasons of ``agents.pictures``, ``agents.sounds``, ``agents.videos`` and
    ``agents.documents``, or ``too-costly`` when the bytes took more time or memory than is given, or broke the decoder;
    and ModelError when there is no decoder to be had.
    """

    async def picture(self, data: bytes) -> Image: ...

    async def sound(self, data: bytes) -> Sound: ...

    async def video(self, data: bytes, frames: int) -> Footage:
        """At most that many ``frames``; of one alone it is the first, and the sound is left out."""
        ...

    async def document(self, data: bytes) -> DocumentText: ...


class Wording(Protocol):
    """The user-facing sentences, kept in bot/texts. ``language`` is ``en`` or ``zh``; facts fill the placeholders."""

    def say(self, key: str, language: str, **facts: object) -> str: ...
