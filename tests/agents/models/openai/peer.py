"""An independent host of OpenAI's API: llama.cpp's own HTTP server, in a process of its own, none of our code in it.

``python tests/agents/models/openai/peer.py MODEL [PROJECTOR]`` chats, and sees and hears with a projector; with
``--embeddings`` it embeds instead. It prints its address, and ends when its standard input does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["KEY", "serving"]

KEY = "peer-key"


@contextmanager
def serving(*arguments: str | Path) -> Iterator[str]:
    """The address of a server with these arguments, up to and with ``/v1``."""
    command = [sys.executable, str(Path(__file__)), *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        try:
            yield f"{server.stdout.readline().decode().strip()}/v1"
        finally:
            server.kill()


def _serve(model: str, projector: str = "") -> None:
    import xllamacpp

    greeting = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [KEY]
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 2048, 2, 1
    params.ui, params.offline = False, True
    params.n_predict = 24  # of a transcription nobody can say how long it may be
    if projector == "--embeddings":
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    elif projector:
        params.mmproj.path = projector
    server = xllamacpp.Server(params)
    with greeting:
        greeting.write(f"{server.listening_address}\n")
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
