"""Senses and embedders made of a hosted model: each a port with its card, its job and its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from agents.errors import ModelLate
from agents.models.host import Host, Job
from agents.models.weight import weight
from agents.ports import Card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.values import Finding

__all__ = ["HostedEmbedder", "HostedSense"]

PortT = TypeVar("PortT")
ItemT = TypeVar("ItemT")


class _Hosted(Generic[PortT, ItemT]):
    """``deadline`` is in seconds from asking to answer, or gives them by the item. Past it the caller goes on
    while the thread finishes.

    Where the model left memory in the meantime, it is loaded within the deadline.
    """

    def __init__(
        self,
        card: Card,
        host: Host[PortT],
        work: Callable[[PortT, Sequence[ItemT]], Sequence[Any]],
        *,
        deadline: float | Callable[[ItemT], float],
    ) -> None:
        self._card = card
        self.host = host
        self._job = Job(work, card.together, weight=weight)
        self._deadline = deadline

    @property
    def card(self) -> Card:
        return self._card

    async def load(self) -> None:
        """Load the model now, without a deadline. Raises as :meth:`Host.load` does."""
        await self.host.load()

    async def stop(self) -> None:
        """Let the model go; other ports that share it lose it too."""
        self.host.close()

    async def _result(self, item: ItemT) -> Any:
        seconds = self._deadline(item) if callable(self._deadline) else self._deadline
        try:
            async with asyncio.timeout(seconds):
                return await self.host.call(self._job, item)
        except TimeoutError as exc:
            self.host.count_late()
            raise ModelLate(self._card.reference, f"{seconds:g} s") from exc


class HostedSense(_Hosted[PortT, ItemT]):
    """Fills :class:`agents.ports.Sense` with a synchronous port."""

    async def perceive(self, item: ItemT) -> list[Finding]:
        """What the model finds in one item. Raises ModelLate, and as :meth:`Host.call` does."""
        return cast("list[Finding]", await self._result(item))


class HostedEmbedder(_Hosted[PortT, str]):
    """Gives :class:`agents.ports.Embedder` an asynchronous face."""

    async def embed(self, text: str) -> NDArray[np.float32]:
        """The text's vector: float32, shape (d,), unit norm. Raises as :meth:`HostedSense.perceive` does."""
        return cast("NDArray[np.float32]", await self._result(text))
