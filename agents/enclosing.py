"""Pure decisions, each with its reason: which photos and recordings a language model is given itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.ports import LanguageModelCard
from agents.values import Decision, Photo, Turn, Voice

__all__ = ["PICTURE_TOKENS", "SOUND_TOKENS", "Enclosing", "to_enclose"]

# Pixels of the longer side, and what such a picture costs in a prompt, from above: Qwen2.5-VL takes one token for 28x28
# pixels, 1,369 for the largest square and 784 for the smaller; Qwen3-VL 1,024 and 576, OpenAI 765, LLaVA 1.5 576.
PICTURE_TOKENS = {1_024: 1_500, 768: 850}
SOUND_TOKENS = 30  # a second, from above: Qwen2-Audio and Qwen2.5-Omni take 25, Voxtral 12.5
_SHARE = 2  # the part of the prompt budget that enclosures may take: a half
_PHOTOS = 4  # a turn
_SECONDS = 60.0
_LEAVE = "leave to the senses"


@dataclass(frozen=True, slots=True)
class Enclosing:
    """The parts of a turn to enclose, and why these.

    ``side``: pixels of the longer side of a picture at most. ``seconds``: the longest recording.
    """

    parts: tuple[int, ...] = ()
    decisions: tuple[Decision, ...] = ()
    side: int = 0
    seconds: float = 0.0


def to_enclose(turn: Turn, llm: LanguageModelCard) -> Enclosing:
    """The photos, smaller when there are several and as many as there is room for, then the first recording."""
    photos = [index for index, part in enumerate(turn.parts) if isinstance(part, Photo)] if llm.images else []
    voices = [index for index, part in enumerate(turn.parts) if isinstance(part, Voice)] if llm.audio else []
    room = llm.prompt_budget // _SHARE
    wanted = min(len(photos), _PHOTOS)
    side = next((side for side, tokens in PICTURE_TOKENS.items() if wanted * tokens <= room), min(PICTURE_TOKENS))
    shown = min(wanted, room // PICTURE_TOKENS[side])
    seconds = min(_SECONDS, (room - shown * PICTURE_TOKENS[side]) / SOUND_TOKENS)
    chosen = [*_photos(photos, shown, llm), *_recordings(voices, seconds, llm)]
    parts = tuple(part for part, decision in chosen if decision.choice != _LEAVE)
    return Enclosing(parts, tuple(decision for _, decision in chosen), side, seconds)


def _photos(photos: list[int], shown: int, llm: LanguageModelCard) -> Iterator[tuple[int, Decision]]:
    for number, part in enumerate(photos):
        if number < shown:
            yield part, Decision(f"photo of part {part}", f"show to {llm.reference}", "it takes pictures")
        else:
            reason = f"{llm.reference} has room for {shown} pictures in a turn"
            yield part, Decision(f"photo of part {part}", _LEAVE, reason)


def _recordings(voices: list[int], seconds: float, llm: LanguageModelCard) -> Iterator[tuple[int, Decision]]:
    played = int(seconds >= 1)
    for number, part in enumerate(voices):
        if number < played:
            reason = f"it takes sound, up to {seconds:.0f} s of it here"
            yield part, Decision(f"recording of part {part}", f"play to {llm.reference}", reason)
        else:
            reason = f"{llm.reference} has room for {played} recordings in a turn"
            yield part, Decision(f"recording of part {part}", _LEAVE, reason)
