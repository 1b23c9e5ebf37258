"""The child: makes one model, loads it, works on samples of ours and tells each step in a line of JSON.

``python -m bot.checking.probe``, with an Order on its standard input, which stays open as its lifeline.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from agents.errors import ModelError, ParleyError
from agents.models.lifeline import end_with_parent, first_line
from agents.models.reference import ModelReference
from bot.checking.contracts import contracts_of
from bot.checking.order import Order
from bot.checking.remedies import remedy
from bot.checking.samples import GREETING, sample
from bot.makings import Makings
from bot.settings import Settings
from bot.warmup import first_words

__all__ = ["main"]

Tell = Callable[..., None]
_LONGEST = 200  # characters of output that are told
_MOST_TOKENS = 32  # of a greeting


async def _probe(order: Order, tell: Tell) -> None:
    makings, reference = Makings(Settings(_env_file=None, **order.settings)), ModelReference.parse(order.reference)
    makings.put(reference, order.roles, order.devices)
    models = {role: makings.made(role, reference) for role in order.roles}
    tell("ready")
    began = time.monotonic()
    for role, model in models.items():
        await (model.start() if role == "llm" else model.load())
    tell("loaded", seconds=time.monotonic() - began)
    for role, model in models.items():
        tell("answered", role=role, **await _answer(role, model))
        if order.contracts:
            async for contract in contracts_of(role, model):
                tell("contract", role=role, contract=asdict(contract))


async def _answer(role: str, model: Any) -> dict[str, Any]:
    tried = sample(role)
    began = time.monotonic()
    output = await _output(role, model, tried.item)
    seconds = time.monotonic() - began
    right = tried.expected.casefold() in output.casefold() if tried.expected else None
    return {"seconds": seconds, "output": " ".join(output.split())[:_LONGEST], "as_expected": right}


async def _output(role: str, model: Any, item: Any) -> str:
    if role == "llm":
        return str((await model.chat.ainvoke([("human", GREETING)], max_tokens=_MOST_TOKENS)).text)
    if role == "embeddings":
        return f"a vector of {len(await model.embed(item))} numbers"
    if role == "tts":
        return f"{(await model.speak(*first_words(model.card))).seconds:.1f} s of speech"
    return "; ".join(f"{finding.text} ({finding.confidence:.2f})" for finding in await model.perceive(item))


def main() -> int:
    end_with_parent()
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not pass for an event

    def tell(event: str, **facts: Any) -> None:
        channel.write(json.dumps({"event": event, **facts}) + "\n")
        channel.flush()

    order = Order.read(first_line())
    try:
        asyncio.run(_probe(order, tell))
    except ParleyError as exc:
        words = (exc.detail if isinstance(exc, ModelError) else "") or exc.code
        tell("failed", error=words, remedy=remedy(exc))
    else:
        tell("done")
    os._exit(0)  # engines may be inside native calls, which an orderly end would wait for


if __name__ == "__main__":
    sys.exit(main())
