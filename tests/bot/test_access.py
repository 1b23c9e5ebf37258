"""Who is let in."""

from __future__ import annotations

import pytest

from bot.access import Access
from bot.incoming import Sender
from bot.settings import Settings


def sender(identity: str, username: str | None = None) -> Sender:
    return Sender(id=identity, name="Somebody", username=username)


def access(monkeypatch: pytest.MonkeyPatch, value: str) -> Access:
    monkeypatch.setenv("PARLEY_ACCESS", value)
    return Access.of(Settings(_env_file=None).access)  # type: ignore[call-arg]


def test_nobody_is_let_in_until_the_operator_says_so() -> None:
    assert not Access.of(None).allows(sender("1", "alice"))


@pytest.mark.parametrize("value", ["open", "OPEN", " open ", "open,"])
def test_open_lets_everybody_in(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert access(monkeypatch, value).allows(sender("1"))


@pytest.mark.parametrize("value", ["12345678,@Alice", "12345678 alice", " @ALICE ; 12345678,", "alice\uff0c12345678"])
def test_ids_and_usernames_are_let_in_however_they_are_separated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    admitted = access(monkeypatch, value)
    assert admitted.allows(sender("12345678"))
    assert admitted.allows(sender("9", "aLiCe"))
    assert not admitted.allows(sender("9", "bob"))
    assert not admitted.allows(sender("1234567"))
    assert not admitted.allows(sender("9"))


def test_a_name_for_show_is_not_a_username(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not access(monkeypatch, "Somebody").allows(sender("9"))


def test_a_username_made_of_digits_is_not_taken_for_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not access(monkeypatch, "12345678").allows(sender("9", "12345678"))


@pytest.mark.parametrize("value", ["", "  ", ",", " ; "])
def test_a_list_without_names_lets_nobody_in(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert not access(monkeypatch, value).allows(sender("1", ""))
