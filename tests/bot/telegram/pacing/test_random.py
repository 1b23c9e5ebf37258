"""Whatever is asked in whatever order, with whatever 429s: limits hold, order holds, and no answer gets lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter, TelegramError

from bot.telegram.pacing import Limits, NotNow
from tests.bot.telegram.pacing.leaping import run
from tests.bot.telegram.pacing.wire import Made, Wire

LIMITS = Limits(overall=5, overall_burst=6, private=1, private_burst=3, group=0.5, group_burst=2, spare=2, waiting=4)
CHATS = ("7", "8", "9", "-1", "-2")
ANSWER, DRAFT, SIGN = "sendMessage", "sendMessageDraft", "sendChatAction"
TOOK = 0.07  # seconds of a call
SLACK = 1e-6


@dataclass(frozen=True)
class Asked:
    """A call asked for ``gap`` seconds after the one before."""

    gap: float
    chat: str
    method: str
    within: float


@dataclass(frozen=True)
class Story:
    asked: Sequence[Asked]
    faults: Sequence[tuple[str, str, float]]  # chat, method and seconds of 429s


STORIES = st.builds(
    Story,
    st.lists(
        st.builds(
            Asked,
            st.sampled_from([0.0, 0.0, 0.05, 0.4, 2.0]),
            st.sampled_from(CHATS),
            st.sampled_from([ANSWER, ANSWER, DRAFT, SIGN]),
            st.sampled_from([0.333, 3.377, 20.711]),
        ),
        max_size=60,
    ),
    st.lists(
        st.tuples(st.sampled_from(CHATS), st.sampled_from([ANSWER, DRAFT, SIGN]), st.sampled_from([1.0, 2.0, 7.0])),
        max_size=8,
    ),
)


@dataclass(frozen=True)
class Told:
    made: Sequence[Made]
    answers: Sequence[tuple[Asked, float | TelegramError]]
    rest: Sequence[float | TelegramError]


def play(story: Story, limits: Limits = LIMITS) -> Told:
    async def played() -> Told:
        wire = Wire(limits, took=TOOK)
        for chat, method, seconds in story.faults:
            wire.fail(f"{chat} {method}", seconds)
        tasks = []
        for number, asked in enumerate(story.asked):
            await asyncio.sleep(asked.gap)
            work = wire.call(asked.chat, (asked.method, number), method=asked.method, within=asked.within)
            tasks.append(asyncio.create_task(work))
            await asyncio.sleep(0)
        ends = list(zip(story.asked, await asyncio.gather(*tasks), strict=True))
        answers = [(asked, end) for asked, end in ends if asked.method == ANSWER]
        return Told(wire.made, answers, [end for asked, end in ends if asked.method != ANSWER])

    return run(played())


def most_beyond(times: Sequence[float], rate: float, burst: float) -> float:
    """By how many calls the fullest window of any length goes beyond what may be sent in it."""
    excess = [
        last - first + 1 - burst - rate * (times[last] - times[first])
        for first in range(len(times))
        for last in range(first, len(times))
    ]
    return max(excess, default=0.0)


def ends(answers: Sequence[tuple[Asked, float | TelegramError]]) -> list[object]:
    return [pytest.approx(end) if isinstance(end, float) else type(end) for _, end in answers]


def shown(answers: Sequence[tuple[Asked, float | TelegramError]]) -> list[object]:
    return [end if isinstance(end, float) else type(end) for _, end in answers]


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_no_window_holds_more_than_the_limits_allow(story: Story) -> None:
    told = play(story)
    limits = [("overall", told.made, LIMITS.overall, LIMITS.overall_burst, LIMITS.overall_burst)]
    for chat in CHATS:
        group = chat.startswith("-")
        rate, burst = (LIMITS.group, LIMITS.group_burst) if group else (LIMITS.private, LIMITS.private_burst)
        limits.append((chat, [made for made in told.made if made.chat == chat], rate, burst, LIMITS.spare))
    for where, made, rate, burst, spare in limits:
        times = [one.at for one in made]
        answers = [one.at for one in made if one.what[0] == ANSWER]  # type: ignore[index]
        assert most_beyond(times, rate, burst + spare) <= SLACK, where
        assert most_beyond(answers, rate, burst) <= SLACK, where


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_what_telegram_asks_for_is_kept(story: Story) -> None:
    made = play(story).made
    for refused in (one for one in made if one.refused):
        until = refused.at + refused.refused - SLACK
        within = [one for one in made if one.chat == refused.chat and refused.at < one.at < until]
        all_of_it = refused.what[0] == ANSWER  # type: ignore[index]
        assert [one for one in within if all_of_it or one.what[0] != ANSWER] == []  # type: ignore[index]


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_every_answer_comes_in_order_or_is_handed_back_and_the_rest_never_waits(story: Story) -> None:
    told = play(story)
    for chat in CHATS:
        numbers = [one.what[1] for one in told.made if one.chat == chat and one.what[0] == ANSWER]  # type: ignore[index]
        assert numbers == sorted(numbers), "an answer overtook another, or a try of it"
    through = sum(isinstance(end, float) for _, end in told.answers)
    assert through == sum(one.what[0] == ANSWER and not one.refused for one in told.made)  # type: ignore[index]
    assert all(isinstance(end, float | RetryAfter) for _, end in told.answers)
    assert all(isinstance(end, float | RetryAfter | NotNow) for end in told.rest)
    asked_at = list(accumulate(asked.gap for asked in story.asked))
    for one in told.made:
        method, number = one.what  # type: ignore[misc]
        late = one.at - asked_at[number]
        assert late <= (story.asked[number].within if method == ANSWER else 0.0) + SLACK


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_answers_go_as_if_there_were_no_previews_and_signs(story: Story) -> None:
    told = play(story)
    kept: list[Asked] = []
    gap = 0.0
    for asked in story.asked:
        gap += asked.gap
        if asked.method == ANSWER:
            kept.append(replace(asked, gap=gap))
            gap = 0.0
    alone = play(replace(story, asked=kept))
    assert shown(told.answers) == ends(alone.answers)


@settings(max_examples=150, deadline=None)
@given(STORIES, st.sampled_from(CHATS))
def test_what_telegram_asks_of_one_chat_delays_no_other(story: Story, chat: str) -> None:
    wide = replace(LIMITS, overall=1e6, overall_burst=1e6)
    others = [fault for fault in story.faults if fault[0] != chat]
    told, without = play(story, wide), play(replace(story, faults=others), wide)

    def of_others(told: Told) -> list[tuple[Asked, float | TelegramError]]:
        return [(asked, end) for asked, end in told.answers if asked.chat != chat]

    assert shown(of_others(told)) == ends(of_others(without))
