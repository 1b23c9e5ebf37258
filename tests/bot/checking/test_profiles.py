"""Which models of a profile are tried, and what a child is told about the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ReferenceInvalid
from agents.models.catalogue import Store, entries
from agents.models.profiles import Profile
from agents.models.reference import ModelReference
from bot.checking import profiles
from bot.checking.order import ModelResult, Order
from bot.checking.profiles import Deadlines, Listener, trials, try_all
from bot.settings import Settings

WHISPER, TINY = "Systran/faster-whisper-base", "Systran/faster-whisper-tiny.en"


def profile(**references: str) -> Profile:
    parsed = {role: ModelReference.parse(text) for role, text in references.items()}
    return Profile("mine", "For this test.", **{"llm": ModelReference.parse("scripted:echo"), **parsed})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    keys = "gpu1:8000=sesame,other.example=walnut"
    return Settings(_env_file=None, models_dir=tmp_path, api_keys=keys)


def install(settings: Settings, name: str) -> None:
    """As if its files had been verified; they are empty, so their hashes are wrong."""
    store = Store(settings.models_dir)
    store.place(name).mkdir(parents=True)
    for file in entries()[name].files:
        with (store.place(name) / file.name).open("wb") as content:
            content.truncate(file.bytes)
    store.mark(name)


def test_a_model_that_several_roles_name_is_tried_once(settings: Settings) -> None:
    found = trials(profile(caption="scripted:x", ocr="scripted:x", vqa="scripted:x?seconds=1"), settings)
    assert [(str(trial.reference), trial.roles) for trial in found] == [
        ("scripted:x", ("caption", "ocr")),
        ("scripted:x?seconds=1", ("vqa",)),
        ("scripted:echo", ("llm",)),
    ]


def test_what_cannot_work_is_refused_before_anything_is_tried_and_names_its_profile(settings: Settings) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        trials(profile(asr="faster-wisper:x"), settings)
    assert caught.value.setting == "PARLEY_PROFILE=mine, asr"


async def test_a_model_that_is_not_there_is_not_loaded_and_the_remedy_names_the_profile(settings: Settings) -> None:
    found = trials(profile(asr=f"faster-whisper:{WHISPER}"), settings)
    (result,) = await try_all(found[:1], settings, Deadlines(1, 1), Listener())
    assert result.error == "it is not installed, or not wholly"
    assert result.remedy == "python -m bot models pull mine"
    assert (result.ok, result.load_seconds) == (False, None)


async def test_a_stand_in_is_tried_instead_and_its_damaged_files_are_named(settings: Settings) -> None:
    install(settings, TINY)
    found = trials(profile(asr=f"faster-whisper:{WHISPER}"), settings)
    (result,) = await try_all(found[:1], settings, Deadlines(1, 1), Listener())
    assert result.reference.startswith(f"faster-whisper:{TINY}")
    assert result.asked == f"faster-whisper:{WHISPER}"
    assert result.error.startswith("files are damaged: ")
    assert "model.bin" in result.error


async def test_a_child_is_told_the_key_of_its_own_host_and_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[Order] = []

    async def note(order: Order, *_: object, **__: object) -> ModelResult:
        orders.append(order)
        return ModelResult(order.reference, [])

    monkeypatch.setattr(profiles, "try_model", note)
    found = trials(profile(llm="openai:http://gpu1:8000/v1#m", asr="scripted:x"), settings)
    await try_all(found, settings, Deadlines(5, 7), Listener(), contracts=True)
    heard, thought = orders
    assert heard.settings["api_keys"] == {}
    assert thought.settings["api_keys"] == {"gpu1:8000": "sesame"}
    assert thought.settings["answer_deadline"] == 7
    assert thought.contracts
    assert Order.read(thought.line()) == thought
    assert "sesame" not in repr(thought)
