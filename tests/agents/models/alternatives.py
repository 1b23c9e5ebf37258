"""Language models that stand in for one another."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import HumanMessage

from agents.limits import Limits
from agents.models.fallback import either
from agents.models.metrics import Metrics
from agents.models.scripted import ScriptedLLM
from agents.ports import LanguageModelCard

__all__ = ["ASKED", "WHOLE", "local", "of"]

ASKED = [HumanMessage("Hi")]
WHOLE = "Here is a whole answer."


def local(name: str = "b", *replies: Any, **card: Any) -> ScriptedLLM:
    told = {"context_window": 4000, "prompt_budget": 2000, "reply_budget": 256} | card
    return ScriptedLLM.of(replies or [WHOLE], card=LanguageModelCard(f"scripted:{name}", **told))


def of(*models: Any, deadline: float = 120.0, clock: Any = None) -> Any:
    given = {"clock": clock} if clock else {}
    return either("llm", models, Metrics(), Limits(answer_deadline=deadline), **given)
