"""What we say as Telegram's messages: in order, within limits, the same each time."""

from __future__ import annotations

from bot.said import Choice, Said, Transcript
from bot.telegram.pieces import FilePiece, Piece, TextPiece, VoicePiece, pieces_of
from bot.telegram.text.units import utf16_length
from tests.sounds import silence

RATE = ((Choice("good", "good:1"), Choice("bad", "bad:1")),)


def texts(pieces: tuple[Piece, ...]) -> list[TextPiece]:
    return [piece for piece in pieces if isinstance(piece, TextPiece)]


def test_a_models_marks_become_entities_and_our_own_words_stay_as_they_are() -> None:
    (shown,) = texts(pieces_of(Said("*so* **bold**", markdown=True)))
    assert shown.page.text == "so bold"
    assert [entity.type for entity in shown.page.entities] == ["italic", "bold"]
    (plain,) = texts(pieces_of(Said("*so* **bold**")))
    assert (plain.page.text, plain.page.entities) == ("*so* **bold**", ())


def test_buttons_stand_under_the_last_text_alone() -> None:
    pieces = texts(pieces_of(Said("🙂 A sentence with a smile. " * 600, markdown=True, choices=RATE)))
    assert len(pieces) > 2
    assert [piece.choices for piece in pieces] == [()] * (len(pieces) - 1) + [RATE]
    assert all(utf16_length(piece.page.text) <= 4096 for piece in pieces)


def test_a_transcript_stands_above_and_a_long_one_is_collapsed() -> None:
    heard = [Transcript("I heard (English)", "hello there"), Transcript("I heard", "word " * 99, collapsed=True)]
    (piece,) = texts(pieces_of(Said("Hi!", markdown=True, above=heard)))
    assert piece.page.text.startswith("I heard (English)\nhello there")
    assert piece.page.text.endswith("Hi!")
    assert [entity.type for entity in piece.page.entities] == ["blockquote", "expandable_blockquote"]


def test_a_spoken_answer_follows_the_written_one_with_its_length() -> None:
    note = silence(1.0)
    text, voice = pieces_of(Said("Hello.", markdown=True, choices=RATE, voice=note))
    assert isinstance(text, TextPiece)
    assert text.choices == RATE
    assert isinstance(voice, VoicePiece)
    assert voice.content == note
    assert voice.seconds is not None
    assert abs(voice.seconds - 1.0) < 0.1


def test_what_nobody_reads_in_a_chat_is_a_file_behind_the_message_that_introduces_it() -> None:
    text, file = pieces_of(Said("A long story. " * 3000, markdown=True, choices=RATE))
    assert isinstance(text, TextPiece)
    assert text.choices == RATE
    assert isinstance(file, FilePiece)
    assert file.content.decode().count("A long story.") == 3000


def test_nothing_to_say_is_a_message_all_the_same() -> None:
    for said in (Said(""), Said("\n\n", markdown=True), Said("", markdown=True, choices=RATE)):
        (piece,) = texts(pieces_of(said))
        assert piece.page.text.strip()


def test_the_same_gives_the_same() -> None:
    said = Said("```py\nx\n```\n" * 900, markdown=True, above=[Transcript("I heard", "x")], choices=RATE)
    assert pieces_of(said) == pieces_of(said)
