"""Replies that are broken off end where a reader would pause, and leave no code open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ending import closed, ended

LEAD = "Everything is told at length here. " * 3


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{LEAD}One sentence. Another that is not wh", f"{LEAD}One sentence."),
        (f"{LEAD}One sentence. And all of it is said.", f"{LEAD}One sentence. And all of it is said."),
        (f"{LEAD}\n151. Step number 151.\n152. Step num", f"{LEAD}\n151. Step number 151."),
        (f"{LEAD}\n151. Step one\n152. ", f"{LEAD}\n151. Step one"),
        (f"{LEAD}It is **bold.** And then", f"{LEAD}It is **bold.**"),
        (LEAD + "word " * 100 + "hal", LEAD + ("word " * 100).rstrip()),
        ("春天来了，" * 30 + "花开了。鸟也", "春天来了，" * 30 + "花开了。"),
        ("春天来了，花开了" * 80, "春天来了，花开了" * 79 + "春天来了，"),
        ("x" * 900, "x" * 900),
        (f"{LEAD}\n```py\nfirst()\nsecond(1, 2", f"{LEAD}\n```py\nfirst()\n```"),
        (f"{LEAD}\n```py\nfirst()\n``", f"{LEAD}\n```py\nfirst()\n```"),
        (f"{LEAD}\n```py\nfirst()\n```", f"{LEAD}\n```py\nfirst()\n```"),
        (f"{LEAD}\n- an item:\n  ~~~~\n  a. b\n  ~~~\n  c", f"{LEAD}\n- an item:\n  ~~~~\n  a. b\n  ~~~\n  ~~~~"),
        (f"{LEAD}\n```py\nfirst(", LEAD.rstrip()),
        (f"{LEAD}\n```a``` is no block. And n", f"{LEAD}\n```a``` is no block."),
    ],
)
def test_what_was_broken_off_ends_at_the_last_whole_line_sentence_or_word(text: str, kept: str) -> None:
    assert ended(text) == kept


@given(st.text(alphabet="a. \n`~。，", max_size=300))
def test_code_is_never_left_open_and_nothing_else_is_added(text: str) -> None:
    kept = ended(text)
    assert closed(kept) == kept
    assert text.startswith(kept) or text.startswith(kept.rpartition("\n")[0])
