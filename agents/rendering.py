"""How one utterance stands in the prompt: a pure function of its words and observations.

The present turn and, one turn later, the same turn in the history are rendered by the same call, so that a prompt
begins with all of the one before it and the model's prefix cache holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.evidence import Row, matching, ranked, rows
from agents.language import reply_language
from agents.prompts import MediaPhrases, prompts
from agents.questions import QuestionKind, kind_of
from agents.untrusted import neutral, quoted
from agents.values import Observation, ObservationKind, Outcome

__all__ = ["render_user"]

_HEDGED_BELOW = 0.6
_ROWS = 40  # rows of text in images that stand in a prompt, those nearest to the question


def render_user(words: str, observations: Sequence[Observation], reply_to: str = "", keep: int = _ROWS) -> str:
    """What the user said, after what was perceived in the media they sent, as data.

    ``keep``: rows of text in images at most. A voice note without typed words is what the user said.
    """
    perceived = [o for o in observations if o.outcome is Outcome.PERCEIVED]
    heard = [o.text for o in perceived if o.kind is ObservationKind.TRANSCRIPT]
    said = words or "\n".join(heard)
    media = prompts(reply_language(said, None, None)).media
    blocks = _seen(media, said, perceived, keep)
    if words and heard:
        blocks.append(_block(media.speech, heard))
    if reply_to:
        blocks.append(_block(media.reply_to, [reply_to]))
    return "\n\n".join([*blocks, *([neutral(said)] if said else [])]) or media.nothing


def _block(heading: str, texts: Sequence[str]) -> str:
    return "\n".join([heading, *map(quoted, texts)])


def _seen(media: MediaPhrases, said: str, perceived: Sequence[Observation], keep: int) -> list[str]:
    """Blocks about photos. A question about text gets the text alone: a small model would answer with the caption."""
    read = _to_show(said, rows(perceived), keep)
    text_only = bool(read) and kind_of(said) is QuestionKind.TEXT
    blocks = []
    for part, name in _photo_names(media, perceived).items():
        captions = [] if text_only else _texts(perceived, part, ObservationKind.CAPTION)
        if captions:
            heading = media.shows if _is_sure(perceived, part, ObservationKind.CAPTION) else media.perhaps
            blocks.append(_block(heading.format(photo=name), captions))
        if answers := _texts(perceived, part, ObservationKind.ANSWER):
            heading = media.answer if _is_sure(perceived, part, ObservationKind.ANSWER) else media.guess
            blocks.append(_block(heading.format(photo=name), answers))
        if lines := [row.text for row in read if row.part == part]:
            blocks.append(_block(media.text.format(photo=name), lines))
    return blocks


def _texts(perceived: Sequence[Observation], part: int, kind: ObservationKind) -> list[str]:
    return [o.text for o in perceived if o.part == part and o.kind is kind]


def _is_sure(perceived: Sequence[Observation], part: int, kind: ObservationKind) -> bool:
    """Only the first caption says what the photo shows; the others are further guesses."""
    found = [o for o in perceived if o.part == part and o.kind is kind]
    return found[0].confidence >= _HEDGED_BELOW


def _to_show(said: str, read: list[Row], keep: int) -> list[Row]:
    """The rows nearest to the question; the one it is about, when it is told apart, stands last, next to it."""
    shown = ranked(said, read, keep)
    about = matching(said, shown)
    return [*(row for row in shown if row not in about), *about] if len(about) == 1 else shown


def _photo_names(media: MediaPhrases, perceived: Sequence[Observation]) -> dict[int, str]:
    """Photos by part, with numbers when there are several."""
    parts = sorted({o.part for o in perceived if o.kind.is_of_photo})
    numbers = {part: f" {place}" if len(parts) > 1 else "" for place, part in enumerate(parts, start=1)}
    return {part: media.photo.format(number=number) for part, number in numbers.items()}
