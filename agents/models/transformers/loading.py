"""Loading what a folder or the store holds with transformers: where it runs, in which precision, and what can be wrong.

Options of every reference that is loaded this way: ``device`` (for models that write, ``cuda:0+1`` as well), ``dtype``
(auto, bfloat16, float16, float32), ``quant`` (none, 8bit, 4bit: needs bitsandbytes, which the CUDA lock brings).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.failures import lack
from agents.models.threads import budget, cores
from agents.models.torch_threads import use_at_most
from agents.models.transformers.places import device_of, where, whole

if TYPE_CHECKING:
    from agents.models.options import Options

__all__ = ["FILES", "LOADING", "check", "kind_of", "load", "place_of", "require", "translated"]

LOADING = frozenset({"device", "dtype", "quant"})
FILES = ("*.json", "*.jinja", "*.txt", "*.model", "*.safetensors")  # of a repository: weights, tokenizer, processor
_DTYPES = frozenset({"auto", "bfloat16", "float16", "float32"})
_QUANTS = frozenset({"none", "4bit", "8bit"})
_EXTRAS = ("torchvision", "num2words", "bitsandbytes")  # the CUDA lock brings them


def check(options: Options, *, several: bool = False) -> None:
    """Raises ReferenceInvalid for a device, precision or quantisation that is none; for ``declare``.

    ``several``: it is large enough for laying it over several GPUs to be of use.
    """
    options.device(several=several)
    options.choice("dtype", "auto", _DTYPES)
    options.choice("quant", "none", _QUANTS)


def place_of(reference: str, name: str, folder: Path | None) -> Path:
    """The folder to load from: the store's, or the one the reference names. Raises ModelUnavailable."""
    place = folder or Path(name).expanduser()
    # checked, because transformers takes a folder that is not there for a repository to download
    if not (place / "config.json").is_file():
        raise ModelUnavailable(reference, "no config.json in its folder")
    return place


def kind_of(place: Path, reference: str) -> str:
    """The model's type by its config.json (``qwen2_5_vl``). Raises ModelUnavailable for one transformers lacks."""
    from transformers import AutoConfig

    with translated(reference, "its config.json is damaged, or of a type that needs other code than transformers has"):
        return str(AutoConfig.from_pretrained(str(place), local_files_only=True, trust_remote_code=False).model_type)


def require(kind: Any, place: Path, reference: str, what: str) -> None:
    """Raises ModelUnavailable where no architecture of the auto class ``kind``, a ``what``, reads the folder."""
    from transformers import AutoConfig

    with translated(reference):
        config = AutoConfig.from_pretrained(str(place), local_files_only=True, trust_remote_code=False)
    if type(config) not in kind._model_mapping:
        raise ModelUnavailable(reference, f"it is no {what}: its type is {config.model_type}")


def load(kind: Any, place: Path, options: Options, reference: str, *, unneeded: str = "", writes: bool = False) -> Any:
    """``kind.from_pretrained`` where and as the options say, ready to infer.

    Raises ModelUnavailable, ModelOutOfMemory and DeviceLost.

    ``unneeded`` begins the names of weights that may be missing, since their results are not used. ``writes``: it is a
    language model, and gets a language model's share of the threads.
    """
    import torch

    threads = budget(cores())
    use_at_most(threads.llm if writes else threads.sense)
    device = device_of(options.device(several=True), reference)
    dtype = options.choice("dtype", "auto", _DTYPES)
    if dtype == "auto" and device == "cpu":
        dtype = "float32"  # half precision is slower than single on most CPUs
    quant = options.choice("quant", "none", _QUANTS)
    quantised = {} if quant == "none" else {"quantization_config": _quantisation(quant, reference)}
    with translated(reference):
        model, told = kind.from_pretrained(
            str(place),
            dtype=dtype if dtype == "auto" else getattr(torch, dtype),
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **where(device),
            **quantised,
        )
    whole(model, reference)
    # transformers would go on with random weights in place of missing ones
    if any(not unneeded or not name.startswith(unneeded) for name in told["missing_keys"]):
        raise ModelUnavailable(reference, "its weights lack parts of the model that its config.json describes")
    return model.eval()


def _quantisation(quant: str, reference: str) -> Any:
    if find_spec("bitsandbytes") is None:
        raise ModelUnavailable(reference, "quantising needs bitsandbytes: make install ACCEL=cuda")
    import torch
    import transformers

    config: Any = transformers.BitsAndBytesConfig
    if quant == "8bit":
        return config(load_in_8bit=True)
    return config(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)


@contextmanager
def translated(reference: str, else_wrong: str = "its files do not fit together or are incomplete") -> Iterator[None]:
    """What transformers, safetensors and torch raise while loading, as an error of ours with a plain word.

    ModelOutOfMemory, DeviceLost, or else ModelUnavailable; ``else_wrong`` is what to say where the kind of error does
    not tell.
    """
    from safetensors import SafetensorError
    from transformers.utils import logging

    told: Any = logging
    told.disable_progress_bar()
    told.set_verbosity_error()  # its warnings are for those who program it, and not in the form of our log

    try:
        yield
    except ImportError as exc:
        raise ModelUnavailable(reference, _lacking(exc)) from exc
    except SafetensorError as exc:
        raise ModelUnavailable(reference, "its weights are damaged or incomplete") from exc
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, MemoryError) as exc:
        raise lack(reference, exc) or ModelUnavailable(reference, else_wrong) from exc


def _lacking(error: ImportError) -> str:
    """transformers names what it lacks in the text only."""
    if extras := [name for name in _EXTRAS if name in str(error).lower() and find_spec(name) is None]:
        return f"it needs {' and '.join(extras)}: make install ACCEL=cuda"
    return f"it needs a library that is missing: {error.name or 'reinstall the packages'}"
