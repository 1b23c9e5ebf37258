"""Replies that are broken off end where a reader would pause, and leave no code open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ending import closed, ended
from bot.telegram.text.parsing import parsed

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
        (f"{LEAD}\n\n    ```\n    code\n\nThen words. And n", f"{LEAD}\n\n    ```\n    code\n\nThen words."),
        (f"{LEAD}\n\n\t```\n\tcode\n\nThen words. And n", f"{LEAD}\n\n\t```\n\tcode\n\nThen words."),
        (f"{LEAD}\n   ```\n   first()\n   sec", f"{LEAD}\n   ```\n   first()\n   ```"),
        (f"{LEAD}\n```\nfirst()\n    ```\nsec", f"{LEAD}\n```\nfirst()\n    ```\n```"),
        (f"{LEAD}\n- an item:\n\n\t```\n\ta()\n\tb(", f"{LEAD}\n- an item:\n\n\t```\n\ta()\n    ```"),
        (
            f"{LEAD}\n1. one\n   - two\n\n     ```\n     a()\n     b(",
            f"{LEAD}\n1. one\n   - two\n\n     ```\n     a()\n     ```",
        ),
        (
            f"{LEAD}\n1. ```py\n   a()\n   ```\n2. Then words. And n",
            f"{LEAD}\n1. ```py\n   a()\n   ```\n2. Then words.",
        ),
        (f"{LEAD}\n- ```py\n  a()\n- Then words. And n", f"{LEAD}\n- ```py\n  a()\n- Then words."),
        (
            f"{LEAD}\n- an item\n\nWords.\n\n    ```\n    Words. And n",
            f"{LEAD}\n- an item\n\nWords.\n\n    ```\n    Words.",
        ),
    ],
)
def test_what_was_broken_off_ends_at_the_last_whole_line_sentence_or_word(text: str, kept: str) -> None:
    assert ended(text) == kept


@given(st.text(alphabet="a. \n`~。，-\t1", max_size=300))
def test_code_is_never_left_open_and_nothing_else_is_added(text: str) -> None:
    kept = ended(text)
    assert closed(kept) == kept
    assert text.startswith(kept) or text.startswith(kept.rpartition("\n")[0])


LINES = ["```", "~~~", "````", "```py", "   ```", "    ```", "\t```", "", "text", "    more", "``` a`b", " ~~~~"]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_what_follows_is_never_code_and_nothing_is_closed_that_readers_see_closed(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert _last(f"{closed(text)}\n\nwords") == "inline"
    if _last(f"{text}\n\nwords") == "inline":
        assert closed(text) == text


def _last(markdown: str) -> str:
    """The kind of the last block of a text, as chats show it."""
    return [token.type for token in parsed(markdown, unfinished=False) if token.content][-1]
