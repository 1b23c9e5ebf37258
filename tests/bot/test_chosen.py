"""Settings choose a profile: by name, from a file of one's own, with single models and the host put in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.errors import ReferenceInvalid
from agents.models.profiles import ProfilesInvalid
from bot.chosen import chosen_profile, require_address
from bot.models import Models
from bot.settings import Settings
from bot.worded import status_of, worded

HOST = "http://gpu1:8000/v1#model"


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


def test_single_models_take_the_place_of_the_chosen_profiles_and_of_no_others() -> None:
    chosen = settings(profile="scripted", llm="scripted:other")
    assert str(chosen_profile(chosen).llm) == "scripted:other"
    assert str(chosen_profile(chosen, "embedded").llm).startswith("llamacpp:")


def test_the_host_is_given_once_for_all_roles_that_run_on_it() -> None:
    found = chosen_profile(settings(profile="remote", remote_url=HOST, vqa="scripted:vqa"))
    require_address(found)
    assert found.llm.name == HOST
    assert found.caption == found.llm
    assert str(found.vqa) == "scripted:vqa"


def test_a_host_that_nobody_named_keeps_it_from_starting_in_one_line() -> None:
    chosen = settings(profile="remote")
    with pytest.raises(ReferenceInvalid) as caught:
        Models(chosen)
    said = worded(caught.value, chosen)
    assert said.startswith("PARLEY_REMOTE_URL: the profile remote runs its caption on a host of yours")
    assert status_of(caught.value) == 2


def test_a_file_of_profiles_that_cannot_be_used_is_told_under_its_setting(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[mine]\nextends = "embeded"\n')
    chosen = settings(profile="mine", profiles=own)
    with pytest.raises(ProfilesInvalid) as caught:
        Models(chosen)
    said = worded(caught.value, chosen)
    assert said.startswith(f"PARLEY_PROFILES: {own}: [mine] extends: no profile is named 'embeded'")
    assert said.endswith("did you mean embedded?")
    assert status_of(caught.value) == 2


def test_what_is_wrong_with_one_of_several_models_is_told_under_the_setting() -> None:
    chosen = settings(profile="scripted", asr="scripted:transcript | nonsense")
    with pytest.raises(ReferenceInvalid) as caught:
        chosen_profile(chosen)
    assert worded(caught.value, chosen).startswith("PARLEY_ASR: the model's name is missing")
    chosen = settings(profile="scripted", llm="scripted:echo | scripted:echo")
    with pytest.raises(ReferenceInvalid) as caught:
        chosen_profile(chosen)
    said = worded(caught.value, chosen)
    assert (
        said == "PARLEY_LLM: names scripted:echo twice; write first | second: the second answers when the first cannot."
    )
