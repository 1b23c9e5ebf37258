"""A child like llamacpp/server.py, without a model: what becomes of it on each device stands beside the model's file.

The file ``fates.json`` says ``serves``, ``refuses`` (its file, or the memory there), ``dies`` or ``lacks`` (the device)
by device; ``lives`` gets a line for every start.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from agents.models.lifeline import end_with_parent, first_line
from agents.models.llamacpp.server import NO_GPU


def main() -> int:
    end_with_parent()
    order = json.loads(first_line())
    folder = Path(order["model"]).parent
    with (folder / "lives").open("a") as lives:
        lives.write(f"{order['device']} {order['gpu_layers']}\n")
    match json.loads((folder / "fates.json").read_text())[order["device"]]:
        case "refuses":
            return 3
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "lacks":
            print(json.dumps(NO_GPU), flush=True)
            return 3
    print(json.dumps({"address": "http://127.0.0.1:1"}), flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
