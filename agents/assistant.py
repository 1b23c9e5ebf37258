"""The facade of the mind: a turn goes in, a stream of events comes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from langchain_core.messages import BaseMessage

from agents.fusion import opening
from agents.graph import build
from agents.limits import Limits
from agents.outlet import Outlet
from agents.perception import Perception
from agents.ports import LanguageModel, Senses, Wording
from agents.recording import Recorder
from agents.steps import State, Steps, TurnContext
from agents.values import Answered, Event, Turn, Utterance

__all__ = ["Assistant", "Limits"]


class Assistant:
    """Answers turns, any number at once. It remembers nothing: the history is handed in."""

    def __init__(self, senses: Senses, llm: LanguageModel, wording: Wording, limits: Limits | None = None) -> None:
        self._llm = llm
        self._graph = build(Steps(senses, llm, wording, limits or Limits()))

    def opening(self, language: str = "en") -> list[BaseMessage]:
        """What every prompt in the language begins with, for the language model to read before it is needed."""
        return opening(self._llm.card, language)

    def drawing(self) -> str:
        """The way of a turn as a Mermaid flow chart."""
        return self._graph.get_graph().draw_mermaid()

    async def answer(self, turn: Turn, history: Sequence[Utterance] = ()) -> AsyncIterator[Event]:
        """The events of one turn: at last exactly one ``Answered``, whichever model failed.

        ``history`` is oldest first. Since the last ``Restarted``, the ``Delta`` texts add up to the reply. Closing
        the stream, or cancelling its reader, stops the models' work on the turn.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()  # bounded by what one turn can find and say
        work = asyncio.create_task(self._work(turn, history, events))
        try:
            while (event := await events.get()) is not None:
                yield event
            await work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _work(self, turn: Turn, history: Sequence[Utterance], events: asyncio.Queue[Event | None]) -> None:
        recorder = Recorder()
        context = TurnContext(turn, history, events.put_nowait, recorder, Outlet(events.put_nowait))
        try:
            end: State = await self._graph.ainvoke({}, context=context)  # type: ignore[assignment]
            perception = end.get("perception", Perception())
            trace = recorder.trace(context.decisions)
            events.put_nowait(Answered(end["reply"], perception.observations, trace))
        finally:
            events.put_nowait(None)
