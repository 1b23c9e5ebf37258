"""The prompt of a turn within the model's budget: trusted instructions, then history, then what was said and perceived.

What gives way when it does not fit: first old history, then rows of text far from the question, then the middle of
long texts, visibly.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agents.enclosures import Enclosure
from agents.errors import ModelError
from agents.handing import read_ahead, room_for_documents
from agents.ports import LanguageModel, LanguageModelCard
from agents.prompts import prompts
from agents.rendering import render_user
from agents.untrusted import neutral, shortened
from agents.values import Observation, ObservationKind, Role, Utterance

__all__ = ["Now", "Prompt", "fuse", "opening"]

_AROUND = 8  # tokens a chat template puts around a message, generously
_ANCHOR = 3  # history begins at an exchange whose checksum divides by this: about every third may begin it
_SURE = 0.6
_READABLE = 80  # characters: shorter pieces of text in images tell nothing
_A_FORWARD = 8  # characters of the limit for each forwarded text that is kept
_CHARACTERS_A_TOKEN = 8  # a text with more characters than this for every token of room is not even counted


@dataclass(frozen=True, slots=True)
class Now:
    """What is said now. ``words`` were typed; what was spoken is among the observations. ``reply_to`` is quoted.

    ``enclosures`` are the turn's media for a model that takes them itself. History keeps what was perceived in them.
    ``captions``, ``origins`` and ``speaker`` as in :class:`agents.values.Utterance`; ``crowd``: several people talk.
    ``in_its_language``: the answer is wanted in the prompt's language, whatever the words are in. ``cut``: parts of
    which only the beginning was taken in.
    """

    words: str
    observations: Sequence[Observation] = ()
    reply_to: str = ""
    enclosures: Sequence[Enclosure] = ()
    captions: tuple[tuple[int, str], ...] = ()
    origins: tuple[tuple[int, str], ...] = ()
    speaker: str | None = None
    crowd: bool = False
    in_its_language: bool = False
    cut: frozenset[int] = frozenset()

    def said(self, words: str, observations: Sequence[Observation]) -> Utterance:
        """With these ``words`` and ``observations``."""
        return Utterance(Role.USER, words, tuple(observations), self.speaker, self.captions, self.origins)

    @property
    def length(self) -> int:
        """Characters of what the user wrote, or said."""
        written = sum(len(text) for _, text in self.captions) or len(self.words)
        return written or sum(len(o.text) for o in self.observations if o.kind is ObservationKind.TRANSCRIPT)

    def within(self, limit: int, observations: Sequence[Observation]) -> Now:
        """With texts of ``limit`` characters; where they get short, without the forwarded ones that came first."""
        forwarded = [part for part, _ in self.captions if part in dict(self.origins)]
        dropped = set(forwarded[: -max(limit // _A_FORWARD, 1)])
        return replace(
            self,
            words=shortened(self.words, limit),
            observations=[replace(o, text=shortened(o.text, limit)) for o in observations],
            reply_to=shortened(self.reply_to, limit),
            captions=tuple((part, shortened(text, limit)) for part, text in self.captions if part not in dropped),
            origins=tuple((part, name) for part, name in self.origins if part not in dropped),
        )


@dataclass(frozen=True, slots=True)
class Prompt:
    """``tokens`` is an upper bound of the whole; ``read`` of ``length`` characters of the user's words stand in it."""

    messages: list[BaseMessage]
    tokens: int
    remembered: int
    read: int
    length: int

    @property
    def was_shortened(self) -> bool:
        return self.read < self.length


def opening(card: LanguageModelCard, language: str = "en") -> list[BaseMessage]:
    """What every prompt begins with, for a model to read before it is needed; empty when that is not fixed."""
    return [] if card.fixed_system else [SystemMessage(_instructions(card, language))]


def _instructions(card: LanguageModelCard, language: str, now: Now | None = None) -> str:
    told = prompts(language)
    enclosed = told.enclosed if card.images or card.audio else ""
    crowd = told.crowd if now and now.crowd else ""
    chosen = told.chosen if now and now.in_its_language else ""
    return " ".join(filter(None, [told.system, enclosed, crowd, chosen]))


async def fuse(now: Now, history: Sequence[Utterance], llm: LanguageModel, language: str) -> Prompt:
    """The prompt for ``now`` after as much of the history as fits."""
    if now.enclosures and not now.words and not now.observations:
        now = replace(now, words=prompts(language).media.look)
    instructions = _instructions(llm.card, language, now)
    system = llm.card.fixed_system or instructions
    leading = f"{instructions}\n\n" if llm.card.fixed_system else ""
    enclosed = sum(enclosure.tokens for enclosure in now.enclosures)
    fixed = sum(await _count(llm, [system, leading])) + 2 * _AROUND + enclosed
    left = llm.card.prompt_budget - fixed
    present, read, length = await _present(now, llm, left)
    await read_ahead([*history, now.said(now.words, now.observations)], llm.card)
    past = _exchanges(history, room_for_documents(llm.card))
    sizes = await _sizes(past, llm)
    used = (await _count(llm, [present]))[0]
    start = _start(past, sizes, left - used)
    kept = past[start:]
    messages = _messages(system, leading, kept, present, [enclosure.block for enclosure in now.enclosures])
    return Prompt(messages, fixed + used + sum(sizes[start:]), len(kept), read, length)


def _messages(
    system: str,
    leading: str,
    kept: Sequence[tuple[str, str]],
    present: str,
    blocks: Sequence[dict[str, Any]],
) -> list[BaseMessage]:
    """System, user, assistant, user, ...; ``leading`` goes before the first words of the user, media to the end."""
    messages: list[BaseMessage] = [SystemMessage(system)]
    for user, assistant in kept:
        messages += [HumanMessage(leading + user), AIMessage(assistant)]
        leading = ""
    if not blocks:
        return [*messages, HumanMessage(leading + present)]
    return [*messages, HumanMessage(content=[{"type": "text", "text": leading + present}, *blocks])]


def _exchanges(history: Sequence[Utterance], room: int) -> list[tuple[str, str]]:
    """The history as pairs of what the user said and what was answered; chat templates want them in turn."""
    pairs: list[tuple[str, str]] = []
    user: list[str] = []
    assistant: list[str] = []
    for utterance in history:
        if utterance.role is Role.USER:
            if assistant:
                pairs.append(("\n".join(user) or "…", "\n".join(assistant)))
                user, assistant = [], []
            user.append(render_user(utterance, room=room))
        elif utterance.text.strip():
            assistant.append(neutral(utterance.text.strip()))
    if assistant:
        pairs.append(("\n".join(user) or "…", "\n".join(assistant)))
    return pairs


def _start(past: Sequence[tuple[str, str]], sizes: Sequence[int], room: int) -> int:
    """The exchange history begins with: the first when all fits, else the earliest fitting anchor.

    Anchors depend on what was said alone. So the beginning stays where it is for some turns and then moves on by a
    block, and the model's prefix cache holds in between, whatever window of the history is handed in.
    """
    if sum(sizes) <= room:
        return 0
    first = len(past)
    while first and sum(sizes[first - 1 :]) <= room:
        first -= 1
    anchors = (i for i in range(first, len(past)) if zlib.crc32("\0".join(past[i]).encode()) % _ANCHOR == 0)
    return next(anchors, first)


async def _present(now: Now, llm: LanguageModel, room: int) -> tuple[str, int, int]:
    """The present turn rendered within ``room`` tokens, and how many of how many characters of the words are in it."""
    length = now.length
    sure = [o for o in now.observations if o.confidence >= _SURE]
    whole = room_for_documents(llm.card)
    rungs = (now.observations, 40, whole), (now.observations, 12, whole // 2), (sure, 12, whole // 4), (sure, 4, 99)
    for observations, keep, documents in rungs:
        present = render_user(now.said(now.words, observations), now.reply_to, keep, documents, now.cut)
        if await _fits(present, llm, room):
            return present, length, length
    limit = max(min(len(present), room * _CHARACTERS_A_TOKEN), 1)
    while True:
        present, read = _cut(now, sure, limit)
        if limit == 1 or await _fits(present, llm, room):
            return present, min(read, length), length
        limit = max(limit * 2 // 3, 1)


async def _fits(text: str, llm: LanguageModel, room: int) -> bool:
    return len(text) <= room * _CHARACTERS_A_TOKEN and (await _count(llm, [text]))[0] <= room


def _cut(now: Now, observations: Sequence[Observation], limit: int) -> tuple[str, int]:
    """The turn with each of its texts cut to ``limit`` characters, and how many of the user's own words that leaves.

    What was seen gives way when they get that short.
    """
    spoken = [o for o in observations if o.kind is ObservationKind.TRANSCRIPT]
    kept = observations if limit >= _READABLE else spoken if not now.words else []
    short = now.within(limit, kept)
    texts = [text for _, text in short.captions] or [now.words or "\n".join(o.text for o in spoken)]
    read = sum(min(len(text), limit) for text in texts)
    said = short.said(short.words, short.observations)
    return render_user(said, short.reply_to if kept else "", 1, cut=now.cut if kept else ()), read


async def _sizes(past: Sequence[tuple[str, str]], llm: LanguageModel) -> list[int]:
    """Tokens of each exchange; one that cannot fit is not counted."""
    most = llm.card.prompt_budget * _CHARACTERS_A_TOKEN
    texts = ["\n".join(exchange) for exchange in past]
    counts = await _count(llm, [text if len(text) <= most else "" for text in texts])
    return [count + 2 * _AROUND if len(text) <= most else most for text, count in zip(texts, counts, strict=True)]


async def _count(llm: LanguageModel, texts: Sequence[str]) -> list[int]:
    """Tokens by the model's tokenizer; when it cannot be asked, one a character, which is never too few."""
    try:
        return await llm.count_tokens(texts)
    except ModelError:
        return [len(text.encode()) for text in texts]
