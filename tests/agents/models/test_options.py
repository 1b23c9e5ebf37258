"""A slip in a model reference is named at once, with what is allowed instead."""

from __future__ import annotations

import pytest

from agents.errors import ReferenceInvalid
from agents.models.options import Options, threads_for_senses
from agents.models.reference import ModelReference

KNOWN = frozenset({"beam", "device", "vad", "languages"})


def options(text: str) -> Options:
    return Options(ModelReference.parse(text), KNOWN)


def test_what_is_set_is_read_and_what_is_not_has_its_default():
    set_all = options("x:y?beam=3&device=cuda&vad=off&languages=en,fr")
    assert set_all.whole("beam", 5, 1, 20) == 3
    assert set_all.choice("device", "cpu", frozenset({"cpu", "cuda"})) == "cuda"
    assert set_all.switch("vad", True) is False
    assert set_all.tags("languages") == {"en", "fr"}
    unset = options("x:y")
    assert unset.whole("beam", 5, 1, 20) == 5
    assert unset.switch("vad", True) is True
    assert unset.tags("languages") is None
    assert unset.text("device", "cpu") == "cpu"


def test_an_unknown_option_is_refused_with_the_known_ones():
    with pytest.raises(ReferenceInvalid) as refusal:
        options("x:y?bean=3")
    assert "bean" in refusal.value.problem
    assert "beam" in refusal.value.remedy


@pytest.mark.parametrize("value", ["0", "21", "-1", "3.5", "many", "", "99999999999999999999", "٣"])
def test_a_number_out_of_bounds_is_refused_with_its_bounds(value):
    with pytest.raises(ReferenceInvalid) as refusal:
        options(f"x:y?beam={value}").whole("beam", 5, 1, 20)
    assert "from 1 to 20" in refusal.value.remedy


def test_a_choice_that_is_none_is_refused_with_the_choices():
    with pytest.raises(ReferenceInvalid) as refusal:
        options("x:y?vad=maybe").switch("vad", True)
    assert "off, on" in refusal.value.remedy


def test_senses_use_some_threads_but_never_a_crowd():
    assert 1 <= threads_for_senses() <= 4
