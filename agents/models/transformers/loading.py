"""Loading what a folder or the store holds with transformers: where it runs, in which precision, and what can be wrong.

Options of every reference that is loaded this way: ``device``, ``dtype`` (auto, bfloat16, float16, float32), ``quant``
(none, 8bit, 4bit: needs bitsandbytes, which the CUDA lock brings).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable

if TYPE_CHECKING:
    from agents.models.options import Options

__all__ = ["LOADING", "load", "place_of", "translated"]

LOADING = frozenset({"device", "dtype", "quant"})
_DTYPES = frozenset({"auto", "bfloat16", "float16", "float32"})
_QUANTS = frozenset({"none", "4bit", "8bit"})


def place_of(reference: str, name: str, folder: Path | None) -> Path:
    """The folder to load from: the store's, or the one the reference names. Raises ModelUnavailable."""
    place = folder or Path(name).expanduser()
    # checked, because transformers takes a folder that is not there for a repository to download
    if not (place / "config.json").is_file():
        raise ModelUnavailable(reference, "no config.json in its folder")
    return place


def load(kind: Any, place: Path, options: Options, reference: str) -> Any:
    """``kind.from_pretrained`` where and as the options say, ready to infer. Raises ModelUnavailable."""
    import torch

    device = options.device()
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    dtype = options.choice("dtype", "auto", _DTYPES)
    if dtype == "auto" and device == "cpu":
        dtype = "float32"  # half precision is slower than single on most CPUs
    quant = options.choice("quant", "none", _QUANTS)
    quantised = {} if quant == "none" else {"quantization_config": _quantisation(quant, reference)}
    with translated(reference):
        model = kind.from_pretrained(
            str(place),
            dtype=dtype if dtype == "auto" else getattr(torch, dtype),
            device_map={"": device},
            local_files_only=True,
            **quantised,
        )
    return model.eval()


def _quantisation(quant: str, reference: str) -> Any:
    from importlib.util import find_spec

    if find_spec("bitsandbytes") is None:
        raise ModelUnavailable(reference, "quantising needs bitsandbytes: make install ACCEL=cuda")
    import torch
    import transformers

    config: Any = transformers.BitsAndBytesConfig
    if quant == "8bit":
        return config(load_in_8bit=True)
    return config(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)


@contextmanager
def translated(reference: str) -> Iterator[None]:
    """What transformers, safetensors and torch raise while loading, as ModelUnavailable with a plain word."""
    from safetensors import SafetensorError

    try:
        yield
    except ImportError as exc:
        raise ModelUnavailable(reference, f"it needs a library that is missing: {exc.name or 'see the log'}") from exc
    except SafetensorError as exc:
        raise ModelUnavailable(reference, "its weights are damaged or incomplete") from exc
    except (OSError, ValueError, KeyError, RuntimeError) as exc:
        raise ModelUnavailable(reference, "its files do not fit together or are incomplete") from exc
