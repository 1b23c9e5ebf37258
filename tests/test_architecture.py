"""The house keeps its shape: who may import whom, and what may not be imported early."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "torch", "transformers", "ctranslate2", "faster_whisper", "onnxruntime", "rapidocr", "xllamacpp", "av",
    "langchain_openai", "openai", "efficientnet_lite_pytorch",
}  # fmt: skip


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def breaches(package: str, allowed: set[str]) -> list[str]:
    """Imports of our own packages beyond ``allowed`` (module names or their prefixes)."""
    found = []
    for path in modules(package):
        for name in imports(path):
            ours = name.split(".")[0] in {"agents", "bot", "storage"}
            if ours and not any(name == item or name.startswith(f"{item}.") for item in allowed):
                found.append(f"{path.relative_to(ROOT)} imports {name}")
    return found


def test_agents_know_neither_bot_nor_storage() -> None:
    assert breaches("agents", {"agents"}) == []


def test_storage_knows_only_values_and_errors_of_agents() -> None:
    assert breaches("storage", {"storage", "agents.values", "agents.errors"}) == []


def test_only_the_table_of_backends_names_concrete_adapters() -> None:
    shared = {"catalogue", "entry", "fetch", "profiles", "reference", "hosted", "making", "scripted"}
    shared |= {"devices", "host", "lifeline", "options", "picture_urls", "recommending", "wanted"}
    shared |= {"builds", "fallback", "footprint", "metrics", "placement", "plan", "room", "spoken", "threads"}
    adapters = {f"agents.models.{path.stem}" for path in (ROOT / "agents/models").glob("*.py")}
    adapters -= {f"agents.models.{name}" for name in shared} | {"agents.models.__init__"}
    named = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("bot")
        if path.name != "backends.py"
        for name in imports(path)
        if name in adapters
    ]
    assert named == []


def test_nothing_but_pulling_can_fetch_a_model() -> None:
    fetching = {"agents.models.sources.hub", "agents.models.sources.packages"}
    able = {str(path.relative_to(ROOT)) for path in modules("bot") if fetching & set(imports(path))}
    assert able == {"bot/commands/models/pull.py"}


@pytest.mark.parametrize("module", ["bot.cli", "bot.wiring", "agents.assistant", "bot.telegram.door"])
def test_heavy_libraries_wait_until_a_model_is_loaded(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("profile", ["embedded", "classic", "gpu-24g"])
def test_planning_and_making_models_loads_nothing_heavy(profile: str) -> None:
    code = (
        "import sys; from bot.makings import Makings; from bot.chosen import chosen_profile\n"
        "from agents.models.devices import Machine, Gpu; from bot.settings import Settings\n"
        f"settings = Settings(_env_file=None, profile={profile!r}); makings = Makings(settings)\n"
        "makings._machine = Machine(8, 64 * 10**9, 60 * 10**9, gpus=(Gpu('card', 25 * 10**9, 24 * 10**9),))\n"
        "models = makings.models_of(chosen_profile(settings)); makings.planned(models)\n"
        "made = [makings.made(role, one) for role, found in models.items() for one in found]\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_libraries_of_a_door_wait_until_it_is_opened() -> None:
    script = "import sys, bot.service; print(*sorted({'fastapi', 'uvicorn', 'jinja2', 'telegram'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
