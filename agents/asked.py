"""What was asked in a turn: the words the person typed or spoke now, apart from what they quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.language import reply_language
from agents.ports import Senses
from agents.values import Observation, ObservationKind, Outcome, Text, Turn, is_own, is_speech

__all__ = ["Asked", "asked_in", "has_own_voice", "in_sentences", "is_sure", "percent_sure"]


@dataclass(frozen=True, slots=True)
class Asked:
    """``typed`` and ``spoken`` are the person's own words; ``quoted`` is the text of the message they reply to.

    Words that they forward stand for their own where they say nothing beside.

    ``unsure``: something was spoken and not heard well enough to answer. ``language`` is ``en`` or ``zh``.
    """

    typed: str
    spoken: str
    quoted: str
    unsure: bool
    language: str

    @property
    def words(self) -> str:
        return "\n".join(text for text in (self.typed, self.spoken) if text)

    @property
    def question(self) -> str:
        """What passages of documents are chosen by, as :func:`agents.said.question_of` tells it of an utterance."""
        return self.typed or self.spoken


def asked_in(turn: Turn, observations: Sequence[Observation], senses: Senses) -> Asked:
    """What the turn asks, as far as its recordings have been heard."""
    typed, quoted, forwarded = _words(turn)
    own = [o for o in observations if o.kind is ObservationKind.TRANSCRIPT and is_own(turn.parts[o.part])]
    heard = [o for o in own if o.outcome is Outcome.PERCEIVED]
    sure = [o for o in heard if is_sure(o, senses)]
    spoken = "\n".join(o.text for o in sure)
    tongue = next((o.language for o in heard if o.language), None)
    if not typed and not has_own_voice(turn):
        typed = forwarded
    return Asked(
        typed=typed,
        spoken=spoken,
        quoted=quoted,
        unsure=len(sure) < len(heard),
        language=turn.answer_in or reply_language(typed or spoken, None if typed else tongue, turn.locale),
    )


def _words(turn: Turn) -> tuple[str, str, str]:
    """What was typed, what is quoted, and what was forwarded."""
    texts = [part for part in turn.parts if isinstance(part, Text) and part.text.strip()]
    own = [part for part in texts if is_own(part)]
    quoted = [part for part in texts if part.quoted]
    forwarded = [part for part in texts if part not in own and not part.quoted]
    typed, reply_to, other = ("\n".join(part.text.strip() for part in some) for some in (own, quoted, forwarded))
    return typed, reply_to, other


def is_sure(observation: Observation, senses: Senses) -> bool:
    """Whether it may be said without hedging, as the card of the model that perceived it declares."""
    sense = {
        ObservationKind.TRANSCRIPT: senses.transcriber,
        ObservationKind.SOUNDTRACK: senses.transcriber,
        ObservationKind.CAPTION: senses.captioner,
        ObservationKind.ANSWER: senses.visual_qa,
        ObservationKind.TEXT_IN_IMAGE: senses.text_reader,
    }.get(observation.kind)
    card = sense.card.of(observation.model) if sense else None
    known = card is None or card.languages is None or observation.language in {None, *card.languages}
    return known and observation.confidence >= (card.sure_from if card else 0.6)


def percent_sure(observation: Observation) -> int:
    """How sure it is in percent, as users are told: never all."""
    return min(round(100 * observation.confidence), 99)


def in_sentences(observations: Sequence[Observation], senses: Senses) -> set[bool]:
    """Whether the captions are sentences or name one thing, as the cards of the models that gave them declare.

    Both, where several models did; without captions, what the captioner would give.
    """
    if senses.captioner is None:
        return {False}
    card = senses.captioner.card
    captions = [o for o in observations if o.kind is ObservationKind.CAPTION and o.outcome is Outcome.PERCEIVED]
    return {card.of(caption.model).sentences for caption in captions} or {card.sentences}


def has_own_voice(turn: Turn) -> bool:
    """Whether the person spoke in this turn, rather than quoting or forwarding a recording."""
    return any(map(is_speech, turn.parts))
