"""The child that runs llama.cpp's own HTTP server: ``python -m agents.models.llamacpp.server``, see child.py.

It reads one line of JSON (:class:`ServerOrder`) and answers with one: its address. It serves on 127.0.0.1 alone, to
whoever holds the key of this start, and ends with its parent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agents.models.child import LACKING
from agents.models.lifeline import end_with_parent, first_line
from agents.models.openmp import LibraryMissing, import_with_openmp

__all__ = ["BATCH", "NO_GPU", "PICTURE", "ServerOrder", "main"]

NO_GPU = {"lacks": "gpu"}  # the greeting of a child that cannot run where it should

_REFUSED = 3
_HTTP_THREADS_BESIDE_SLOTS = 8  # for tokenising and health while every slot streams
PICTURE = 512  # tokens of one picture that some models read at once (Gemma 3: 256)
BATCH = 128  # tokens between two looks at whether the caller is still there: about 1 s on two slow cores


class NoGpu(Exception):
    """The order wants a GPU, and the installed build of llama.cpp knows none here."""


@dataclass(frozen=True, slots=True)
class ServerOrder:
    """What to serve. ``context`` is tokens a slot, ``cache`` the room for past prompts in MiB.

    ``mmproj`` is the projector's file, or empty. ``pooling``: it embeds, and does not chat; empty: it chats.
    """

    model: str
    key: str
    threads: int
    slots: int
    context: int
    cache: int
    verbosity: int
    mmproj: str = ""
    device: str = "auto"
    gpu_layers: int = 0
    pooling: str = ""

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def _serve(order: ServerOrder) -> Any:
    # Its threads meet hundreds of times a token. Spinning there, as OpenMP does by itself, makes it 3 to 15 times
    # slower as soon as a neighbour (speech recognition, say) wants a core too.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    xllamacpp: Any = import_with_openmp("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = order.model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order.key]
    params.ui = False
    params.endpoint_slots = False
    params.n_parallel = order.slots
    params.n_ctx = order.context * order.slots
    params.n_threads_http = order.slots + _HTTP_THREADS_BESIDE_SLOTS
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.cache_prompt = True
    params.cache_ram_mib = order.cache
    # Only what a prompt begins with is reused. A stretch from further on was read after other words, and knows of
    # them: another chat's, where it had the slot before.
    params.n_cache_reuse = 0
    params.ctx_shift = False
    params.verbosity = order.verbosity
    params.offline = True
    params.warmup = False  # what every prompt begins with is read at once anyway
    params.fit_params = False  # all is told already, and looking whether it fits takes as long as loading
    _place(params, order, xllamacpp)
    _shape(params, order, xllamacpp)
    return xllamacpp.Server(params)


def _place(params: Any, order: ServerOrder, xllamacpp: Any) -> None:
    """Where it runs, and in what bites it reads. Raises NoGpu."""
    kinds = xllamacpp.ggml_backend_dev_type
    graphics = {kinds.GGML_BACKEND_DEVICE_TYPE_GPU, kinds.GGML_BACKEND_DEVICE_TYPE_IGPU}
    has_gpu = any(device["type"] in graphics for device in xllamacpp.get_device_info())
    if not has_gpu and order.device not in {"auto", "cpu"}:
        raise NoGpu
    params.n_gpu_layers = order.gpu_layers
    params.mmproj_use_gpu = order.device != "cpu"
    numbers = [int(number) for number in order.device.removeprefix("cuda").lstrip(":").split("+") if number.isdigit()]
    if len(numbers) == 1:
        params.main_gpu = numbers[0]
        params.split_mode = xllamacpp.llama_split_mode.LLAMA_SPLIT_MODE_NONE
    elif numbers:
        params.split_mode = xllamacpp.llama_split_mode.LLAMA_SPLIT_MODE_LAYER
        free = [device["memory_free"] for device in xllamacpp.get_device_info() if device["type"] in graphics]
        params.tensor_split = shares(numbers, free, len(params.tensor_split))
    if not (has_gpu and order.gpu_layers):
        params.n_batch = params.n_ubatch = BATCH


def shares(numbers: Sequence[int], free: Sequence[int], length: int) -> list[float]:
    """How much of the model each GPU gets, by its number: as much as it has free, and only those of ``numbers``.

    ``free`` is in bytes; a GPU that is not there gets nothing.
    """
    return [float(free[number]) if number in numbers and number < len(free) else 0.0 for number in range(length)]


def _shape(params: Any, order: ServerOrder, xllamacpp: Any) -> None:
    """What it takes and gives beside text."""
    if order.mmproj:
        params.mmproj.path = order.mmproj
        params.n_ubatch = max(params.n_ubatch, PICTURE)
        params.n_batch = max(params.n_batch, PICTURE)
    if order.pooling:
        params.embedding = True
        params.n_batch = params.n_ubatch = order.context  # a text is embedded as a whole
        if order.pooling != "model":
            pooling = f"LLAMA_POOLING_TYPE_{order.pooling.upper()}"
            params.pooling_type = getattr(xllamacpp.llama_pooling_type, pooling)


def main() -> int:
    end_with_parent()
    greeting = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints must not pass for the greeting
    order = ServerOrder(**json.loads(first_line()))
    try:
        server = _serve(order)
    except RuntimeError:  # xllamacpp's word for every load that fails
        return _REFUSED
    except LibraryMissing as exc:
        print(exc, file=sys.stderr)
        return LACKING
    except NoGpu:
        with greeting:
            greeting.write(json.dumps(NO_GPU) + "\n")
        return _REFUSED
    with greeting:
        greeting.write(json.dumps({"address": server.listening_address}) + "\n")
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
