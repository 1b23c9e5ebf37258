"""Speech to text by Whisper through faster-whisper (CTranslate2).

``faster-whisper:NAME?option=value``: NAME is a repository of a hub (``Systran/faster-whisper-large-v3``) or a local
folder. Options: ``device`` (cpu, cuda, cuda:N, auto), ``compute_type`` (CTranslate2's quantisation), ``beam``,
``language`` (spoken in every recording; detected otherwise), ``languages`` (what the model knows, where neither the
catalogue nor its folder tells), ``vad`` (on, off), ``words`` (on, off: the times and probabilities of words, for a
tighter place and a better confidence), ``hotwords`` (names to be expected), ``batch`` (windows at once; 8 on a GPU,
else 1), ``threads``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.failures import on_device
from agents.models.faster_whisper_findings import believed, finding
from agents.models.faster_whisper_footprint import footprint
from agents.models.faster_whisper_loading import FILES, load
from agents.models.faster_whisper_options import ENGLISH, MULTILINGUAL, WhisperOptions
from agents.ports import Card, Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference
    from agents.values import Finding

__all__ = ["FasterWhisper"]

_SHORTEST = 0.2  # seconds; less holds no word
_TEMPERATURES = (0.0, 0.4)  # two tries, so that noise costs at most twice what speech costs
# Digital silence, as speech synthesis and noise gates leave it, is unlike anything the model was trained on. Noise at
# -80 dB of full scale, inaudible, took the word error rate of tests/data/voices from 0.09 to 0.05.
_DITHER = 1e-4
_MEANING = "geometric mean of the probabilities of the language, the tokens"


class FasterWhisper:
    """Fills :class:`agents.ports.Transcriber`: one finding for a whole recording, none where nobody speaks.

    Its confidence is the geometric mean of three probabilities the model itself gives: of the language, of the tokens
    (exp of the mean log probability) and of the words (mean). Measured on 65 recordings of 13 sentences, clean and in
    white noise down to 0 dB: at 0.7 or more the mean word error rate was 0.06, from 0.5 to 0.7 it was 0.60 (half of
    the words are to be trusted), below 0.5 it was 1.1 and no sentence was recognisable. It tells transcripts with at
    most one word in ten wrong from others with an AUROC of 0.97 (51 transcripts; ``make noise``).
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        options = WhisperOptions.read(reference)
        languages = options.languages or MULTILINGUAL
        return Card(
            reference=str(reference),
            languages=frozenset({options.language}) if options.language else languages,
            sure_from=0.7,
            half_from=0.5,
            confidence=f"{_MEANING} and the words" if options.words else _MEANING.replace(", the", " and the"),
        )

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        return FILES

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return footprint(reference, folder, kind)

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.card = self.declare(reference)
        self._options = WhisperOptions.read(reference)
        place = folder or Path(reference.name).expanduser()
        loaded = load(place, self._options, self.card.reference)
        self._model = loaded.model
        self._refuse_wrong_languages()
        self._batch = self._options.batch_on(loaded.device)
        if self._batch > 1:
            from faster_whisper import BatchedInferencePipeline

            self._pipeline = BatchedInferencePipeline(self._model)
        else:
            self._model.encode = _remembering(self._model.encode)

    @on_device
    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return [self._transcribe(sound) for sound in sounds]

    def _transcribe(self, sound: Sound) -> list[Finding]:
        import numpy as np

        if sound.seconds < _SHORTEST or (self._options.vad and not _speech(sound.samples)):
            return []
        noise = np.random.default_rng(0).standard_normal(len(sound.samples), dtype=np.float32)
        segments, told = self._heard(sound.samples + noise * np.float32(_DITHER))
        return finding(believed(segments), told)

    def _heard(self, samples: NDArray[np.float32]) -> Any:
        options = self._options
        wanted: dict[str, Any] = {
            "language": options.whisper_language,
            "beam_size": options.beam,
            "vad_filter": options.vad,
            "word_timestamps": options.words,
            "hotwords": options.hotwords,
        }
        if self._batch > 1:  # windows of one recording go through together, and each is tried once
            return self._pipeline.transcribe(samples, batch_size=self._batch, temperature=0.0, **wanted)
        return self._model.transcribe(samples, temperature=_TEMPERATURES, condition_on_previous_text=False, **wanted)

    def _refuse_wrong_languages(self) -> None:
        """English-only models write English over whatever they hear: nobody may take them for multilingual ones."""
        if not self._model.model.is_multilingual and self.card.languages != ENGLISH:
            raise ModelUnavailable(self.card.reference, "it knows English alone; add languages=en to its reference")


def _remembering(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The encoder, which does not work twice on the same window.

    faster-whisper encodes the first window once to detect the language and again to transcribe it, without its last
    frame (10 ms). That is 40 % of the time a short voice note takes.
    """
    known: list[Any] = [None, None]

    def encoded(features: Any) -> Any:
        last = known[0]
        if last is None or last.shape != features.shape or (last != features).any(axis=0).sum() > 1:
            known[:] = features, encode(features)
        return known[1]

    return encoded


def _speech(samples: NDArray[np.float32]) -> bool:
    """Whether anybody speaks, by the voice activity detector alone: it spares silence the cost of the model."""
    from faster_whisper.vad import get_speech_timestamps

    return bool(get_speech_timestamps(samples))
