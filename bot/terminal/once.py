"""One turn from the command line, for people in a hurry and for scripts."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from agents.values import Answered, Observation, Turn
from bot.conversing import Conversing
from bot.terminal.plain import escaped, plain

__all__ = ["CHANNEL", "Once", "ask"]

CHANNEL = "terminal"


@dataclass(frozen=True, slots=True)
class Once:
    """An answered turn with what `chat --json` tells of it."""

    answered: Answered
    conversation: str
    seconds: float

    @property
    def failed(self) -> bool:
        """The turn ended without what was asked for: the step that answers broke."""
        return any(step.name == "answer" and step.error for step in self.answered.trace.steps)

    def json(self) -> str:
        """One line of JSON."""
        told = json.dumps(
            {
                "reply": self.answered.reply.text,
                "observations": [_observation(item) for item in self.answered.observations],
                "route": [
                    {"about": item.about, "choice": item.choice, "reason": item.reason}
                    for item in self.answered.trace.route
                ],
                "conversation": self.conversation,
                "seconds": round(self.seconds, 3),
            },
            ensure_ascii=False,
        )
        return escaped(told)

    def text(self) -> str:
        return plain(self.answered.reply.text)


def _observation(item: Observation) -> dict[str, object]:
    return {
        "kind": item.kind.value,
        "text": item.text,
        "confidence": round(item.confidence, 4),
        "model": item.model,
        "seconds": round(item.seconds, 3),
        "part": item.part,
        "outcome": item.outcome.value,
        "language": item.language,
    }


async def ask(conversing: Conversing, name: str, turn: Turn) -> Once:
    """Say one turn in the conversation called ``name`` and wait for the kept answer."""
    began = time.monotonic()
    heard = await conversing.hear(CHANNEL, name, turn)
    answered = [event async for event in conversing.answer(heard, turn) if isinstance(event, Answered)]
    return Once(answered[-1], name, time.monotonic() - began)
