"""What would make models fit that do not: each relief was tried, and the one that costs least comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.models.plan import Wish, gpus_in

__all__ = ["Relief", "reliefs"]

_STEPS = 20  # a model is tried smaller by a twentieth after another
_MOST = 2  # of a kind
Fits = Callable[[Sequence[Wish]], bool]


@dataclass(frozen=True, slots=True)
class Relief:
    """``wishes`` are what is left to place when ``words`` are followed; they fit."""

    words: str
    wishes: tuple[Wish, ...]


def reliefs(wishes: Sequence[Wish], fits: Fits) -> tuple[Relief, ...]:
    """Placing freely what is pinned, making one smaller, leaving one out; when one is not enough, several."""
    found = [*_few(_unpinned(wishes), fits), *_smaller(wishes, fits), *_few(_without_one(wishes), fits)]
    return tuple(found) or (_without_several(wishes, fits),)


def _few(tries: Iterator[Relief], fits: Fits) -> list[Relief]:
    return [relief for relief in tries if fits(relief.wishes)][:_MOST]


def _unpinned(wishes: Sequence[Wish]) -> Iterator[Relief]:
    for number, wish in enumerate(wishes):
        if gpus_in(wish.device) or wish.device == "cuda":
            words = f"write device=auto for {wish.name}, so that it goes where there is room"
            yield _changed(wishes, number, replace(wish, device="auto"), words)


def _smaller(wishes: Sequence[Wish], fits: Fits) -> list[Relief]:
    """The largest part of each that fits, those first that lose the least of themselves."""
    found = []
    for number, wish in enumerate(wishes):
        if _size(wish) and (steps := _steps(wishes, number, fits)):
            part = (_STEPS - steps) / _STEPS
            words = f"take a smaller model or quantisation for {wish.name}: {100 - round(100 * part)} % less would do"
            found.append((steps, -_size(wish), number, _changed(wishes, number, wish.scaled(part), words)))
    return [relief for *_, relief in sorted(found, key=lambda one: one[:3])[:_MOST]]


def _steps(wishes: Sequence[Wish], number: int, fits: Fits) -> int | None:
    for steps in range(1, _STEPS):
        if fits(_changed(wishes, number, wishes[number].scaled((_STEPS - steps) / _STEPS), "").wishes):
            return steps
    return None


def _without_one(wishes: Sequence[Wish]) -> Iterator[Relief]:
    """The smallest first."""
    for number in sorted(range(len(wishes)), key=lambda number: (_size(wishes[number]), number)):
        left = tuple(wish for at, wish in enumerate(wishes) if at != number)
        yield Relief(f"leave out {wishes[number].name}", left)


def _without_several(wishes: Sequence[Wish], fits: Fits) -> Relief:
    """The largest go, one after another, until the rest fits."""
    left = sorted(wishes, key=lambda wish: (_size(wish), str(wish.reference)))
    gone: list[Wish] = []
    while left and not fits(left):
        gone.append(left.pop())
    return Relief(f"leave out {' and '.join(wish.name for wish in gone)}", tuple(left))


def _changed(wishes: Sequence[Wish], number: int, wish: Wish, words: str) -> Relief:
    return Relief(words, (*wishes[:number], wish, *wishes[number + 1 :]))


def _size(wish: Wish) -> int:
    """How large it is, so far as anybody knows."""
    return max(wish.vram, wish.cpu.ram if wish.cpu else 0)
