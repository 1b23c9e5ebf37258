"""``.env.example`` names every setting with its real default, and nothing that is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SHOWN = dict(re.findall(r"^#([A-Z][A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"PARLEY_{name.upper()}"


SETTINGS = {variable(name, field): name for name, field in Settings.model_fields.items()}


def test_every_setting_is_explained_and_nothing_else() -> None:
    assert sorted(SHOWN) == sorted(SETTINGS)


def test_nothing_is_set_by_merely_copying_the_file() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_the_value_shown_is_the_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default = Settings.model_fields[SETTINGS[name]].default
    assert default is not PydanticUndefined
    monkeypatch.delenv(name, raising=False)
    if name == "PARLEY_MODELS_DIR":  # depends on the user; shown as it is on Linux
        assert SHOWN[name] == "~/.cache/parley/models"
        assert default.parts[-2:] == ("parley", "models")
        return
    monkeypatch.setenv(name, SHOWN[name])
    assert getattr(Settings(_env_file=None), SETTINGS[name]) == default  # type: ignore[call-arg]


def test_a_folder_below_the_home_folder_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_MODELS_DIR", "~/models")
    assert Settings(_env_file=None).models_dir == Path.home() / "models"  # type: ignore[call-arg]
