"""An answer is shown once, whichever way it came."""

from __future__ import annotations

import pytest

from bot.terminal.screen import Answering


def test_what_was_streamed_is_not_printed_again(capsys: pytest.CaptureFixture[str]) -> None:
    answering = Answering(None, "again:", streams=True)
    answering.add("Hello ")
    answering.add("you")
    answering.end("Hello you.")
    assert capsys.readouterr().out == "Hello you.\n"


def test_what_is_void_is_taken_back_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    answering = Answering(None, "again:", streams=True)
    answering.add("A dog")
    answering.restart()
    answering.add("I see ")
    answering.end("I see nothing.")
    assert capsys.readouterr().out == "A dog\nagain:\nI see nothing.\n"


def test_an_answer_other_than_what_was_streamed_is_told_from_it(capsys: pytest.CaptureFixture[str]) -> None:
    answering = Answering(None, "again:", streams=True)
    answering.add("A dog")
    answering.end("I do not know.")
    assert capsys.readouterr().out == "A dog\nagain:\nI do not know.\n"


def test_a_pipe_gets_only_the_answer_that_stands(capsys: pytest.CaptureFixture[str]) -> None:
    answering = Answering(None, "again:", streams=False)
    answering.add("A dog")
    answering.restart()
    answering.add("I see")
    answering.end("I see nothing.\x1b[31m")
    assert capsys.readouterr().out == "I see nothing.\ufffd[31m\n"
