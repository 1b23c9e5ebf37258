"""Documents: text in whatever encoding, the text layer of PDFs, and plain reasons for everything else."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError

from agents import documents
from agents.decoded import DocumentText
from agents.errors import MediaUnreadable
from tests.pdfs import pdf
from tests.pictures import sign

MEETING = "今天的会议改到下午三点，请大家准时参加。"
CSV = "dish,price\nBeef noodles,28\nFried rice,22\n"


def decoded(data: bytes, *, characters: int = 10_000, patience: float = 10) -> DocumentText:
    return documents.decode(data, characters=characters, patience=patience)


def refused(data: bytes) -> str:
    with pytest.raises(MediaUnreadable) as refusal:
        decoded(data)
    return refusal.value.reason


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w:t>hello</w:t>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("naïve – “quoted”", "utf-8"),
        (MEETING, "utf-8-sig"),
        (MEETING, "utf-16"),
        (MEETING, "utf-16-be"),
        (MEETING, "gb18030"),
        ("购物清单\n牛奶 2\n面包 1", "gb18030"),
        ("今天的會議改到下午三點，請大家準時參加。", "big5"),
        ("会議は午後三時に変更されました。", "shift_jis"),
        ("Le café est fermé à Noël, désolé.", "cp1252"),
    ],
)
def test_text_is_read_in_its_encoding(text: str, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert decoded(mark + text.encode(encoding)) == DocumentText(text)


def test_tables_keep_their_lines() -> None:
    assert decoded(CSV.replace("\n", "\r\n").encode()).text == CSV.strip()


def test_long_text_is_cut_and_says_so() -> None:
    assert decoded(b"word " * 100, characters=20) == DocumentText("word word word word ", cut=True)


def test_many_blank_lines_become_one() -> None:
    assert decoded(b"one\n\n \n\n\n\ntwo\n\n").text == "one\n\ntwo"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "no-text"),
        (sign(), "not-text"),
        (zipped(), "not-text"),
        (b"\x7fELF\x02\x01\x01" + bytes(90), "not-text"),
        (b"\x1b\x01\x02\x03 text" * 9, "not-text"),
        ("half".encode("utf-16")[:-1], "not-text"),
        (pdf([""]), "no-text"),
        (pdf(["secret"], encrypted=True), "encrypted"),
        (pdf(["hello"])[:60], "truncated"),
        (b"%PDF-1.7 and nothing else", "truncated"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_the_text_layer_of_a_pdf_is_read_by_pages() -> None:
    found = decoded(pdf(["Menu of the day\nBeef noodles (large) 28", "Open 9 to 5"]))
    assert found == DocumentText("Menu of the day\nBeef noodles (large) 28\n\nOpen 9 to 5", pages=2, read=2)


def test_a_long_pdf_is_read_from_the_beginning() -> None:
    found = decoded(pdf(["word " * 10] * 20), characters=120)
    assert (len(found.text), found.pages, found.read, found.cut) == (120, 20, 3, True)
    with ThreadPoolExecutor(1) as thread:
        patient = thread.submit(decoded, pdf(["word"] * 20), patience=-1).result()
    assert (patient.read, patient.pages, patient.cut) == (1, 20, True)


def test_what_was_read_before_a_page_without_end_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    read = documents._page

    def endless(reader: PdfReader, number: int) -> str:
        while number:
            pass
        return read(reader, number)

    monkeypatch.setattr(documents, "_page", endless)
    found = decoded(pdf(["first", "second", "third"]), patience=0.3)
    assert (found.text, found.read, found.cut) == ("first", 1, True)
    monkeypatch.setattr(documents, "_page", lambda reader, number: endless(reader, 1))
    with pytest.raises(MediaUnreadable, match="too-costly"):
        decoded(pdf(["first"]), patience=0.1)


def test_pages_without_text_are_counted() -> None:
    pages = pdf(["first", "second", "third", ""]).replace(b"/Contents 7 0 R", b"/Contents (xx)")
    assert decoded(pages) == DocumentText("first\n\nthird", pages=4, read=4, blank=2)


def test_pages_that_swell_are_no_scanned_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def swelling(*_: object) -> str:
        raise LimitReachedError

    monkeypatch.setattr(PageObject, "extract_text", swelling)
    assert refused(pdf(["first", "second"])) == "too-costly"


@pytest.mark.parametrize("text", [f"{MEETING}\n" * 20, "Le café est fermé à midi, dès l'été.\n" * 20])
@pytest.mark.parametrize("damage", [slice(-3, -1), slice(250, 250)], ids=["broken off", "one byte"])
def test_a_damaged_byte_does_not_change_the_encoding(text: str, damage: slice) -> None:
    data = bytearray(text.encode())
    data[damage] = b"\xff"
    assert decoded(bytes(data)).text.replace("\ufffd", "").startswith(text[:60])


def test_words_in_another_encoding_are_not_taken_for_damage() -> None:
    text = "Open every day from nine to five, and on holidays, too. " * 20 + "Café."
    assert decoded(text.encode("cp1252")).text == text


def test_words_about_pdfs_are_text() -> None:
    text = "# Notes\n\nA PDF begins with %PDF-1.7 and ends with %%EOF."
    assert decoded(text.encode()).text == text


def test_nothing_of_a_document_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert decoded(pdf(["hello"]).replace(b"startxref\n", b"startxref\n9")).text == "hello"
    assert caplog.records == []
