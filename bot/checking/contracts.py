"""The promises of the ports, tried on a loaded model: a few of what tests/contracts holds every backend to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from agents.errors import ParleyError
from agents.models.host import Job
from bot.backends import METHODS
from bot.checking.chatting import CHATTING
from bot.checking.order import Contract
from bot.checking.samples import sample
from bot.warmup import first_item, first_words

__all__ = ["contracts_of"]

Many = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]
Promise = Callable[[Many, Sequence[Any]], Awaitable[str]]
_ALIKE = 0.05  # by how much a confidence may differ when items go together: padding changes sums a little
_UNIT = 0.01  # by how much a vector's length may miss 1


async def contracts_of(role: str, model: Any) -> AsyncIterator[Contract]:
    """Every promise of the role's port, kept or not. The model is loaded."""
    if role == "llm":
        for name, chat in CHATTING.items():
            if chat.applies(model.card):
                yield await _tried(name, chat.keep(model))
        return
    items = (sample(role).item, first_item(role))
    promises = _OWN.get(role, _FINDINGS)
    hosted = getattr(model, "host", None) is not None
    for name, promise in promises.items():
        if hosted or name not in _OF_BATCHES:
            yield await _tried(name, promise(_many(role, model), items))


async def _tried(name: str, keep: Awaitable[str]) -> Contract:
    """``keep`` gives what is wrong, or nothing."""
    try:
        wrong = await keep
    except ParleyError as exc:
        wrong = exc.code
    except TimeoutError:
        wrong = "it took too long"
    return Contract(name, not wrong, wrong)


def _many(role: str, model: Any) -> Many:
    """Several items in one call of the model itself; one after another where it runs elsewhere."""
    host = getattr(model, "host", None)
    if host is None:
        ask = {"embeddings": _embed, "tts": _speak}.get(role, _perceive)

        async def one_by_one(items: Sequence[Any]) -> Sequence[Any]:
            return [await ask(model, item) for item in items]

        return one_by_one
    job: Job[Any] = Job(lambda port, boxes: [getattr(port, METHODS[role])(boxes[0])])

    async def together(items: Sequence[Any]) -> Sequence[Any]:
        found: Sequence[Any] = await host.call(job, items)
        return found

    return together


async def _embed(model: Any, item: Any) -> Any:
    return await model.embed(item)


async def _perceive(model: Any, item: Any) -> Any:
    return await model.perceive(item)


async def _speak(model: Any, item: Any) -> Any:
    return await model.speak(item, first_words(model.card)[1])


async def _nothing(many: Many, items: Sequence[Any]) -> str:
    return "" if len(await many([])) == 0 else "something came of nothing"


async def _one_each(many: Many, items: Sequence[Any]) -> str:
    count = len(await many(items))
    return "" if count == len(items) else f"{count} answers for {len(items)} items"


async def _bounded(many: Many, items: Sequence[Any]) -> str:
    found = [finding for findings in await many(items) for finding in findings]
    if any(not 0 <= finding.confidence <= 1 for finding in found):
        return "a confidence is not between 0 and 1"
    return "" if all(finding.text == finding.text.strip() != "" for finding in found) else "a text is blank"


async def _together(many: Many, items: Sequence[Any]) -> str:
    alone = [found for item in items for found in await many([item])]
    both = await many(items)
    return "" if all(map(_alike, alone, both)) else "together it finds something else than one by one"


async def _again(many: Many, items: Sequence[Any]) -> str:
    first, second = await many(items[:1]), await many(items[:1])
    return "" if all(map(_alike, first, second)) else "it finds something else the second time"


def _alike(one: Any, other: Any) -> bool:
    if [finding.text for finding in one] != [finding.text for finding in other]:
        return False
    return all(abs(a.confidence - b.confidence) <= _ALIKE for a, b in zip(one, other, strict=True))


async def _unit(many: Many, items: Sequence[Any]) -> str:
    import numpy as np

    lengths = [float(np.linalg.norm(vector)) for vector in await many(items)]
    return "" if all(abs(length - 1) <= _UNIT for length in lengths) else "a vector's length is not 1"


async def _same_vectors(many: Many, items: Sequence[Any]) -> str:
    import numpy as np

    alone = [(await many([item]))[0] for item in items]
    near = all(float(np.dot(a, b)) >= 1 - _UNIT for a, b in zip(alone, await many(items), strict=True))
    return "" if near else "together a vector is another than alone"


async def _longer(many: Many, items: Sequence[Any]) -> str:
    once, thrice = await many([items[0], " ".join([items[0]] * 3)])
    return "" if thrice.seconds > once.seconds > 0 else "more words do not take longer"


_ALL: dict[str, Promise] = {"nothing in, nothing out": _nothing, "one answer an item": _one_each}
_OF_BATCHES = {*_ALL, "together as one by one"}
_FINDINGS: dict[str, Promise] = {
    **_ALL,
    "confidence from 0 to 1, text that is not blank": _bounded,
    "together as one by one": _together,
    "the same again": _again,
}
_VECTORS: dict[str, Promise] = {**_ALL, "vectors of length 1": _unit, "together as one by one": _same_vectors}
_SPEECHES: dict[str, Promise] = {"more words take longer": _longer}
_OWN = {"embeddings": _VECTORS, "tts": _SPEECHES}
