"""Speech to text by Whisper through faster-whisper (CTranslate2).

``faster-whisper:NAME?option=value``: NAME is a model of the catalogue or a local folder. Options: ``device`` (cpu,
cuda, auto), ``compute_type`` (CTranslate2's quantisation), ``beam``, ``language`` (spoken in every recording; detected
otherwise), ``languages`` (what the model knows, for models outside the catalogue), ``vad`` (on, off), ``threads``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.catalogue import entries
from agents.models.options import Options, threads_for_senses
from agents.ports import Card, Sound
from agents.values import Finding, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.models.reference import ModelReference

__all__ = ["FasterWhisper"]

# The language tokens of multilingual Whisper (openai/whisper, tokenizer.py), Javanese by its BCP 47 tag.
_MULTILINGUAL = frozenset(
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id "
    "is it ja jv ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si "
    "sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh".split()
)
_TO_BCP47, _FROM_BCP47 = {"jw": "jv"}, {"jv": "jw"}
_KNOWN = frozenset({"device", "compute_type", "beam", "language", "languages", "vad", "threads"})
_COMPUTE = frozenset(
    {
        "default",
        "auto",
        "int8",
        "int8_float32",
        "int8_float16",
        "int8_bfloat16",
        "int16",
        "float16",
        "bfloat16",
        "float32",
    }
)
_NEEDED = ("model.bin", "config.json", "tokenizer.json")

_SHORTEST = 0.2  # seconds; less holds no word
_TEMPERATURES = (0.0, 0.4)  # two tries, so that noise costs at most twice what speech costs
_REPETITIVE = 2.4  # gzip ratio above which Whisper's authors call a text a loop (openai/whisper, transcribe.py)
_NO_SPEECH, _UNLIKELY = 0.6, -1.0  # the same file: both together mean silence
# Digital silence, as speech synthesis and noise gates leave it, is unlike anything the model was trained on. Noise at
# -80 dB of full scale, inaudible, took the word error rate of tests/data/voices from 0.09 to 0.05.
_DITHER = 1e-4


class FasterWhisper:
    """Fills :class:`agents.ports.Transcriber`: one finding for a whole recording, none where nobody speaks.

    Its confidence is the geometric mean of three probabilities the model itself gives: of the language, of the tokens
    (exp of the mean log probability) and of the words (mean). Measured on 65 recordings of 13 sentences, clean and in
    white noise down to 0 dB: at 0.7 or more the mean word error rate was 0.06, from 0.5 to 0.7 it was 0.60 (half of
    the words are to be trusted), below 0.5 it was 1.1 and no sentence was recognisable.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        options = _options(reference)
        entry = entries().get(reference.name)
        languages = options.tags("languages") or (entry.languages if entry else None) or _MULTILINGUAL
        if language := options.text("language", ""):
            languages = frozenset({language})
        return Card(
            reference=str(reference),
            languages=languages,
            sure_from=0.7,
            half_from=0.5,
            confidence="geometric mean of the probabilities of the language, the tokens and the words",
        )

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.card = self.declare(reference)
        options = _options(reference)
        place = folder or Path(reference.name).expanduser()
        # checked, because faster-whisper takes a folder that is not there for the name of a model to download
        if missing := [name for name in _NEEDED if not (place / name).is_file()]:
            raise ModelUnavailable(self.card.reference, f"no {missing[0]} in its folder")
        device = options.choice("device", "cpu", frozenset({"cpu", "cuda", "auto"}))
        self._beam = options.whole("beam", 5, 1, 20)
        self._vad = options.switch("vad", True)
        language = options.text("language", "")
        self._language = _FROM_BCP47.get(language, language) or None

        from faster_whisper import WhisperModel

        self._model = WhisperModel(
            str(place),
            device=device,
            compute_type=options.choice("compute_type", "int8" if device == "cpu" else "default", _COMPUTE),
            cpu_threads=options.whole("threads", threads_for_senses(), 1, 64),
            local_files_only=True,
        )
        self._model.encode = _remembering(self._model.encode)

    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return [self._transcribe(sound) for sound in sounds]

    def _transcribe(self, sound: Sound) -> list[Finding]:
        import numpy as np

        if sound.seconds < _SHORTEST or (self._vad and not _speech(sound.samples)):
            return []
        noise = np.random.default_rng(0).standard_normal(len(sound.samples), dtype=np.float32)
        segments, told = self._model.transcribe(
            sound.samples + noise * np.float32(_DITHER),
            language=self._language,
            beam_size=self._beam,
            temperature=_TEMPERATURES,
            vad_filter=self._vad,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        return _finding(_believed(segments), told)


def _options(reference: ModelReference) -> Options:
    return Options(reference, _KNOWN)


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


def _believed(segments: Any) -> list[Any]:
    """The segments without what Whisper invents over noise: loops, and text where it hears no speech itself."""
    spoken = [
        segment
        for segment in segments
        if segment.words
        and segment.compression_ratio <= _REPETITIVE
        and not (segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY)
    ]
    return [next(same) for _, same in groupby(spoken, key=lambda segment: segment.text.strip().casefold())]


def _finding(segments: list[Any], told: Any) -> list[Finding]:
    text = "".join(segment.text for segment in segments).strip()
    if not text:
        return []
    import numpy as np

    words = [word for segment in segments for word in segment.words]
    spoken = np.mean([word.probability for word in words])
    tokens = np.exp(np.average([s.avg_logprob for s in segments], weights=[len(s.tokens) for s in segments]))
    confidence = float(np.cbrt(told.language_probability * tokens * spoken))
    language = _TO_BCP47.get(told.language, told.language)
    return [Finding(text, min(1.0, confidence), language, Span(float(words[0].start), float(words[-1].end)))]
