"""Which language a text is in, by lingua: letters in groups of up to five, counted in each language.

``lingua:builtin?option=value``. Options: ``languages`` (among which it decides; the fewer, the surer), ``sure`` and
``half`` (per cent: from where a language may be relied on, and from where it is a guess). It needs the package
lingua-language-detector, 96 MB, which is not installed by itself; eight languages take 180 MB of memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.excerpt import excerpt
from agents.models.footprint import Footprint
from agents.models.options import Options, nearest
from agents.ports import Card
from agents.values import Finding

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["Lingua"]

_NAME = "builtin"
_KNOWN = frozenset({"languages", "sure", "half"})
_USUAL = frozenset("en zh ja ko de fr es ru".split())
# ISO 639-1 codes of lingua's languages.
_LANGUAGES = frozenset(
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gu he hi hr hu hy id is it ja ka kk ko la lg lt "
    "lv mi mk mn mr ms nb nl nn pa pl pt ro ru sk sl sn so sq sr st sv sw ta te th tl tn tr ts uk ur vi xh yo zh "
    "zu".split()
)
_LONGEST = 1000  # characters that are looked at
_MOST, _LEAST = 3, 0.05  # findings of one text, and the probability of the last
_SIGNS = frozenset({"zh", "ja", "ko"})
# Bytes, measured with 4, 8 and 20 languages (tests/footprints): the library with what its loading threads leave behind,
# which differs from start to start, a language written in an alphabet, and one whose signs tell it.
_LIBRARY, _OF_LETTERS, _OF_SIGNS = 25_000_000, 35_000_000, 3_000_000
_INSTALL = "install it: .venv/bin/pip install lingua-language-detector==2.1.1"


class Lingua:
    """Fills :class:`agents.ports.LanguageIdentifier`: the likeliest languages, none for a text without letters.

    Its confidence is the probability of the language among ``languages``. One word is often shared: of ``no`` or
    ``merci`` the confidence stays below ``sure_from``.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        if reference.name != _NAME:
            raise ReferenceInvalid(str(reference), f"no detector {reference.name}", f"write lingua:{_NAME}")
        options = Options(reference, _KNOWN)
        sure, half = options.whole("sure", 70, 1, 100), options.whole("half", 50, 1, 100)
        return Card(
            reference=str(reference),
            languages=_languages(reference, options),
            sure_from=sure / 100,
            half_from=min(half, sure) / 100,
            confidence="probability of the language among those it decides between",
            together=8,
        )

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        languages = cls.declare(reference).languages or frozenset()
        letters = len(languages - _SIGNS)
        return Footprint(_LIBRARY + letters * _OF_LETTERS + (len(languages) - letters) * _OF_SIGNS)

    def __init__(self, reference: ModelReference, folder: Path | None = None) -> None:
        self.card = self.declare(reference)
        try:
            from lingua import IsoCode639_1, Language, LanguageDetectorBuilder
        except ImportError as exc:
            raise ModelUnavailable(self.card.reference, f"lingua is missing; {_INSTALL}") from exc
        codes = [IsoCode639_1.from_str(tag) for tag in sorted(self.card.languages or ())]
        languages = [Language.from_iso_code_639_1(code) for code in codes]
        self._detector = LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()

    def identify(self, texts: Sequence[str]) -> list[list[Finding]]:
        return [self._identify(excerpt(text, _LONGEST)) for text in texts]

    def _identify(self, text: str) -> list[Finding]:
        values: Sequence[Any] = self._detector.compute_language_confidence_values(text)[:_MOST]
        return [
            Finding(value.language.iso_code_639_1.name.lower(), min(1.0, value.value))
            for value in values
            if value.value >= _LEAST
        ]


def _languages(reference: ModelReference, options: Options) -> frozenset[str]:
    """Raises ReferenceInvalid for a language lingua does not know, and where there is nothing to decide."""
    asked = options.tags("languages")
    if asked is None:
        return _USUAL
    for tag in sorted(asked - _LANGUAGES):
        raise ReferenceInvalid(str(reference), f"languages={tag} is wrong", nearest(tag, _LANGUAGES, "lingua knows"))
    if len(asked) < 2:
        raise ReferenceInvalid(str(reference), "languages names too few", "name two languages at least")
    return asked
