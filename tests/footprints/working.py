"""The child: loads one model and works on full batches of what people send. ``python -m tests.footprints.working``.

It says ``ready``, ``loaded`` and ``done``, and after each waits for a line, so that its parent can look meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from agents.models.reference import ModelReference
from agents.ports import Question, Sound
from bot.backends import METHODS
from bot.checking.samples import sample
from bot.makings import Makings
from bot.settings import Settings

__all__ = ["main"]

_SECONDS = 15  # of a voice note
_PHOTO = (1280, 960)  # pixels
_TEMPLATE = 40  # tokens that a chat template may add
_PATIENCE = 3600.0  # seconds


def _sound() -> Sound:
    import numpy as np

    said = sample("asr").item.samples
    whole = _SECONDS * 16_000
    return Sound(np.tile(said, whole // len(said) + 1)[:whole])


def _photo() -> Any:
    """Colours without end, and a board full of text."""
    import numpy as np
    from PIL import Image, ImageDraw

    noise = np.random.default_rng(0).integers(0, 255, (_PHOTO[1] // 8, _PHOTO[0] // 8, 3), np.uint8)
    photo = Image.fromarray(noise).resize(_PHOTO, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(photo)
    pen.rectangle((100, 100, 1000, 700), fill="white")
    for row in range(8):
        pen.text((120, 120 + row * 70), f"Dish number {row}: noodles with beef  2{row}.00", fill="black", font_size=36)
    return photo


def _items(role: str) -> list[Any]:
    if role in {"asr", "emotion"}:
        return [_sound()]
    if role in {"sentiment", "langid", "embeddings"}:
        return ["a good meal today " * 200, "我很好" * 200]
    return [Question(_photo(), "What is written on the board?") if role == "vqa" else _photo()]


async def _sense(role: str, model: Any) -> None:
    """As many items as go together, at once."""
    items = _items(role)
    ask = model.embed if role == "embeddings" else model.perceive
    count = max(len(items), 2 * model.card.together)
    await asyncio.gather(*(ask(items[number % len(items)]) for number in range(count)))


async def _chat(model: Any, at_once: int, number: int) -> None:
    """Prompts of the whole budget, each another, answered at full length."""
    prompts = [await _prompt(model, f"{number} {place}") for place in range(at_once)]
    await asyncio.gather(*(_answer(model, prompt) for prompt in prompts))


async def _prompt(model: Any, mark: str) -> str:
    room = model.card.prompt_budget - _TEMPLATE
    one, two = await model.count_tokens([f"{mark} word", f"{mark} word word"])
    return mark + " word" * ((room - one) // max(1, two - one))


async def _answer(model: Any, prompt: str) -> None:
    parts: Any = [{"type": "text", "text": prompt}] if model.card.images else prompt
    await model.chat.ainvoke([("human", parts)], max_tokens=model.card.reply_budget)


async def _work(order: dict[str, Any], tell: Callable[[str], None]) -> None:
    makings = Makings(Settings(_env_file=None, sense_deadline=_PATIENCE, answer_deadline=_PATIENCE))
    reference = ModelReference.parse(order["reference"])
    models = {role: makings.made(role, reference) for role in order["roles"]}
    _import_what_others_use(order["roles"])
    tell("ready")
    for role, model in models.items():
        await (model.start() if role == "llm" else model.load())
    tell("loaded")
    for number in range(order["rounds"]):
        for role, model in models.items():
            await (_chat(model, order["at_once"], number) if role == "llm" else _sense(role, model))
    _meet_every_word()
    tell("done")


def _meet_every_word() -> None:
    """Look at the whole of every token table, as people's words do in time: until then it lies on disk, mapped."""
    if "torch" not in sys.modules:
        return
    import torch

    for table in [found for found in gc.get_objects() if isinstance(found, torch.nn.Embedding)]:
        table.weight.sum()


def _import_what_others_use(roles: list[str]) -> None:
    """What the assistant's process has anyway is no part of a model."""
    import PIL.Image  # noqa: F401

    if "llm" in roles:
        import agents.models.llamacpp.client
        import agents.models.transformers.chat  # noqa: F401
    for role in METHODS.keys() & set(roles):
        _items(role)


def main() -> None:
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not pass for an event

    def tell(event: str) -> None:
        channel.write(event + "\n")
        channel.flush()
        if not sys.stdin.readline():
            os._exit(1)  # the parent is gone

    asyncio.run(_work(json.loads(sys.stdin.readline()), tell))
    os._exit(0)  # engines may be inside native calls, which an orderly end would wait for


if __name__ == "__main__":
    main()
