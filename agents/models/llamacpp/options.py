"""What a reference ``llamacpp:...?option=value`` may say; the defaults suit small models on small machines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from agents.errors import ReferenceInvalid
from agents.models.looking import Look
from agents.models.options import Options
from agents.models.threads import budget, cores

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["LlamaCppOptions"]

FIXED_SYSTEM = "You are a helpful assistant."
_WHOLE: dict[str, tuple[int, int, int]] = {  # name -> default, least, most
    "slots": (4, 1, 64),
    "context": (2048, 256, 1_048_576),
    "cache": (128, 0, 65_536),
    "prompt": (1200, 64, 1_048_576),
    "reply": (300, 8, 65_536),
    "queue": (32, 0, 10_000),
    "top_k": (40, 0, 1_000),
    "verbosity": (0, 0, 5),
}
_NUMBERS: dict[str, tuple[float, float, float]] = {
    "temperature": (0.2, 0, 2),
    "top_p": (0.9, 0, 1),
    "repeat": (1.0, 0.5, 2),
    "dry": (0.8, 0, 5),
    "load": (120.0, 1, 3_600),
}
_ALL_LAYERS = 1_000
_SIDE = 512  # pixels: 256 tokens of Qwen3-VL, which a CPU reads in seconds
_POOLINGS = frozenset({"model", "mean", "cls", "last"})
_WORDS = {"system", "languages", "trust", "file", "mmproj", "device", "gpu_layers", "pooling"}
_LOOK = {"side", "brief", "sure", "half"}
_KNOWN = frozenset({"threads", *_WHOLE, *_NUMBERS, *_WORDS, *_LOOK})


@dataclass(frozen=True, slots=True)
class LlamaCppOptions:
    """Every option of a reference.

    ``context``, ``prompt`` and ``reply`` are in tokens: the window of each slot and our budgets within it. ``slots``
    is how many answers are written at once, ``queue`` how many more may wait. ``cache`` is the room in MiB where the
    state of past prompts is kept, beside the slots. ``repeat`` and ``dry`` are llama.cpp's repetition penalty (1 is
    none) and DRY multiplier (0 is none), both looking at the recent tokens only, and DRY at long repeats only.
    ``load`` is the longest loading in seconds. ``system=fixed`` declares a model that copes with no other system
    message than its training's. ``languages`` are BCP 47 primary tags with commas between; without, any.
    ``trust`` (on, off): see LanguageModelCard.reliable. ``verbosity`` above 0 lets llama.cpp write to the log.

    ``file`` names one of several .gguf files in the folder, and ``mmproj`` the one that gives the model eyes; both are
    names in the folder or paths. ``device`` and ``gpu_layers`` tell where it runs: by default wholly on the GPU that
    the installed build of llama.cpp knows, else on the CPU; ``cuda:0+1`` lays it over two. ``pooling`` is how an
    embedding model makes one vector of many: by default as its file says.
    """

    threads: int
    slots: int
    context: int
    cache: int
    prompt: int
    reply: int
    queue: int
    top_k: int
    verbosity: int
    temperature: float
    top_p: float
    repeat: float
    dry: float
    load: float
    system: str | None
    languages: frozenset[str] | None
    reliable: bool
    file: str
    mmproj: str
    device: str
    gpu_layers: int
    pooling: str
    look: Look

    @classmethod
    def of(cls, reference: ModelReference) -> LlamaCppOptions:
        """The options a reference sets. Raises ReferenceInvalid."""
        given = Options(reference, _KNOWN)
        numbers: dict[str, Any] = {name: given.whole(name, *bounds) for name, bounds in _WHOLE.items()}
        numbers["threads"] = given.whole("threads", budget(cores()).llm, 1, 256)
        numbers |= {name: given.number(name, *bounds) for name, bounds in _NUMBERS.items()}
        fixed = given.choice("system", "", frozenset({"fixed"})) if given.text("system", "") else ""
        device = given.device(several=True)
        options = cls(
            **numbers,
            system=FIXED_SYSTEM if fixed else None,
            languages=given.tags("languages"),
            reliable=given.switch("trust", False),
            file=_file(reference, given, "file"),
            mmproj=_file(reference, given, "mmproj"),
            device=device,
            gpu_layers=given.whole("gpu_layers", 0 if device == "cpu" else _ALL_LAYERS, 0, _ALL_LAYERS),
            pooling=given.choice("pooling", "model", _POOLINGS),
            look=Look.of(given, side=_SIDE),
        )
        if options.prompt + options.reply > options.context:
            raise ReferenceInvalid(
                str(reference), "prompt and reply do not fit the context", "make context at least prompt + reply"
            )
        return options


def _file(reference: ModelReference, given: Options, name: str) -> str:
    file = given.text(name, "")
    if file and (not file.endswith(".gguf") or ".." in PurePosixPath(file).parts):
        raise ReferenceInvalid(str(reference), f"{name}={file} is wrong", f"{name} is the name of a .gguf file")
    return file
