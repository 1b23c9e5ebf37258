"""The child that runs llama.cpp's own HTTP server: ``python -m agents.models.llamacpp_server``, see child.py.

It reads one line of JSON (:class:`ServerOrder`) and answers with one: its address. It serves on 127.0.0.1 alone, to
whoever holds the key of this start, and ends with its parent.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any

from agents.models.child import LACKING
from agents.models.openmp import LibraryMissing, import_with_openmp

__all__ = ["ServerOrder", "main"]

_REFUSED = 3
_PR_SET_PDEATHSIG = 1  # prctl(2)
_HTTP_THREADS_BESIDE_SLOTS = 8  # for tokenising and health while every slot streams
_BATCH = 128  # tokens between two looks at whether the caller is still there: about 1 s on two slow cores


@dataclass(frozen=True, slots=True)
class ServerOrder:
    """What to serve. ``context`` is tokens a slot, ``cache`` the room for past prompts in MiB."""

    model: str
    key: str
    threads: int
    slots: int
    context: int
    cache: int
    verbosity: int

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def _end_with_parent(parent: int) -> None:
    """Ask Linux for a SIGKILL when the parent ends; elsewhere the lifeline alone does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it went before we asked
            os._exit(0)


def _end_with_lifeline() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


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
    params.n_batch = _BATCH
    params.n_ubatch = _BATCH
    params.n_threads_http = order.slots + _HTTP_THREADS_BESIDE_SLOTS
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.cache_prompt = True
    params.cache_ram_mib = order.cache
    params.verbosity = order.verbosity
    params.offline = True
    return xllamacpp.Server(params)


def main() -> int:
    parent = os.getppid()
    _end_with_parent(parent)
    greeting = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints must not pass for the greeting
    order = ServerOrder(**json.loads(_first_line()))
    threading.Thread(target=_end_with_lifeline, daemon=True).start()
    try:
        server = _serve(order)
    except RuntimeError:  # xllamacpp's word for every load that fails
        return _REFUSED
    except LibraryMissing as exc:
        print(exc, file=sys.stderr)
        return LACKING
    with greeting:
        greeting.write(json.dumps({"address": server.listening_address}) + "\n")
    while True:
        signal.pause()


def _first_line() -> bytes:
    """The first line of standard input, read without taking a byte beyond it."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            os._exit(0)
        line += byte
    return line


if __name__ == "__main__":
    sys.exit(main())
