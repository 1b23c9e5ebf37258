"""Documents from strangers, read safely: plain text in whatever encoding, and the text layer of a PDF."""

from __future__ import annotations

import codecs
import io
import logging
import re
import time
import unicodedata
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from agents.decoded import DocumentText
from agents.errors import MediaUnreadable
from agents.patience import OutOfPatience, until

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["decode", "prepare"]

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What text is written in where it is not UTF-8, for the detector to choose from; of equally likely ones the first.
_ENCODINGS = ("gb18030", "cp1252", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "koi8_r")
# What else the fonts of a PDF may name.
_OF_FONTS = ("gbk", "gb2312", "big5hkscs", "cp932", "cp949", "utf-16-be", "utf-16-le", "latin-1", "mac_roman", "cp1253")
_LOST = 0.01  # the share of signs up to which what is not UTF-8 is damage in a text that is
_HEAD = 1024  # bytes within which a PDF says that it is one (ISO 32000-1, note in 7.5.2 and its Annex H)
_PAGES = 500
_CONTROLS = 0.01  # the share of control characters from which bytes are no text
# pypdf's ways to say that something is broken, beside its own errors
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, AssertionError, RecursionError)
_BROKEN_TOO = (*_BROKEN, NotImplementedError, OSError, EOFError, zlib.error)
_A_PDF = re.compile(rb"%PDF-\d")
_OBJECT = re.compile(rb"\b\d+ \d+ obj\b")  # as every PDF holds and hardly a text about them
_BLANK_LINES = re.compile(r"\n[ \t\f\v]*(?:\n[ \t\f\v]*){2,}")


def prepare() -> None:
    """Load everything that reading may need, for a process that cannot open files afterwards."""
    for name in (*_ENCODINGS, *_OF_FONTS):
        codecs.lookup(name)
    decode("今天的会议改到下午三点".encode("gb18030"), characters=100, patience=1)
    decode(_SMALLEST, characters=100, patience=1)  # pypdf imports what it needs as it goes


def decode(data: bytes, *, characters: int, patience: float) -> DocumentText:
    """What is written in a file: its first ``characters``, or as far as ``patience`` in seconds of CPU time goes.

    Raises MediaUnreadable: ``empty``, ``not-text``, ``encrypted`` (a PDF that wants a password), ``no-text`` (nothing
    is written in it, as in a PDF of scanned pages), ``truncated`` (a PDF that is damaged) or ``too-costly``. In another
    than the main thread, patience does not end before a page does.
    """
    if not data:
        raise MediaUnreadable("empty")
    try:
        found = _pdf(data, characters, patience) if _is_pdf(data) else _text(data, characters)
    except MemoryError as exc:
        raise MediaUnreadable("too-costly") from exc
    if not _is_written(found.text):
        raise MediaUnreadable("no-text")
    return found


def _is_pdf(data: bytes) -> bool:
    return bool(_A_PDF.match(data) or (_A_PDF.search(data[:_HEAD]) and _OBJECT.search(data)))


def _text(data: bytes, characters: int) -> DocumentText:
    text = _tidy(_decoded(data))
    return DocumentText(text[:characters], cut=len(text) > characters)


def _decoded(data: bytes) -> str:
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return _checked(data[len(mark) :].decode(encoding))
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(_mended(data) or _guessed(data))


def _mended(data: bytes) -> str | None:
    """The text as UTF-8 with U+FFFD for what is damaged, where little is and more beyond ASCII is right than wrong."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text if lost < _LOST * len(text) and foreign > 2 * lost else None


def _guessed(data: bytes) -> str:
    import charset_normalizer

    if b"\0" in data:
        raise MediaUnreadable("not-text")
    found = list(charset_normalizer.from_bytes(data, cp_isolation=list(_ENCODINGS)))
    if not found:
        raise MediaUnreadable("not-text")
    likely = [each for each in found if (each.chaos, each.coherence) == (found[0].chaos, found[0].coherence)]
    return str(min(likely, key=lambda each: _ENCODINGS.index(each.encoding)))


def _checked(text: str) -> str:
    sample = text[:20_000]
    controls = sum(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f\v" for sign in sample)
    if "\0" in text or controls > _CONTROLS * len(sample):
        raise MediaUnreadable("not-text")
    return text


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _pdf(data: bytes, characters: int, patience: float) -> DocumentText:
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it would log what stands in the file
    try:
        reader = _opened(data)
        return _pages(reader, len(reader.pages), characters, patience)
    except FileNotDecryptedError as exc:
        raise MediaUnreadable("encrypted") from exc
    except (PyPdfError, *_BROKEN_TOO) as exc:
        raise MediaUnreadable("truncated") from exc


def _opened(data: bytes) -> PdfReader:
    """The PDF, which may be encrypted with an empty password. Raises MediaUnreadable and whatever pypdf raises."""
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("")
        except (DependencyError, *_BROKEN_TOO) as exc:
            raise MediaUnreadable("encrypted") from exc
        if opened is PasswordType.NOT_DECRYPTED:
            raise MediaUnreadable("encrypted")
    return reader


def _pages(reader: PdfReader, pages: int, characters: int, patience: float) -> DocumentText:
    texts: list[str] = []
    worst = "no-text"
    with suppress(OutOfPatience), until(time.process_time() + patience) as patient:
        while len(texts) < min(pages, _PAGES) and sum(map(len, texts)) <= characters:
            try:
                texts.append(_page(reader, len(texts)))
            except MediaUnreadable as failed:
                texts.append("")
                worst = failed.reason
            patient()
    blank = sum(not _is_written(text) for text in texts)
    if blank == len(texts):
        raise MediaUnreadable(worst if texts else "too-costly")
    text = _tidy("\n\n".join(texts))
    return DocumentText(text[:characters], pages, len(texts), len(texts) < pages or len(text) > characters, blank)


def _is_written(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _page(reader: PdfReader, number: int) -> str:
    """The text of one page. Raises MediaUnreadable: ``truncated`` or ``too-costly``."""
    from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

    try:
        return reader.pages[number].extract_text().replace("\0", "")
    except FileNotDecryptedError:
        raise
    except (LimitReachedError, MemoryError) as exc:
        raise MediaUnreadable("too-costly") from exc
    except (PyPdfError, *_BROKEN_TOO) as exc:
        raise MediaUnreadable("truncated") from exc


_SMALLEST = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 24>>stream
BT /F 9 Tf (ready) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R/Size 6>>
startxref
0
%%EOF
"""
