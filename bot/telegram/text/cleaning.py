"""Characters that Telegram refuses, removes or does not show, dealt with before offsets are counted.

What Telegram's servers do to a text is public in tdlib (``clean_input_string`` in td/telegram/misc.cpp): control
characters become spaces; line separators and the characters that embed or override directions go.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["cleaned", "is_blank"]

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|[\u2028\u2029\x85]")
_REMOVED = re.compile("[\u202a-\u202e]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf"}
_FILLERS = set("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing


def cleaned(text: str) -> str:
    """The text without such characters, with ``\\n`` as the only line ending; lone surrogates become U+FFFD."""
    if not _UNWANTED.search(text):
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROLS.sub(" ", _REMOVED.sub("", _NEWLINES.sub("\n", text)))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing, for which Telegram refuses a message."""
    return all(unicodedata.category(character) in _UNSEEN or character in _FILLERS for character in text)
