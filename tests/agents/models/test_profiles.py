"""Profiles name their models and budgets; a wrong name is answered with the right one."""

from __future__ import annotations

import pytest

from agents.errors import ReferenceInvalid
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.profiles import REMOTE, ProfileUnknown, profile, profiles
from agents.models.reference import ModelReference
from bot.backends import adapter


def test_the_embedded_profile_hears_names_and_reads_but_answers_no_questions_about_pictures() -> None:
    embedded = profile("embedded")
    assert {role: str(reference) for role, reference in embedded.references().items()} == {
        "asr": "faster-whisper:Systran/faster-whisper-base",
        "caption": "imagenet:efficientnet-lite0",
        "ocr": "rapidocr:PP-OCRv6",
        "llm": "llamacpp:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF?context=2048&prompt=1200&reply=300",
    }
    assert embedded.vqa is None


@pytest.mark.parametrize("name", profiles())
def test_a_profile_says_what_it_is_for(name: str) -> None:
    assert profile(name).name == name
    assert profile(name).notes


def test_a_prompt_and_its_reply_fit_into_the_window_with_room_for_the_chat_template() -> None:
    card = LlamaCpp.declare(profile("embedded").llm)
    assert card.prompt_budget + card.reply_budget + 256 <= card.context_window


def test_the_scripted_profile_fills_every_role_without_files() -> None:
    references = profile("scripted").references()
    assert set(references) == {"asr", "caption", "vqa", "ocr", "llm"}
    assert {reference.backend for reference in references.values()} == {"scripted"}


@pytest.mark.parametrize("name", profiles())
def test_every_reference_of_a_profile_is_one_that_its_backend_takes(name: str) -> None:
    found = profile(name).addressed("http://gpu1:8000/v1#model")
    cards = {role: adapter(role, reference).declare(reference) for role, reference in found.references().items()}
    assert {card.reference for card in cards.values()} == {str(one) for one in found.references().values()}
    assert cards["llm"].prompt_budget + cards["llm"].reply_budget < cards["llm"].context_window


@pytest.mark.parametrize("name", ["cpu", "gpu-12g", "gpu-24g", "remote"])
def test_one_model_describes_photos_answers_about_them_and_writes(name: str) -> None:
    found = profile(name)
    assert found.caption == found.vqa == found.llm


@pytest.mark.parametrize("name", ["cpu", "gpu-12g", "gpu-24g", "classic"])
def test_what_a_profile_takes_fits_the_machine_it_is_for(name: str) -> None:
    most = {"cpu": (6, 0), "gpu-12g": (16, 12), "gpu-24g": (16, 24), "classic": (8, 0)}[name]
    assert 0 < profile(name).ram_gb < most[0]
    assert profile(name).vram_gb <= most[1]


def test_the_classic_profile_has_a_model_of_its_own_for_each_sense() -> None:
    references = profile("classic").references()
    assert set(references) == {"asr", "caption", "vqa", "ocr", "llm"}
    assert len({str(reference) for reference in references.values()}) == len(references)


def test_the_operators_host_is_named_once_and_takes_the_place_of_its_sign() -> None:
    remote = profile("remote")
    assert remote.remote() == ["caption", "vqa", "llm"]
    placed = remote.addressed("http://gpu1:8000/v1#Qwen/Qwen3-VL-8B-Instruct")
    assert placed.remote() == []
    assert placed.llm.name == "http://gpu1:8000/v1#Qwen/Qwen3-VL-8B-Instruct"
    assert placed.llm.options == remote.llm.options
    assert placed.asr == remote.asr


def test_an_unknown_profile_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProfileUnknown, match="did you mean embedded") as caught:
        profile("embeded")
    assert caught.value.nearest == "embedded"


def test_a_profile_like_no_other_is_refused_with_all_names() -> None:
    with pytest.raises(ProfileUnknown, match="embedded, tiny, cpu, gpu-12g, gpu-24g, classic, remote, scripted"):
        profile("xyzzy")


def test_settings_override_single_roles_and_blanks_change_nothing() -> None:
    changed = profile("embedded").overridden({"asr": "scripted:transcript", "llm": " ", "vqa": None})
    assert str(changed.asr) == "scripted:transcript"
    assert changed.llm == profile("embedded").llm
    assert profile("embedded").asr != changed.asr


def test_a_malformed_override_is_refused() -> None:
    with pytest.raises(ReferenceInvalid):
        profile("embedded").overridden({"llm": "no backend"})


def test_a_role_may_have_several_models_and_one_that_is_put_instead_takes_the_place_of_all() -> None:
    several = profile("scripted").overridden({"llm": "openai:http://gpu1:8000/v1#m | scripted:echo"})
    assert [str(one) for one in several.alternatives("llm")] == ["openai:http://gpu1:8000/v1#m", "scripted:echo"]
    assert several.references()["llm"] == several.llm == several.alternatives("llm")[0]
    assert several.alternatives("asr") == (several.asr,)
    assert several.alternatives("langid") == ()
    assert several.overridden({"llm": "scripted:b"}).alternatives("llm") == (ModelReference.parse("scripted:b"),)


def test_the_operators_host_may_be_any_of_several() -> None:
    several = profile("scripted").overridden({"llm": f"scripted:echo | openai:{REMOTE}?images=on"})
    assert several.remote() == ["llm"]
    placed = several.addressed("http://gpu1:8000/v1#m")
    assert [one.name for one in placed.alternatives("llm")] == ["echo", "http://gpu1:8000/v1#m"]
    assert placed.remote() == []
