"""What may stand in a reference to a Whisper model, and what the reference alone tells about the model."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.catalogue import entries
from agents.models.options import Options, nearest, threads_for_senses

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["ENGLISH", "MULTILINGUAL", "TO_BCP47", "WhisperOptions"]

ENGLISH = frozenset({"en"})
# The language tokens of multilingual Whisper (openai/whisper, tokenizer.py), Javanese by its BCP 47 tag.
MULTILINGUAL = frozenset(
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id "
    "is it ja jv ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si "
    "sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh".split()
)
TO_BCP47, _FROM_BCP47 = {"jw": "jv"}, {"jv": "jw"}
# The repositories that faster-whisper means by its names of sizes (SYSTRAN/faster-whisper, utils.py).
_SIZES = {
    **{
        size: f"Systran/faster-whisper-{size}"
        for size in "tiny tiny.en base base.en small small.en medium medium.en large-v1 large-v2 large-v3".split()
    },
    "large": "Systran/faster-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
}
_KNOWN = frozenset(
    {
        "device",
        "compute_type",
        "beam",
        "language",
        "languages",
        "vad",
        "words",
        "hotwords",
        "batch",
        "threads",
    }
)
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
_HOTWORDS = re.compile(r"[\w' .,-]{1,200}")  # they take room that the transcript of a window then lacks
_END_OF_ENGLISH = 50256  # GPT-2's end of text, which English-only models keep; in multilingual ones it is 50257
_BATCH_ON_CUDA = 8


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """The options of one reference. ``device`` is cpu, cuda, cuda:N or auto; ``batch`` windows go through at once.

    ``compute_type`` and ``batch`` are None where the reference leaves them to the device. ``language`` is a BCP 47 tag;
    ``languages`` what the model is said to know, None where nobody says.
    """

    device: str
    compute_type: str | None
    beam: int
    language: str | None
    languages: frozenset[str] | None
    vad: bool
    words: bool
    hotwords: str | None
    batch: int | None
    threads: int

    @classmethod
    def read(cls, reference: ModelReference) -> WhisperOptions:
        """Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        given = reference.options
        found = cls(
            device=_device(reference, options),
            compute_type=options.choice("compute_type", "default", _COMPUTE) if "compute_type" in given else None,
            beam=options.whole("beam", 5, 1, 20),
            language=_tag(reference, options.text("language", "")),
            languages=_languages(reference, options),
            vad=options.switch("vad", True),
            words=options.switch("words", True),
            hotwords=_hotwords(reference, options.text("hotwords", "")),
            batch=options.whole("batch", 1, 1, 64) if "batch" in given else None,
            threads=options.whole("threads", threads_for_senses(), 1, 64),
        )
        if (found.batch or 1) > 1 and not found.vad:
            raise ReferenceInvalid(
                str(reference), f"batch={found.batch} goes with no vad=off", "windows are cut at pauses"
            )
        _named(reference)
        return found

    @property
    def whisper_language(self) -> str | None:
        """The language as Whisper calls it."""
        return _FROM_BCP47.get(self.language, self.language) if self.language else None

    def batch_on(self, device: str) -> int:
        """Windows that go through the model at once: several on a GPU, where they cost little more than one."""
        if self.batch is not None:
            return self.batch
        return _BATCH_ON_CUDA if device == "cuda" and self.vad else 1

    def compute_on(self, device: str) -> str:
        return self.compute_type or ("int8" if device == "cpu" else "default")


def _named(reference: ModelReference) -> None:
    """Refuse a name that is neither a repository, a folder nor of the catalogue: faster-whisper's names of sizes."""
    name = reference.name
    if "/" in name or name.startswith("~") or name in entries():
        return
    remedy = f"write faster-whisper:{_SIZES[name]}" if name in _SIZES else nearest(name, _SIZES, "sizes are")
    raise ReferenceInvalid(str(reference), f"{name!r} is no repository and no folder", remedy)


def _device(reference: ModelReference, options: Options) -> str:
    device = options.device("cpu")
    if device == "mps":
        raise ReferenceInvalid(str(reference), "device=mps is wrong", "CTranslate2 runs on cpu, cuda, cuda:N or auto")
    return device


def _tag(reference: ModelReference, tag: str, option: str = "language") -> str | None:
    if tag and tag not in MULTILINGUAL:
        remedy = nearest(tag, MULTILINGUAL, "Whisper knows")
        raise ReferenceInvalid(str(reference), f"{option}={tag} is wrong", remedy)
    return tag or None


def _hotwords(reference: ModelReference, words: str) -> str | None:
    if words and not _HOTWORDS.fullmatch(words):
        remedy = "write plain words with commas between, 200 characters at most"
        raise ReferenceInvalid(str(reference), "hotwords are malformed", remedy)
    return words.strip() or None


def _languages(reference: ModelReference, options: Options) -> frozenset[str] | None:
    """What the reference says, else the catalogue, else the configuration in the folder the reference names."""
    if told := options.tags("languages"):
        for tag in told:
            _tag(reference, tag, "languages")
        return told
    if entry := entries().get(reference.name):
        return entry.languages or MULTILINGUAL
    try:
        config = json.loads((Path(reference.name).expanduser() / "config.json").read_text(encoding="utf-8"))
        return ENGLISH if _END_OF_ENGLISH in config["suppress_ids_begin"] else MULTILINGUAL
    except (OSError, ValueError, KeyError, TypeError):  # not there yet, or no such file: loading will tell
        return None
