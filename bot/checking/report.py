"""A report for those who build Parley: how its models did on a machine they do not have. Nothing personal is in it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.devices import machine
from bot.checking.engines import engines
from bot.checking.masking import Mask

if TYPE_CHECKING:
    from agents.models.profiles import Profile
    from bot.checking.order import ModelResult
    from bot.settings import Settings

__all__ = ["report"]

_FORMAT = 1
_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = (
    "torch",
    "torchvision",
    "transformers",
    "accelerate",
    "bitsandbytes",
    "ctranslate2",
    "faster-whisper",
    "xllamacpp",
    "onnxruntime",
    "rapidocr",
    "langchain-core",
    "langgraph",
    "numpy",
    "pillow",
    "av",
    "nvidia-ml-py",
    "nvidia-cublas-cu12",
    "nvidia-cudnn-cu12",
)


def report(profile: Profile, settings: Settings, results: Sequence[ModelResult]) -> dict[str, Any]:
    """Plain data, to be written as JSON. What models and hosts said, and what names them, is masked."""
    mask = Mask.of(settings, [str(reference) for _, reference in profile.models()])
    return {
        "parley_report": _FORMAT,
        "date": datetime.now(UTC).date().isoformat(),
        "parley": {"version": _version(), "commit": _commit()},
        "profile": mask.text(profile.name),
        "ok": all(result.ok for result in results),
        "machine": _machine(),
        "system": _system(),
        "engines": engines(),
        "versions": {name: _installed(name) for name in _PACKAGES},
        "models": mask.tree([result.as_json() for result in results]),
    }


def _machine() -> dict[str, Any]:
    """What it has, without what tells one card from all others."""
    found = asdict(machine())
    return found | {"gpus": [{key: gpu[key] for key in ("name", "total", "free")} for gpu in found["gpus"]]}


def _version() -> str | None:
    try:
        with (_ROOT / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, ValueError, KeyError):
        return None


def _commit() -> str | None:
    """Where Parley stands in its history; None outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(_ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - git
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _system() -> dict[str, str]:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:  # not Linux
        name = f"{platform.system()} {platform.mac_ver()[0]}".strip()
    return {
        "name": name,
        "kernel": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
