"""Trouble on order: the next calls that match fail in the way asked for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault", "Faults"]


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the next ``count`` calls of ``method`` (``*``: any; ``file``: downloads) in ``chat``.

    ``retry_after`` (seconds) answers 429, ``status`` that status with its ``description``, ``body`` (of methods) 200
    and that text; ``drop`` cuts the connection, with ``after`` only when the call has taken effect; ``delay`` waits
    that many seconds first.
    """

    method: str
    chat: int | None = None
    count: int = 1
    retry_after: int | None = None
    status: int | None = None
    description: str = "ordered by the test"
    body: str | None = None
    drop: bool = False
    after: bool = False
    delay: float = 0.0
    hits: int = 0

    def matches(self, method: str, chat: int | None) -> bool:
        fits = self.method == "*" or self.method.lower() == method.lower()
        return fits and self.hits < self.count and self.chat in {None, chat}


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def meet(self, method: str, chat: int | None) -> Fault | None:
        """The first fault this call meets, used up by one."""
        for fault in self._faults:
            if fault.matches(method, chat):
                fault.hits += 1
                return fault
        return None
