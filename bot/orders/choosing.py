"""What a chat can choose for itself, by /settings, /language, or the buttons under them.

Everybody there sees how it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.ports import Wording
from bot.deciding import Deciding
from bot.incoming import Incoming, Pressed
from bot.said import Choice, Said
from storage.ports import Preferences

__all__ = ["SPOKEN", "TRANSCRIPTS", "Choosing", "LanguageOrder", "SettingsOrder"]

_LANGUAGES = ("auto", "en", "zh")
TRANSCRIPTS = ("always", "long-collapsed", "never")
SPOKEN = ("off", "voice", "always")  # answers that are spoken, too: none, those to voice notes, all
_ORDER = {"language": _LANGUAGES, "transcripts": TRANSCRIPTS, "spoken": SPOKEN}


@dataclass(frozen=True, slots=True)
class Choosing:
    """``offered`` maps each name of a choice to its values, the first of which is in force unless a chat chose."""

    preferences: Preferences
    wording: Wording
    offered: Mapping[str, tuple[str, ...]]
    deciding: Deciding

    @classmethod
    def of(
        cls,
        preferences: Preferences,
        wording: Wording,
        *,
        transcripts: str,
        speaks: bool,
        deciding: Deciding | None = None,
    ) -> Choosing:
        """``transcripts`` is the operator's setting; ``speaks``: there is a model to speak with."""
        ordered = (transcripts, *(value for value in TRANSCRIPTS if value != transcripts))
        offered = {"language": _LANGUAGES, "transcripts": ordered}
        offered |= {"spoken": SPOKEN} if speaks else {}
        return cls(preferences, wording, offered, deciding or Deciding(wording))

    async def shown(self, said: Incoming, language: str, names: tuple[str, ...]) -> Said:
        """How the choices stand, with a button for each value of them."""
        chosen = await self.preferences.of(said.channel, said.chat)
        lead = "settings_of_group" if said.crowd else "settings"
        lines = [self._say(lead, language), *(self._line(name, chosen, language) for name in names)]
        rows = tuple(self._row(name, chosen, language, alone=len(names) == 1) for name in names)
        return Said("\n".join(lines), choices=rows)

    async def pressed(self, said: Incoming, pressed: Pressed, language: str) -> Said | None:
        """Choose what the button stands for, and show in its place how the choices stand now; or say why not."""
        name, value, alone = (*pressed.what.split(":")[1:4], "", "", "")[:3]
        if value not in self.offered.get(name, ()):
            return None
        if (refusal := await self.choose(said, name, value, language)) is not None:
            return refusal
        names = (name,) if alone else tuple(self.offered)
        if name == "language" and value != "auto":
            language = value
        shown = await self.shown(said, language, names)
        return Said(shown.text, choices=shown.choices, instead=(pressed.message,))

    async def choose(self, said: Incoming, name: str, value: str, language: str) -> Said | None:
        """What to say to somebody who may not choose it; None: it is chosen."""
        refusal = await self.deciding.refusal(said, language)
        if refusal is None:
            default = value == self.offered[name][0]
            await self.preferences.prefer(said.channel, said.chat, name, None if default else value)
        return refusal

    def _row(self, name: str, chosen: Mapping[str, str], language: str, *, alone: bool) -> tuple[Choice, ...]:
        """``alone``: no other choices stand beside these."""
        now, end = chosen.get(name, self.offered[name][0]), ":alone" if alone else ""
        return tuple(
            Choice(("✓ " if value == now else "") + self._say(f"{name}_{value}", language), f"set:{name}:{value}{end}")
            for value in sorted(self.offered[name], key=_ORDER[name].index)
        )

    def _line(self, name: str, chosen: Mapping[str, str], language: str) -> str:
        now = chosen.get(name, self.offered[name][0])
        value = self._say(f"{name}_{now}", language)
        return self._say(f"{name}_is", language, value=value)

    def _say(self, key: str, language: str, **facts: object) -> str:
        return self.wording.say(f"settings.{key.replace('-', '_')}", language, **facts)


@dataclass(frozen=True, slots=True)
class SettingsOrder:
    """/settings."""

    choosing: Choosing
    name: str = "settings"
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        return await self.choosing.shown(said, language, tuple(self.choosing.offered))


@dataclass(frozen=True, slots=True)
class LanguageOrder:
    """/language, or at once /language zh."""

    choosing: Choosing
    name: str = "language"
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        value = said.arguments.strip().casefold()
        if value in self.choosing.offered["language"]:
            if (refusal := await self.choosing.choose(said, "language", value, language)) is not None:
                return refusal
            language = language if value == "auto" else value
        return await self.choosing.shown(said, language, ("language",))
