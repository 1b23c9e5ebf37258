"""What CTranslate2 looks for on a GPU is found where the lock for GPUs puts it."""

from __future__ import annotations

import subprocess
import sys


def test_cublas_is_found_by_its_name_once_it_is_loaded_from_its_package():
    script = (
        "import ctypes\n"
        "from agents.models.faster_whisper_cuda import load_cuda_libraries\n"
        "load_cuda_libraries()\n"
        "ctypes.CDLL('libcublas.so.12')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr


def test_no_second_cudnn_lies_over_torchs_own():
    from importlib.metadata import distributions

    found = sorted(one.metadata["Name"] for one in distributions() if "cudnn" in one.metadata["Name"])
    assert found == ["nvidia-cudnn-cu13"]
