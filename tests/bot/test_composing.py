"""What stands above and below an answer, and that nothing of it is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agents.limits import Limits
from agents.ports import Senses
from agents.telling import Teller
from agents.values import Observation, ObservationKind, Outcome, Reply
from bot.composing import Composing
from bot.incoming import Incoming, Sender
from bot.said import Said
from bot.texts import Texts
from bot.transcripts import Shown, Transcripts
from storage.errors import StorageBusy

ADA = Incoming(channel="telegram", chat="7", key="1", sender=Sender(id="7"))


class Chosen:
    """What the chat has chosen; None: storage is in trouble."""

    def __init__(self, chosen: Mapping[str, str] | None) -> None:
        self._chosen = chosen

    async def of(self, channel: str, chat: str) -> Mapping[str, str]:
        assert (channel, chat) == ("telegram", "7")
        if self._chosen is None:
            raise StorageBusy("scripted")
        return self._chosen

    async def prefer(self, channel: str, chat: str, name: str, value: str | None) -> None:
        raise AssertionError("nobody chooses anything here")


def heard(text: str, *, language: str | None = "en", outcome: Outcome = Outcome.PERCEIVED) -> Observation:
    return Observation(ObservationKind.TRANSCRIPT, text, 0.9, "scripted", 0.1, 0, outcome, language)


def line(observation: Observation, language: str = "en") -> str:
    return Teller(Texts(), Senses(), Limits(), language).heard(observation)


async def said(
    text: str,
    *observations: Observation,
    transcripts: Shown = "long-collapsed",
    chosen: Mapping[str, str] | None = None,
    to: Incoming = ADA,
    language: str = "en",
    stopped: bool = False,
) -> Said:
    composing = Composing(Texts(), Transcripts(Texts(), transcripts, Chosen(chosen) if chosen is not None else None))
    return await composing.said(to, 12, Reply(text, language, stopped=stopped), observations)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_was_heard_stands_above_the_answer_in_its_language(language: str) -> None:
    hello = heard("hello there", language="en")
    told = await said(f"{line(hello, language)}\n\nHello yourself.", hello, language=language)
    assert told.text == "Hello yourself."
    (above,) = told.above
    assert above.text == "hello there"
    assert above.label == {"en": "I heard (English)", "zh": "我听到的是（英语）"}[language]
    assert not above.collapsed


async def test_a_recording_in_an_unknown_language_is_told_without_one() -> None:
    hum = heard("la la", language=None)
    (above,) = (await said(f"{line(hum)}\n\nNice.", hum)).above
    assert above.label == "I heard"


async def test_what_was_not_heard_for_sure_stays_in_the_answer() -> None:
    asked = "I am not sure I heard you right. I think you said: “hello” Is that right?"
    told = await said(asked, heard("hello"), heard("", outcome=Outcome.NOTHING))
    assert (told.text, list(told.above)) == (asked, [])


async def test_a_reply_that_is_nothing_but_what_was_heard_stays_one() -> None:
    hello = heard("hello")
    told = await said(line(hello), hello)
    assert (told.text, list(told.above)) == (line(hello), [])


async def test_several_recordings_and_what_could_not_be_read_keep_their_places() -> None:
    one, two = heard("one"), heard("two")
    told = await said(f"{line(one)}\n\nI cannot read contacts.\n\n{line(two)}\n\nThree.", one, two)
    assert told.text == "I cannot read contacts.\n\nThree."
    assert [above.text for above in told.above] == ["one", "two"]


@pytest.mark.parametrize(
    ("transcripts", "chosen", "collapsed"),
    [
        ("long-collapsed", None, True),
        ("always", None, False),
        ("never", None, None),
        ("never", {"transcripts": "always"}, False),
        ("always", {"transcripts": "never"}, None),
        ("always", {"transcripts": "of another version"}, False),
        ("never", {}, None),
    ],
)
async def test_the_chats_choice_goes_before_the_setting(
    transcripts: Shown, chosen: Mapping[str, str] | None, collapsed: bool | None
) -> None:
    long = heard("word " * 80)
    told = await said(f"{line(long)}\n\nYes.", long, transcripts=transcripts, chosen=chosen)
    assert told.text == "Yes."
    assert [above.collapsed for above in told.above] == ([] if collapsed is None else [collapsed])


async def test_storage_in_trouble_leaves_the_setting() -> None:
    hello = heard("hello")
    composing = Composing(Texts(), Transcripts(Texts(), "never", Chosen(None)))
    assert (await composing.said(ADA, 12, Reply(f"{line(hello)}\n\nHi.", "en"), [hello])).above == ()


async def test_a_reader_can_rate_it_ask_again_and_see_what_it_rests_on() -> None:
    mood = Observation(ObservationKind.SENTIMENT, "positive", 0.9, "scripted", 0.1, 0)
    (row,) = (await said("Hi.", mood)).choices
    assert [choice.what for choice in row] == ["good:12", "bad:12", "again:12"]
    _, (seen,) = (await said("Hi.", heard("hello"))).choices
    assert (seen.what, seen.label) == ("seen:12", "👂 What did you hear and see?")
    assert {choice.label for row in (await said("好。", heard("hello"), language="zh")).choices for choice in row} == {
        "👍",
        "👎",
        "🔁 重新回答",
        "👂 听到和看到了什么？",
    }


async def test_nothing_is_asked_of_who_broke_it_off_or_talks_to_somebody_we_speak_for() -> None:
    assert (await said("Hel", stopped=True)).choices == ()
    business = ADA.model_copy(update={"host": Sender(id="8")})
    assert (await said("Hello.", to=business)).choices == ()
