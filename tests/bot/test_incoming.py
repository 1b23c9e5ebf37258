"""What came in can always be kept and read again."""

from __future__ import annotations

import pytest

from bot.incoming import Incoming, IncomingText, IncomingUnread, PayloadUnreadable, Sender


def test_half_a_surrogate_pair_does_not_keep_a_message_from_being_kept() -> None:
    said = Incoming(
        channel="telegram",
        chat="1",
        key="1",
        sender=Sender(id="1", name="A\udc00da", username="ad\ud800"),
        parts=(IncomingText(text="hi \ud83d there 🙂"), IncomingUnread(what="po\udfffll", reason="unsupported")),
    )
    kept = Incoming.of(said.model_dump_json())
    assert kept == said
    assert kept.parts == (
        IncomingText(text="hi \ufffd there 🙂"),
        IncomingUnread(what="po\ufffdll", reason="unsupported"),
    )
    assert (kept.sender.name, kept.sender.username) == ("A\ufffdda", "ad\ufffd")


@pytest.mark.parametrize("payload", ["", "not JSON", "[]", "{}", '{"channel": 7}', '"text"', "null"])
def test_a_payload_of_something_else_is_named_unreadable(payload: str) -> None:
    with pytest.raises(PayloadUnreadable):
        Incoming.of(payload)
