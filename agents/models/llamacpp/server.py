"""The child that runs llama.cpp's own HTTP server: ``python -m agents.models.llamacpp.server``, see child.py.

It reads one line of JSON (:class:`ServerOrder`) and answers with one: its address. It serves on 127.0.0.1 alone, to
whoever holds the key of this start, and ends with its parent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from typing import Any

from agents.models.child import LACKING
from agents.models.lifeline import end_with_parent, first_line
from agents.models.openmp import LibraryMissing, import_with_openmp

__all__ = ["ServerOrder", "main"]

_REFUSED = 3
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
    with greeting:
        greeting.write(json.dumps({"address": server.listening_address}) + "\n")
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
