"""What we say in the pieces Telegram takes: texts, files, voice notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from agents.voice_notes import stated_seconds
from bot.said import Choices, Said, Transcript
from bot.telegram.text import Above, File, Page, compose_plain, pages_or_file

__all__ = ["FilePiece", "Piece", "TextPiece", "VoicePiece", "above_of", "pieces_of"]


@dataclass(frozen=True, slots=True)
class TextPiece:
    """One message of text with its entities, and the buttons under it."""

    page: Page
    choices: Choices = ()

    @property
    def without_entities(self) -> TextPiece:
        return replace(self, page=Page(self.page.text))


@dataclass(frozen=True, slots=True)
class FilePiece:
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class VoicePiece:
    """OGG/Opus; ``seconds`` is its length, where the file states it."""

    content: bytes = field(repr=False)
    seconds: float | None = None


Piece: TypeAlias = TextPiece | FilePiece | VoicePiece


def pieces_of(said: Said) -> tuple[Piece, ...]:
    """At least one; the first is a text, so that it can take the place of a preview. The same gives the same."""
    texts, file = _texts(said)
    pieces: list[Piece] = [TextPiece(page) for page in texts[:-1]]
    pieces.append(TextPiece(texts[-1], said.choices))
    if file is not None:
        pieces.append(FilePiece(file.name, file.content))
    if said.voice:
        pieces.append(VoicePiece(said.voice, stated_seconds(said.voice)))
    return tuple(pieces)


def above_of(transcripts: Sequence[Transcript]) -> list[Above]:
    return [Above(heard.label, heard.text, heard.collapsed) for heard in transcripts]


def _texts(said: Said) -> tuple[list[Page], File | None]:
    if not said.markdown:
        return compose_plain(said.text), None
    made = pages_or_file(said.text, above_of(said.above))
    return ([made.introduction], made) if isinstance(made, File) else (made, None)
