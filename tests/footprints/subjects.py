"""Which models are measured, and on how much work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.data.checkpoints import CAPTIONER, VISUAL_QA
from tests.footprints.sizes import SIZES
from tests.tiny import kept

__all__ = ["CHEAP", "DEAR", "Subject"]

_QWEN = "llamacpp:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF"
_SMOL = "llamacpp:HuggingFaceTB/SmolLM2-135M-Instruct-GGUF"


@dataclass(frozen=True, slots=True)
class Subject:
    """``{}`` in the reference is where ``made`` has made it: a folder, made before, or one that it is told to fill."""

    reference: str
    roles: tuple[str, ...]
    made: Callable[[], Path] | None = None
    filled: Callable[[Path], None] | None = None
    at_once: int = 1
    rounds: int = 1

    def placed(self, room: Path) -> str:
        """The reference of a model that is there."""
        if self.filled is None:
            return self.reference.format(self.made()) if self.made else self.reference
        name = next(name for name, fill in SIZES.items() if fill is self.filled)
        if not (room / name).exists():
            self.filled(room / name)
        return self.reference.format(room / name)


CHEAP = (
    Subject("imagenet:efficientnet-lite0", ("caption",)),
    Subject(f"{_SMOL}?system=fixed&languages=en&context=512&prompt=128&reply=8&slots=2&cache=0", ("llm",), at_once=2),
)
DEAR = (
    Subject("faster-whisper:Systran/faster-whisper-tiny.en", ("asr",)),
    Subject("faster-whisper:Systran/faster-whisper-base", ("asr",), rounds=3),
    Subject("rapidocr:PP-OCRv6", ("ocr",), rounds=3),
    Subject("vader-snownlp:builtin", ("sentiment",)),
    Subject("lingua:builtin", ("langid",)),
    Subject("sentence:sentence-transformers/all-MiniLM-L6-v2", ("embeddings",), rounds=2),
    Subject(f"blip:{CAPTIONER}", ("caption",)),
    Subject(f"blip:{VISUAL_QA}", ("vqa",)),
    Subject("blip2:{}", ("caption", "vqa"), made=kept.blip2_model),
    Subject("classifier:{}", ("sentiment",), made=kept.text_classifier),
    Subject("emotion:{}?seconds=15", ("emotion",), made=kept.sound_classifier),
    Subject("sentence:{}", ("embeddings",), made=kept.encoder),
    Subject("transformers:{}?context=1024&prompt=512&reply=16&cache=0", ("llm",), made=kept.text_model, at_once=4),
    Subject("vlm:{}?context=1024&prompt=512&reply=16&cache=0", ("llm", "caption"), made=kept.vision_model, at_once=4),
    Subject(f"{_SMOL}?system=fixed&languages=en&reply=16&slots=2&cache=32", ("llm",), at_once=2, rounds=2),
    Subject(f"{_QWEN}?prompt=600&reply=16&slots=4&cache=16", ("llm",), at_once=4, rounds=2),
    Subject("blip:{}", ("caption",), filled=SIZES["blip-caption-base"]),
    Subject("blip:{}", ("vqa",), filled=SIZES["blip-vqa-base"]),
    Subject("transformers:{}?context=1024&prompt=256&reply=16&slots=2&cache=0", ("llm",), at_once=2,
            filled=SIZES["qwen2.5-0.5b"]),
    Subject("classifier:{}", ("sentiment",), filled=SIZES["bert-base"]),
    Subject("emotion:{}?seconds=15", ("emotion",), filled=SIZES["wav2vec2-base"]),
    Subject("faster-whisper:{}", ("asr",), filled=SIZES["whisper-small"]),
    *(
        (Subject("vlm:{}?context=2048&prompt=1200&reply=16&cache=0", ("llm", "caption"), at_once=2,
                 filled=SIZES["qwen2.5-vl-small"]),)
        if find_spec("torchvision")
        else ()
    ),
)  # fmt: skip
