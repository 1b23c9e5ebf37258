"""How one utterance stands in the prompt: a pure function of its words and observations.

The present turn and, one turn later, the same turn in the history are rendered by the same call, so that a prompt
begins with all of the one before it and the model's prefix cache holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from agents.evidence import Row, matching, ranked, rows
from agents.language import reply_language
from agents.moments import timed
from agents.naming import documents, is_of_footage, names, seen
from agents.passages import excerpt, room_of
from agents.prompts import MediaPhrases, prompts
from agents.questions import QuestionKind, kind_of
from agents.said import own_words, question_of, shown, spoken_by
from agents.untrusted import neutral, quoted, shortened
from agents.values import Observation, ObservationKind, Outcome, Utterance

__all__ = ["HEDGED_BELOW", "ROOM", "render_user"]

HEDGED_BELOW = 0.6
ROOM = 1_000  # tokens for documents
_NAME = 40  # characters of whom something is forwarded from
_ROWS = 40  # rows of text in images that stand in a prompt, those nearest to the question


def render_user(
    said: Utterance, reply_to: str = "", keep: int = _ROWS, room: int = ROOM, cut: Collection[int] = ()
) -> str:
    """What the user said, after what was perceived in the media they sent, as data.

    ``keep``: rows of text in images at most. ``room``: tokens for documents. ``cut``: parts of which only the beginning
    was taken in. A voice note without typed words is what the user said.
    """
    perceived = [o for o in said.observations if o.outcome is Outcome.PERCEIVED]
    typed = own_words(said)
    strange = [o for o in perceived if o.kind is ObservationKind.TRANSCRIPT and o.part in dict(said.origins)]
    heard = [o.text for o in perceived if o.kind is ObservationKind.TRANSCRIPT and o not in strange]
    words = typed or "\n".join(heard)
    media = prompts(reply_language(words or said.text, None, None)).media
    called = names(media, perceived) if perceived else {}
    blocks = [*_forwarded(media, said, called)] if said.origins else []
    if perceived:  # of most messages of a history nothing is, and they are rendered at every turn
        blocks += [*_seen(media, words, perceived, keep), *_documents(media, question_of(said), perceived, room)]
    blocks += [media.cut.format(medium=called[part]) for part in sorted(cut) if part in called]
    if aside := [*(heard if typed else []), *(o.text for o in strange)]:
        blocks.append(_block(media.speech, aside))
    if reply_to:
        blocks.append(_block(media.reply_to, [reply_to]))
    own = shown(said, called, media) if typed else words
    if said.speaker:
        own = spoken_by(said.speaker, own or media.wordless)
    return "\n\n".join([*blocks, *([own if said.speaker else neutral(own)] if own else [])]) or media.nothing


def _block(heading: str, texts: Sequence[str]) -> str:
    return "\n".join([heading, *map(quoted, texts)])


def _forwarded(media: MediaPhrases, said: Utterance, called: Mapping[int, str]) -> Iterator[str]:
    """What was forwarded, by whom it is from."""
    texts = dict(said.captions)
    for origin in dict.fromkeys(name for _, name in said.origins):
        parts = [part for part, name in said.origins if name == origin]
        if things := [called[part] for part in parts if part in called]:
            yield _block(media.forwarded.format(what=", ".join(things)), [shortened(origin, _NAME)])
        if words := [texts[part] for part in parts if part in texts]:
            yield _block(media.forwarded_words, [shortened(origin, _NAME), *words])


def _documents(media: MediaPhrases, question: str, perceived: Sequence[Observation], room: int) -> Iterator[str]:
    """Documents as far as there is room, which they share."""
    called = documents(media, perceived)
    for o in perceived:
        if o.kind is ObservationKind.DOCUMENT_TEXT:
            text = excerpt(o.text, question, max(room_of(o.text, room // len(called)), 1))
            if text:
                yield _block(media.written.format(document=called[o.part]), [line for line in text.split("\n") if line])


def _seen(media: MediaPhrases, said: str, perceived: Sequence[Observation], keep: int) -> list[str]:
    """Blocks about what is seen.

    A question about text in a photo gets the text alone: a small model would answer with the caption.
    """
    read = _to_show(said, rows(perceived), keep)
    text_only = bool(read) and kind_of(said) is QuestionKind.TEXT
    blocks = []
    for part, name in seen(media, perceived).items():
        footage = is_of_footage(part, perceived)
        captions = [] if text_only and not footage else _of(perceived, part, ObservationKind.CAPTION)
        if captions:
            blocks.append(_scenes(media, name, captions) if footage else _captions(media, name, captions))
        if answers := _of(perceived, part, ObservationKind.ANSWER):
            heading = media.answer if answers[0].confidence >= HEDGED_BELOW else media.guess
            blocks.append(_block(heading.format(photo=name), [o.text for o in answers]))
        if lines := [row.text for row in read if row.part == part]:
            blocks.append(_block(media.text.format(photo=name), lines))
        if speech := _of(perceived, part, ObservationKind.SOUNDTRACK):
            blocks.append(_block(media.soundtrack.format(photo=name), list(map(timed, speech))))
    return blocks


def _captions(media: MediaPhrases, name: str, captions: Sequence[Observation]) -> str:
    """Only the first caption says what the photo shows; the others are further guesses."""
    heading = media.shows if captions[0].confidence >= HEDGED_BELOW else media.perhaps
    return _block(heading.format(photo=name), [o.text for o in captions])


def _scenes(media: MediaPhrases, name: str, captions: Sequence[Observation]) -> str:
    """The scenes of a video with their times, each as sure as it is."""
    scenes = [o if o.confidence >= HEDGED_BELOW else replace(o, text=media.maybe.format(text=o.text)) for o in captions]
    return _block(media.shows.format(photo=name), list(map(timed, scenes)))


def _of(perceived: Sequence[Observation], part: int, kind: ObservationKind) -> list[Observation]:
    return [o for o in perceived if o.part == part and o.kind is kind]


def _to_show(said: str, read: list[Row], keep: int) -> list[Row]:
    """The rows nearest to the question; the one it is about, when it is told apart, stands last, next to it."""
    near = ranked(said, read, keep)
    about = matching(said, near)
    return [*(row for row in near if row not in about), *about] if len(about) == 1 else near
