"""What the engines themselves see of this machine, for a report; run as a process of its own, since asking loads them.

``python -m bot.checking.engines`` prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["engines"]

_ROOT = Path(__file__).resolve().parents[2]
_WITHIN = 120.0  # seconds


def engines() -> dict[str, Any]:
    """What torch and CTranslate2 say about CUDA; empty when they cannot be asked."""
    command = [sys.executable, "-m", "bot.checking.engines"]
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, timeout=_WITHIN, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return {}
    return found


def _seen() -> dict[str, Any]:
    import ctranslate2
    import torch

    cuda: bool = torch.cuda.is_available()
    cudnn: Any = torch.backends.cudnn
    return {
        "torch_cuda_build": torch.version.cuda,
        "torch_rocm_build": torch.version.hip,
        "torch_cuda_available": cuda,
        "torch_gpus": [
            {"name": torch.cuda.get_device_name(n), "capability": "{}.{}".format(*torch.cuda.get_device_capability(n))}
            for n in range(torch.cuda.device_count() if cuda else 0)
        ],
        "torch_bfloat16": cuda and torch.cuda.is_bf16_supported(),
        "torch_cudnn": cudnn.version() if cuda else None,
        "torch_mps_available": torch.backends.mps.is_available(),
        "ctranslate2_gpus": ctranslate2.get_cuda_device_count(),
    }


if __name__ == "__main__":
    print(json.dumps(_seen()))
