"""The facade of the mind: a turn goes in, a stream of events comes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from langchain_core.messages import BaseMessage

from agents.decoding.inside import InsideDecoder
from agents.fusion import opening
from agents.graph import build
from agents.language import reply_language
from agents.limits import Limits
from agents.models.caller import CALLER
from agents.moods import Moods
from agents.outlet import Outlet
from agents.perceived import Perception, in_order
from agents.ports import Decoder, LanguageModel, Senses, Wording
from agents.recording import Recorder
from agents.sensing import Sensing
from agents.steps import Steps, TurnContext
from agents.values import Answered, Event, Observation, Perceived, Reply, Text, Turn, Utterance

__all__ = ["Assistant", "Limits"]


class Assistant:
    """Answers turns, any number at once. It remembers nothing: the history is handed in."""

    def __init__(
        self,
        senses: Senses,
        llm: LanguageModel,
        wording: Wording,
        limits: Limits | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        """Without a ``decoder``, media are decoded in this process, which bounds neither time nor memory."""
        self._senses = senses
        self._llm = llm
        self._wording = wording
        self._limits = limits or Limits()
        decoder = decoder or InsideDecoder(self._limits)
        self._steps = Steps(senses, llm, wording, self._limits, decoder)
        self._graph = build(self._steps)

    def opening(self, language: str = "en") -> list[BaseMessage]:
        """What every prompt in the language begins with, for the language model to read before it is needed."""
        return opening(self._llm.card, language)

    def drawing(self) -> str:
        """The way of a turn as a Mermaid flow chart."""
        return self._graph.get_graph().draw_mermaid()

    async def answer(
        self, turn: Turn, history: Sequence[Utterance] = (), stop: asyncio.Event | None = None, *, caller: str = ""
    ) -> AsyncIterator[Event]:
        """The events of one turn: at last exactly one ``Answered``, whichever model failed.

        ``history`` is oldest first. Since the last ``Restarted``, the ``Delta`` texts add up to the reply. ``stop``
        ends the models' work, and what was said until then is the reply. Closing the stream, or cancelling its
        reader, ends it without one. ``caller`` is whom the models work for: callers take turns.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()  # bounded by what one turn can find and say
        context = copy_context()
        context.run(CALLER.set, caller)
        work = asyncio.create_task(self._work(turn, history, events, stop or asyncio.Event()), context=context)
        try:
            while (event := await events.get()) is not None:
                yield event
            await work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _work(
        self,
        turn: Turn,
        history: Sequence[Utterance],
        events: asyncio.Queue[Event | None],
        stop: asyncio.Event,
    ) -> None:
        recorder, observed = Recorder(), list[Observation]()

        def emit(event: Event) -> None:
            if isinstance(event, Perceived):
                observed.append(event.observation)
            events.put_nowait(event)

        sensing = Sensing(self._limits, recorder, emit)
        moods = Moods(self._senses, sensing)
        context = TurnContext(turn, history, emit, recorder, Outlet(emit), sensing, moods)
        try:
            end = await _unless(stop, self._end(context))
            if end is None:
                reply, observations = self._stopped(context), in_order(observed)
                context.outlet.finish(reply.text)
            else:
                perceived = end.get("perception", Perception()).observations
                reply, observations = end["reply"], (*perceived, *await moods.settled())
            emit(Answered(reply, observations, recorder.trace(context.decisions)))
        finally:
            await moods.stop()
            events.put_nowait(None)

    async def _end(self, context: TurnContext) -> dict[str, Any]:
        """The state at the end of the graph."""
        return await self._graph.ainvoke(await self._steps.route(context), context=context)

    def _stopped(self, context: TurnContext) -> Reply:
        """The reply to a turn whose sender wanted no more of it."""
        typed = " ".join(part.text for part in context.turn.parts if isinstance(part, Text) and not part.quoted)
        language = context.turn.answer_in or reply_language(typed, None, context.turn.locale)
        return Reply(context.outlet.sent or self._wording.say("mind.stopped", language), language, stopped=True)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Any]) -> Any | None:
    """What the work comes to, or ``None`` when it was broken off because of ``stop``."""
    task, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, stopping):
            each.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)
