"""Profiles name their models and budgets; a wrong name is answered with the right one."""

from __future__ import annotations

import pytest

from agents.errors import ReferenceInvalid
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.profiles import ProfileUnknown, profile, profiles


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
