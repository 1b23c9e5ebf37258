"""What the service needs of a way in."""

from __future__ import annotations

from typing import Protocol

from agents.errors import ParleyError

__all__ = ["AddressUnusable", "Door"]


class AddressUnusable(ParleyError):
    """A door cannot listen where it should. ``setting`` is the one to change, and ``remedy`` says how."""

    code = "address-unusable"

    def __init__(self, setting: str, problem: str, remedy: str) -> None:
        super().__init__(f"{setting}: {problem}; {remedy}")
        self.setting = setting


class Door(Protocol):
    """Hands what comes in to the desk. Each call ends in bounded time but ``wait``."""

    async def start(self) -> None:
        """Raises a ParleyError when it cannot be opened."""
        ...

    async def wait(self) -> None:
        """Return when the door was stopped. Raises what made it fall shut."""
        ...

    async def stop(self) -> None: ...
