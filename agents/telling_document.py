"""One document by template: what it is and how it begins, or the passages that a question is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.passages import nearest
from agents.perceived import Extent
from agents.trouble import Trouble
from agents.untrusted import plain, shortened
from agents.values import Document, Observation, ObservationKind, Outcome

__all__ = ["DocumentTeller"]

_SHOWN = 600  # characters of its beginning
_FOUND = 3  # passages
_TABLES = frozenset({"text/csv", "text/tab-separated-values"})
_TROUBLES = {
    "not-text": "document_not_text",
    "no-text": "document_no_text",
    "encrypted": "document_encrypted",
    "too-costly": "document_too_costly",
    "empty": "document_empty",
}


@dataclass(frozen=True, slots=True)
class DocumentTeller:
    """``say`` words a sentence of the mind."""

    say: Callable[..., str]

    def tell(
        self,
        document: Document,
        observations: Sequence[Observation],
        troubles: Mapping[ObservationKind, Trouble],
        extent: Extent | None,
        question: str,
    ) -> list[str]:
        """Sentences about one document."""
        read = next((o for o in observations if o.kind is ObservationKind.DOCUMENT_TEXT), None)
        if read is None or read.outcome is not Outcome.PERCEIVED:
            code = next((trouble.code for trouble in troubles.values()), "")
            late = read is not None and read.outcome in {Outcome.LATE, Outcome.FAILED}
            return [self.say("document_late" if late else _TROUBLES.get(code, "document_broken"))]
        told = [self._found(question, read.text) or self._beginning(document, read.text, extent)]
        return [*told, *extent.notes(self.say)] if extent else told

    def _beginning(self, document: Document, text: str, extent: Extent | None) -> str:
        key = "document_table" if document.media_type.split(";")[0] in _TABLES else "document_text"
        pages = int(extent.whole) if extent else 0
        beginning = _lines(text) if len(text) <= _SHOWN else _lines(text[:_SHOWN]) + " …"
        return self.say("document_pdf" if pages else key, pages=pages, text=beginning)

    def _found(self, question: str, text: str) -> str | None:
        """The passages that a question is about, as they stand there."""
        about = nearest(question, text, _FOUND)
        return self.say("document_found", text="\n…\n".join(map(_lines, about))) if about else None

    def earlier(self, documents: Sequence[Observation], question: str) -> list[str]:
        """What documents that were sent before say about the question, a paragraph each; else how they begin."""
        told = [self._found(question, o.text) for o in documents]
        if any(told):
            return [found for found in told if found]
        return [self.say("document_found", text=_lines(o.text[:_SHOWN])) for o in documents]


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in plain(shortened(text, 2 * _SHOWN)).split("\n") if line.strip())
