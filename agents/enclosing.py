"""Pure decisions, each with its reason: which photos and recordings a language model is given itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.ports import LanguageModelCard
from agents.values import Decision, Photo, Turn, Voice

__all__ = ["PICTURE_TOKENS", "SOUND_TOKENS", "Enclosing", "longest_sound", "to_enclose"]

# What a picture of at most 1,024 pixels a side costs in a prompt, from above: Qwen2.5-VL takes one token for 28x28
# pixels, 1,369 for the largest square; Qwen3-VL 1,024, OpenAI 765, LLaVA 1.5 576.
PICTURE_TOKENS = 1_500
SOUND_TOKENS = 30  # a second, from above: Qwen2-Audio and Qwen2.5-Omni take 25, Voxtral 12.5
_SHARE = 2  # the part of the prompt budget that enclosures may take: a half
_PHOTOS = 4  # a turn
_SECONDS = 60.0
_LEAVE = "leave to the senses"


@dataclass(frozen=True, slots=True)
class Enclosing:
    """The parts of a turn to enclose, and why these."""

    parts: tuple[int, ...] = ()
    decisions: tuple[Decision, ...] = ()


def to_enclose(turn: Turn, llm: LanguageModelCard) -> Enclosing:
    """The photos, as many as there is room for, then the first recording."""
    chosen = [*_photos(turn, llm), *_recordings(turn, llm)]
    decisions = tuple(decision for _, decision in chosen)
    return Enclosing(tuple(part for part, decision in chosen if decision.choice != _LEAVE), decisions)


def _photos(turn: Turn, llm: LanguageModelCard) -> Iterator[tuple[int, Decision]]:
    photos = [index for index, part in enumerate(turn.parts) if isinstance(part, Photo)] if llm.images else []
    most = min(_PHOTOS, llm.prompt_budget // _SHARE // PICTURE_TOKENS)
    for number, part in enumerate(photos):
        if number < most:
            yield part, Decision(f"photo of part {part}", f"show to {llm.reference}", "it takes pictures")
        else:
            reason = f"{llm.reference} has room for {most} pictures a turn"
            yield part, Decision(f"photo of part {part}", _LEAVE, reason)


def _recordings(turn: Turn, llm: LanguageModelCard) -> Iterator[tuple[int, Decision]]:
    voices = [index for index, part in enumerate(turn.parts) if isinstance(part, Voice)] if llm.audio else []
    longest = longest_sound(turn, llm)
    for number, part in enumerate(voices):
        if number or longest < 1:
            reason = f"{llm.reference} has room for {int(longest >= 1)} recordings a turn"
            yield part, Decision(f"recording of part {part}", _LEAVE, reason)
        else:
            reason = f"it takes sound, up to {longest:.0f} s of it here"
            yield part, Decision(f"recording of part {part}", f"play to {llm.reference}", reason)


def longest_sound(turn: Turn, llm: LanguageModelCard) -> float:
    """Seconds of sound that the model can be given beside the turn's photos."""
    photos = sum(isinstance(part, Photo) for part in turn.parts) if llm.images else 0
    room = llm.prompt_budget // _SHARE
    left = room - min(photos, _PHOTOS, room // PICTURE_TOKENS) * PICTURE_TOKENS
    return min(_SECONDS, left / SOUND_TOKENS) if llm.audio else 0.0
