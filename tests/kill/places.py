"""Fifty chats of every kind, each with those who write there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.emulator import Emulator, Person
from tests.emulator.messages import Key
from tests.emulator.people import AnyoneSpeaking

__all__ = ["Address", "Place", "places"]

Address = tuple[Key, int | None]  # a chat, and its topic


@dataclass(frozen=True, slots=True)
class Place:
    """``people`` may press buttons; ``name`` is what the database knows the chat by."""

    name: str
    key: Key
    speakers: Sequence[AnyoneSpeaking]
    people: Sequence[Person] = ()
    group: int | None = None
    topic: int | None = None

    @property
    def address(self) -> Address:
        return self.key, self.topic

    @property
    def crowded(self) -> bool:
        return self.group is not None


async def places(emulator: Emulator, chats: int = 50) -> list[Place]:
    """About half of them private, the others groups, topics of forums and customers of a business."""
    others = chats // 6
    found = [_private(emulator, 2000 + n) for n in range(chats - 3 * others)]
    found += [_group(emulator, n) for n in range(others)]
    found += [await _topic(emulator, n) for n in range(others)]
    return found + await _customers(emulator, others)


def _private(emulator: Emulator, number: int) -> Place:
    person = emulator.user(id=number, username=f"person{number}")
    return Place(str(number), number, (person,), (person,))


def _friends(emulator: Emulator, number: int) -> tuple[Person, ...]:
    return tuple(emulator.user(id=3000 + 2 * number + n, username=f"friend{2 * number + n}") for n in range(2))


def _group(emulator: Emulator, number: int) -> Place:
    group, friends = emulator.group(id=-1_000_000_004_000 - number, title=f"Group {number}"), _friends(emulator, number)
    return Place(str(group), group, friends, friends, group)


async def _topic(emulator: Emulator, number: int) -> Place:
    """Four topics a forum."""
    forum = emulator.group(id=-1_000_000_005_000 - number // 4, title=f"Forum {number // 4}", forum=True)
    friends = _friends(emulator, 100 + number)
    topic = await emulator.groups.topic(forum, f"Topic {number}", friends[0])
    return Place(f"{forum}:{topic}", forum, friends, friends, forum, topic)


async def _customers(emulator: Emulator, count: int) -> list[Place]:
    owner = emulator.user(id=6000, username="owner")
    business = await emulator.business(owner, id="shop")
    found = []
    for number in range(6001, 6001 + count):
        customer = emulator.user(id=number, username=f"customer{number}")
        found.append(Place(f"{number}@shop", business.key(customer), (business.customer(customer),)))
    return found
