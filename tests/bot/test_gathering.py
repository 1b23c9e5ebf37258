"""Gathering: what belongs together is one turn, whatever came between it, and nothing waits longer than it must."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gathering import MOST, Gathering, Group, Waiting
from bot.incoming import Incoming, IncomingMedia, IncomingText, Sender
from storage.ports import InboxRow, InboxState

GATHERING = Gathering(album=1.2, burst=1.5, longest=10.0)
_ids = count(1)


def photo(quoted: bool = False) -> IncomingMedia:
    return IncomingMedia(kind="photo", ref="f", media_type="image/jpeg", quoted=quoted)


def voice() -> IncomingMedia:
    return IncomingMedia(kind="voice", ref="f", media_type="audio/ogg")


def waits(since: float, *parts: Any, sender: str = "ada", head: int | None = None, **more: Any) -> Waiting:
    number = next(_ids)
    said = Incoming(
        channel="telegram",
        chat="7",
        key=str(number),
        sender=Sender(id=sender),
        parts=tuple(IncomingText(text=part) if isinstance(part, str) else part for part in parts),
        **{"message": str(number), "whole": False, "said_at": 1_000 + int(since), **more},
    )
    row = InboxRow(number, "telegram", "7", said.key, said.model_dump_json(), InboxState.NEW, 0, 0, None,
                   datetime.now(UTC), head)  # fmt: skip
    return Waiting.of(row, since)


def group(*waiting: Waiting, now: float = 0.0) -> Group:
    return GATHERING.group(waiting, now)


def test_a_plain_question_is_answered_at_once() -> None:
    assert group(waits(0, "What is the capital of France?")) == Group((0,), 0.0)


@pytest.mark.parametrize("parts", [(photo(),), (voice(),), ("Look at this:",)])
def test_what_may_have_more_to_it_waits_as_long_as_told(parts: tuple[Any, ...]) -> None:
    assert group(waits(0, *parts), now=0.5) == Group((0,), 1.0)
    assert group(waits(0, *parts), now=1.5) == Group((0,), 0.0)


def test_a_photo_with_the_voice_note_about_it_waits_less_long_for_words() -> None:
    both = waits(0, photo()), waits(1, voice())
    assert group(*both, now=1) == Group((0, 1), 0.75)
    assert group(*both, waits(1.5, "Please be brief."), now=1.5) == Group((0, 1, 2), 0.0)


@pytest.mark.parametrize("gap", [0.0, 0.15])
def test_a_comment_sent_before_what_it_is_about_is_one_turn_with_it(gap: float) -> None:
    forwarded = IncomingText(text="Dear all, I resign.", origin="Carol")
    for about in (photo(), forwarded):
        assert group(waits(0, "What does he mean?"), waits(gap, about), now=gap).taken == (0, 1)


@pytest.mark.parametrize(("later", "together"), [(0.9, True), (1.4, True), (1.6, False), (2.0, False)])
def test_what_was_forwarded_along_with_a_comment_joins_it_while_both_wait(later: float, together: bool) -> None:
    """By the time at which both were sent; the comment waits for nothing."""
    comment = waits(0, "Summarize in one line.")
    assert group(comment) == Group((0,), 0.0)
    forwarded = waits(later, IncomingText(text="Dear all, I resign.", origin="Carol"))
    assert group(comment, forwarded, now=later).taken == ((0, 1) if together else (0,))


def test_what_was_forwarded_seconds_after_a_question_is_a_turn_of_its_own_however_late_the_question_came() -> None:
    forwarded = waits(0.2, IncomingText(text="Dear all, I resign.", origin="Carol"), said_at=1_003)
    assert group(waits(0, "What is the capital of France?", said_at=1_000), forwarded).taken == (0,)


def test_a_voice_note_that_replies_to_a_photo_is_whole() -> None:
    assert group(waits(0, photo(quoted=True), voice())) == Group((0,), 0.0)


def test_photo_voice_and_text_within_the_window_are_one_turn() -> None:
    said = [waits(0, photo()), waits(1.2, voice()), waits(1.9, "what is the difference?")]
    assert group(*said, now=1.9) == Group((0, 1, 2), 0.0)


def test_what_comes_after_the_window_is_a_turn_of_its_own() -> None:
    assert group(waits(0, photo()), waits(1.6, "Who painted it?"), now=1.6) == Group((0,), 0.0)


def test_two_whole_questions_are_two_turns_also_when_they_arrive_together() -> None:
    assert group(waits(0, "What is two and two?"), waits(0, "And who are you?")).taken == (0,)


def test_a_photo_forwarded_along_with_a_comment_belongs_to_it() -> None:
    assert group(waits(0, "Tell me more."), waits(0, photo())).taken == (0, 1)
    assert group(waits(0, "Tell me more."), waits(0.1, photo())).taken == (0,)


def test_messages_minutes_apart_that_arrive_together_are_not_one_turn() -> None:
    """As after Telegram was out of reach."""
    assert group(waits(0, photo(), said_at=0), waits(0, photo(), said_at=90)).taken == (0,)


def test_an_album_waits_for_its_last_photo_and_is_not_held_up_by_a_caption() -> None:
    said = [waits(0.1 * n, photo(), *(["what are they?"] if n == 0 else []), album="a") for n in range(3)]
    waiting = group(*said, now=0.2)
    assert waiting.taken == (0, 1, 2)
    assert waiting.wait == pytest.approx(1.2)


def test_an_album_is_whole_whoever_speaks_in_between() -> None:
    said = [
        waits(0, photo(), album="a"),
        waits(0.1, "Nice!", sender="bob"),
        waits(0.2, photo(), album="a"),
        waits(0.3, "/help", command="help", whole=True),
        waits(0.4, photo(), album="a"),
    ]
    assert group(*said, now=5).taken == (0, 2, 4)


@pytest.mark.parametrize("between", [{"whole": True}, {"sender": "eve"}])
def test_an_album_waits_for_its_last_photo_whatever_comes_in_between(between: dict[str, Any]) -> None:
    first, other = waits(0, photo(), album="a"), waits(0.1, "And now?", **between)
    assert group(first, other, now=0.2).wait > 0.5
    assert group(first, other, waits(0.3, photo(), album="a"), now=0.4).taken == (0, 2)
    assert group(first, other, now=2.0) == Group((0,), 0.0)


def test_an_album_that_never_ends_is_taken_after_the_longest_time() -> None:
    said = [waits(float(second), photo(), album="a") for second in range(11)]
    assert group(*said, now=10.0).wait == 0.0


def test_a_turn_takes_a_bounded_number_of_rows() -> None:
    said = [waits(0.01 * n, photo(), album="a") for n in range(2 * MOST)]
    assert group(*said, now=0.5) == Group(tuple(range(MOST)), 0.0)


def test_a_command_and_what_follows_it_stay_apart() -> None:
    assert group(waits(0, command="reset", whole=True), waits(0, photo())).taken == (0,)
    assert group(waits(0, photo()), waits(0.1, command="reset", whole=True), waits(0.2, photo()), now=0.2) == Group(
        (0,)
    )


def test_what_was_edited_before_it_was_answered_is_part_of_its_turn() -> None:
    first = waits(0, photo(), "what is ths")
    edit = waits(0.5, photo(), "what is this?", edited=True, message=first.said.message if first.said else None)
    assert group(first, edit, now=0.5).taken == (0, 1)
    assert group(waits(0, photo()), edit, now=0.5).taken == (0,)
    assert group(edit).taken == (0,)


def test_what_was_edited_into_a_command_before_it_was_answered_stays_apart() -> None:
    first = waits(0, "look at this")
    edit = waits(0.5, edited=True, command="help", message=first.said.message if first.said else None)
    assert group(first, waits(0.2, photo()), edit, now=0.5).taken == (0, 1)


def test_a_turn_that_was_begun_is_what_it_was_then() -> None:
    """Also after a restart, and however late its rows are read."""
    begun = [waits(0, photo(), head=5), waits(0, photo()), waits(0, photo(), head=5), waits(0, photo(), head=9)]
    assert group(*begun, now=100) == Group((0, 2), 0.0)


def test_in_a_group_only_the_album_brings_along_what_does_not_address_us() -> None:
    beside = {"addressed": False, "album": "a"}
    assert group(waits(0, photo(), album="a"), waits(0.1, photo(), **beside), now=0.1).taken == (0, 1)
    assert group(waits(0, photo()), waits(0.1, photo(), addressed=False), now=0.1).taken == (0,)


def test_what_cannot_be_read_is_left_alone() -> None:
    broken = waits(0, photo())
    broken.said = None
    assert group(broken, waits(0, photo())) == Group((0,), 0.0)
    assert group(waits(0, photo()), broken, now=9).taken == (0,)


_PART = st.sampled_from([photo(), voice(), "Look:", "What is it?", "and a"])
_ROW = st.tuples(
    st.floats(0, 3), _PART, st.sampled_from(["ada", "bob"]), st.sampled_from([None, "a", "b"]), st.booleans(),
    st.sampled_from([None, None, None, "help"]),
)  # fmt: skip


@given(st.lists(_ROW, min_size=1, max_size=40))
def test_rows_of_any_kind_all_come_to_be_worked_on_and_albums_are_whole(rows: list[Any]) -> None:
    now, waiting = 0.0, []
    for gap, part, sender, album, edited, command in rows:
        now += gap / 10
        waiting.append(waits(now, part, sender=sender, album=album, edited=edited, command=command))
    turns = []
    while waiting:
        taken = GATHERING.group(waiting, now + 60)
        assert taken.wait == 0
        assert taken.taken[0] == 0
        turns.append([waiting[place] for place in taken.taken])
        waiting = [each for place, each in enumerate(waiting) if place not in taken.taken]
    assert sum(map(len, turns)) == len(rows)
    for turn in turns:
        assert len({each.said.sender.id for each in turn if each.said}) == 1
        assert [each.since for each in turn] == sorted(each.since for each in turn)
