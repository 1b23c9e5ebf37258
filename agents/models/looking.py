"""Captions and answers about pictures from a chat model that takes pictures, wherever it runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.errors import ModelLate, ModelRefused
from agents.models.likelihood import likelihood
from agents.models.picture_urls import picture_url
from agents.models.picture_words import CAPTION, asked
from agents.ports import Card, LanguageModel, Question
from agents.untrusted import plain
from agents.values import Finding

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from PIL.Image import Image

    from agents.models.metrics import Meter
    from agents.models.options import Options
    from agents.models.reference import ModelReference

__all__ = ["Answering", "Captioning", "Look"]

_LONGEST = 2_000  # characters of a caption or answer, whatever a host sends
# From the fullest request down to the barest: models that reason first refuse both, some hosts tell no probabilities.
_WAYS: tuple[dict[str, Any], ...] = ({"logprobs": True, "temperature": 0}, {"temperature": 0}, {})


@dataclass(frozen=True, slots=True)
class Look:
    """``side``: the longest side in pixels of a picture that is sent; ``brief``: the most tokens of what is said.

    ``sure`` and ``half`` are the card's thresholds.
    """

    side: int
    brief: int
    sure: float
    half: float

    @classmethod
    def of(cls, options: Options, *, side: int = 1024) -> Look:
        """``side`` is the default of the option. Raises ReferenceInvalid."""
        sure = options.number("sure", 0.6, 0.01, 1)
        return cls(
            side=options.whole("side", side, 64, 8192),
            brief=options.whole("brief", 64, 4, 10_000),
            sure=sure,
            half=options.number("half", min(0.3, sure), 0.01, sure),
        )

    def card(self, reference: ModelReference, languages: frozenset[str] | None) -> Card:
        return Card(
            str(reference),
            languages=languages,
            sure_from=self.sure,
            half_from=self.half,
            confidence=(
                "geometric mean of the probabilities of its tokens; where the server tells none, the least that is "
                "said as a guess"
            ),
        )


class _Looking:
    """``deadline`` is in seconds, of one picture. Raises what the chat model raises, and ModelLate.

    The chat model is shared, and counts its calls itself: ``meter`` counts who is late. Stopping one role stops it for
    the others.
    """

    def __init__(self, llm: LanguageModel, card: Card, look: Look, *, deadline: float, meter: Meter) -> None:
        self._llm = llm
        self._card = card
        self._look = look
        self._deadline = deadline
        self._meter = meter
        self._way = 0
        self._settled = False  # that way has worked: what is refused now is refused for another reason

    @property
    def card(self) -> Card:
        return self._card

    async def load(self) -> None:
        await self._llm.start()

    async def stop(self) -> None:
        await self._llm.stop()

    async def _said(self, picture: Image, words: str) -> list[Finding]:
        from langchain_core.messages import HumanMessage

        try:
            async with asyncio.timeout(self._deadline):
                url = await asyncio.to_thread(picture_url, picture, self._look.side)
                parts: list[str | dict[str, Any]] = [
                    {"type": "image_url", "image_url": {"url": url}},
                    {"type": "text", "text": words},
                ]
                answer = await self._answer(HumanMessage(parts))
        except TimeoutError as exc:
            self._meter.failed("", ModelLate.code)
            raise ModelLate(self._card.reference, "no answer within the deadline") from exc
        text = " ".join(plain(answer.text[:_LONGEST]).split())
        return [Finding(text, self._sure(answer))] if text else []

    async def _answer(self, message: Any) -> AIMessage:
        for way in range(self._way, len(_WAYS)):
            try:
                answer = await self._llm.chat.ainvoke([message], max_tokens=self._look.brief, **_WAYS[way])
            except ModelRefused:
                if self._settled or way == len(_WAYS) - 1:
                    raise
                continue
            self._way, self._settled = way, True
            return answer
        raise ModelRefused(self._card.reference, "its server refuses the request")

    def _sure(self, answer: AIMessage) -> float:
        told = answer.response_metadata.get("logprobs", {}).get("content", ())
        found = likelihood(token["logprob"] for token in told)
        return self._look.half if found is None else found


class Captioning(_Looking):
    """Fills ``agents.ports.Sense`` for captions."""

    async def perceive(self, picture: Image) -> list[Finding]:
        return await self._said(picture, CAPTION)


class Answering(_Looking):
    """Fills ``agents.ports.Sense`` for questions about pictures."""

    async def perceive(self, question: Question) -> list[Finding]:
        return await self._said(question.picture, asked(question.text))
