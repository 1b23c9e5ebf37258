"""Speech to text by a model on a host that speaks OpenAI's ``/audio/transcriptions``: vLLM, SGLang, LocalAI, OpenAI.

``openai:http://gpu1:8000/v1#model-name`` with the options ``language`` (spoken in every recording; left to the host
otherwise), ``languages`` (what the model knows), and ``sure`` and ``half``, see Card.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from agents.errors import ModelRefused
from agents.limits import Limits
from agents.models.openai.sense import RemoteSense
from agents.models.options import Options
from agents.ports import Card, Sound

if TYPE_CHECKING:
    from agents.models.making import Making
    from agents.models.reference import ModelReference
    from agents.values import Finding

__all__ = ["OpenAITranscriber"]

_PATH = "/audio/transcriptions"
_KNOWN = frozenset({"language", "languages", "sure", "half"})
_INAUDIBLE = 1e-4  # -80 dB of full scale
# Whisper tells how sure it was only in the first form, OpenAI's later models only in the second; each refuses the
# other's with status 400. Some hosts know neither.
_WAYS: tuple[dict[str, str], ...] = (
    {"response_format": "verbose_json"},
    {"response_format": "json", "include[]": "logprobs"},
    {"response_format": "json"},
)


class OpenAITranscriber(RemoteSense):
    """Fills ``agents.ports.Sense``: one finding for a whole recording, none where the host hears no speech.

    Silence is not sent: there is nothing to hear in it, and Whisper invents words over it.

    The thresholds are Whisper base's, whose tokens' probability was measured on 35 transcripts of six voices, clean and
    in white noise down to -4 dB: at 0.6 or more the mean word error rate was 0.06, from 0.5 to
    0.6 it was 0.31, below 0.5 it was 0.91. (AUROC of a word error rate below 0.2: 0.96.)
    """

    def __init__(self, making: Making, card: Card) -> None:
        super().__init__(making, card)
        self._language = Options(making.reference, _KNOWN).text("language", "")
        self._limits = Limits(sense_deadline=making.sense_deadline)
        self._way = 0
        self._settled = False  # that way has worked: what is refused now is refused for another reason

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        language = options.text("language", "")
        sure = options.number("sure", 0.6, 0.01, 1)
        return Card(
            str(reference),
            languages=frozenset({language}) if language else options.tags("languages"),
            sure_from=sure,
            half_from=options.number("half", min(0.5, sure), 0.01, sure),
            confidence=(
                "geometric mean of the probabilities of its tokens; where the server tells none, the least that is "
                "said as a guess"
            ),
        )

    async def perceive(self, sound: Sound) -> list[Finding]:
        """Raises what the wire raises."""
        until = self._until(self._limits.listening(sound.seconds))
        file = await asyncio.to_thread(_file, sound)
        if file is None:
            return []
        for way in range(self._way, len(_WAYS)):
            try:
                found = await self._heard(file, _WAYS[way], until)
            except ModelRefused:
                if self._settled or way == len(_WAYS) - 1:
                    raise
                continue
            self._way, self._settled = way, True
            return found
        raise ModelRefused(self._card.reference, "its server refuses the request")

    async def _heard(self, file: tuple[str, bytes, str], way: dict[str, str], until: float) -> list[Finding]:
        from agents.models.openai.transcripts import transcript

        form = {"model": self._place.model, **({"language": self._language} if self._language else {}), **way}
        return await self._asked(_PATH, self._read(transcript), until=until, data=form, files={"file": file})

    def _read(self, transcript: Any) -> Any:
        return lambda told: transcript(told, unsure=self._card.half_from, language=self._language or None)


def _file(sound: Sound) -> tuple[str, bytes, str] | None:
    """The recording as a form takes it; None where there is nothing to hear. Both take long for a long one."""
    from agents.models.openai.recordings import upload

    if not len(sound.samples) or abs(sound.samples).max() < _INAUDIBLE:
        return None
    return upload(sound)
