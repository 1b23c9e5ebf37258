"""Loading a Whisper model into CTranslate2: what must be there, where it can run, and what can be wrong."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.failures import lack
from agents.models.faster_whisper_cuda import load_cuda_libraries

if TYPE_CHECKING:
    from agents.models.faster_whisper_options import WhisperOptions

__all__ = ["FILES", "Loaded", "load"]

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*", "preprocessor_config.json")
_NEEDED = FILES[:4]
_TORCH = ("*.safetensors", "pytorch_model*.bin")  # weights of transformers, not yet converted
_SPEC = b"WhisperSpec"
_AGAIN = "fetch it again with `python -m bot models pull`"


@dataclass(frozen=True, slots=True)
class Loaded:
    """``model`` is faster-whisper's; ``device`` is cpu or cuda, where it runs."""

    model: Any
    device: str


def load(place: Path, options: WhisperOptions, reference: str) -> Loaded:
    """The model of a folder, where the options want it.

    Raises ModelUnavailable, ModelOutOfMemory and DeviceLost, with the remedy.
    """
    if problem := _incomplete(place):
        raise ModelUnavailable(reference, problem)
    device, index = _place_of(options.device, reference)
    compute = _compute_type(options.compute_on(device), device, index, reference)
    from faster_whisper import WhisperModel

    try:
        model = WhisperModel(
            str(place),
            device=device,
            device_index=index,
            compute_type=compute,
            cpu_threads=options.threads,
            local_files_only=True,
        )
        if model.model.n_mels != model.feature_extractor.mel_filters.shape[0]:
            raise ModelUnavailable(reference, f"its preprocessor_config.json is missing or of another model; {_AGAIN}")
        if device == "cuda":
            _prove(model)
    except (RuntimeError, ValueError, LookupError, OSError, MemoryError) as exc:
        kind = type(lack(reference, exc) or ModelUnavailable(reference))
        raise kind(reference, _plain(exc, options.device)) from exc
    return Loaded(model, device)


def _incomplete(place: Path) -> str | None:
    """What its files lack. Looked at before they are loaded, because faster-whisper downloads what it misses."""
    if missing := [name for name in _NEEDED if not any(place.glob(name))]:
        if missing[0] == "model.bin" and any(any(place.glob(kind)) for kind in _TORCH):
            return "its weights are PyTorch's: convert them with ct2-transformers-converter"
        return f"no {missing[0]} in its folder; {_AGAIN}"
    for name in ("config.json", "tokenizer.json"):
        try:
            if not isinstance(json.loads((place / name).read_text(encoding="utf-8")), dict):
                return f"its {name} is of another kind; {_AGAIN}"
        except (OSError, ValueError):
            return f"its {name} is damaged or incomplete; {_AGAIN}"
    return _not_whisper(place / "model.bin")


def _not_whisper(path: Path) -> str | None:
    """Whether CTranslate2's file names another model: a version and the name's length, then the name with a zero."""
    with path.open("rb") as file:
        head = file.read(6)
        if len(head) < 6:
            return f"its model.bin is damaged or incomplete; {_AGAIN}"
        _, length = struct.unpack("<IH", head)
        name = file.read(min(length, 64)).rstrip(b"\0")
    if name == _SPEC:
        return None
    if name.endswith(b"Spec") and name.isalnum():
        return f"its model.bin holds another model than Whisper: {name.decode('ascii', 'replace')}"
    return f"its model.bin is not CTranslate2's; {_AGAIN}"


def _place_of(device: str, reference: str) -> tuple[str, int]:
    """CTranslate2's name and index of a device that is there. Raises ModelUnavailable."""
    if device == "cpu":
        return "cpu", 0
    load_cuda_libraries()
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    if device == "auto":
        return ("cuda", 0) if count else ("cpu", 0)
    index = int(device.partition(":")[2] or 0)
    if count == 0:
        remedy = "install NVIDIA's driver (nvidia-smi shows the devices), or write device=cpu"
        raise ModelUnavailable(reference, f"there is no CUDA device on this machine; {remedy}")
    if index >= count:
        raise ModelUnavailable(reference, f"there is no cuda:{index}; the last is cuda:{count - 1}")
    return "cuda", index


def _compute_type(wanted: str, device: str, index: int, reference: str) -> str:
    """The precision, if the device can calculate in it. Raises ModelUnavailable."""
    import ctranslate2

    able = ctranslate2.get_supported_compute_types(device, index)
    if wanted not in {"default", "auto", *able}:
        remedy = f"compute_type is one of {', '.join(sorted(able))} there"
        raise ModelUnavailable(reference, f"{device} does not calculate in {wanted}; {remedy}")
    return wanted


def _prove(model: Any) -> None:
    """Work once: cuBLAS is looked for only when it is first needed, which should be now."""
    import numpy as np

    model.encode(np.zeros((model.model.n_mels, 3000), np.float32))


def _plain(error: Exception, device: str) -> str:
    """What CTranslate2 says, in words an operator can act on."""
    said = str(error).lower()
    if isinstance(error, MemoryError) or "out of memory" in said:
        return f"too little memory on {device}; take a smaller model, or compute_type=int8"
    if "libcu" in said:
        return "CTranslate2 misses a library of CUDA 12 (cuBLAS); run `make install ACCEL=cuda`"
    if "cuda" in said:
        return f"{device} failed; see whether nvidia-smi shows it, or write device=cpu"
    if "vocabulary" in said:
        return f"its vocabulary does not belong to it; {_AGAIN}"
    return f"its model.bin is damaged or incomplete; {_AGAIN}"
