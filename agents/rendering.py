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
    """What the user said, after a block of data with what was perceived in the media they sent.

    ``keep``: rows of text in images at most. A voice note without typed words is what the user said.
    """
    heard = [o for o in observations if o.kind is ObservationKind.TRANSCRIPT and o.outcome is Outcome.PERCEIVED]
    spoken = "" if words else "\n".join(o.text for o in heard)
    said = words or spoken
    media = prompts(reply_language(said, None, None)).media
    data = [] if spoken else [media.speech.format(text=quoted(o.text)) for o in heard]
    data += _seen(media, said, observations, keep)
    if reply_to:
        data.append(media.reply_to.format(text=quoted(reply_to)))
    if not data:
        return neutral(said) or media.nothing
    return "\n".join([media.opening, *data, media.closing, *([neutral(said)] if said else [])])


def _seen(media: MediaPhrases, said: str, observations: Sequence[Observation], keep: int) -> list[str]:
    """Lines about photos. A question about text gets the text alone: a small model would answer with the caption."""
    perceived = [o for o in observations if o.outcome is Outcome.PERCEIVED]
    names = _photo_names(media, observations)
    read = _to_show(said, rows(observations), keep)
    lines = []
    if not (read and kind_of(said) is QuestionKind.TEXT):
        for o in perceived:
            if o.kind is ObservationKind.CAPTION:
                phrase = media.shows if o.confidence >= _HEDGED_BELOW else media.perhaps
                lines.append(phrase.format(photo=names[o.part], text=quoted(o.text)))
    lines += [
        media.answer.format(photo=names[o.part], text=quoted(o.text))
        for o in perceived
        if o.kind is ObservationKind.ANSWER
    ]
    return lines + [media.text.format(photo=names[row.part], text=quoted(row.text)) for row in read]


def _to_show(said: str, read: list[Row], keep: int) -> list[Row]:
    """The rows nearest to the question; the ones it is about, when they are told apart, stand last as well."""
    shown = ranked(said, read, keep)
    about = matching(said, shown)
    return [*(row for row in shown if row not in about), *about] if len(about) == 1 else shown


def _photo_names(media: MediaPhrases, observations: Sequence[Observation]) -> dict[int, str]:
    """Photos by part, with numbers when there are several."""
    parts = sorted({o.part for o in observations if o.kind is not ObservationKind.TRANSCRIPT})
    numbers = {part: f" {place}" if len(parts) > 1 else "" for place, part in enumerate(parts, start=1)}
    return {part: media.photo.format(number=number) for part, number in numbers.items()}
