"""A backend that another package brings: speech to text that hears how long somebody spoke, and shouts it.

The package names it in its pyproject.toml, under the role it fills; an operator then sets PARLEY_ASR=shouting:anything.

    [project.entry-points."parley.asr"]
    shouting = "shouting:Shouting"
"""

from collections.abc import Sequence
from pathlib import Path

from agents.models.options import Options
from agents.models.reference import ModelReference
from agents.ports import Card, Sound
from agents.values import Finding


class Shouting:
    """Fills agents.ports.Transcriber. What takes time or memory belongs into __init__, which runs in its own thread."""

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        Options(reference, frozenset({"word"}))  # refuses other options
        return Card(str(reference), languages=frozenset({"en"}), confidence="always the same")

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.card = self.declare(reference)
        self._word = reference.options.get("word", "words")

    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return [[Finding(f"{sound.seconds:.0f} seconds of {self._word}!".upper(), 0.9, "en")] for sound in sounds]
