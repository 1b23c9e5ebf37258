"""What the nodes of the graph do. ``graph.py`` says in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypedDict, TypeVar

from langgraph.runtime import Runtime

from agents.asked import Asked, asked_in, has_own_voice
from agents.courses import Course, Way, course
from agents.fusion import Now, Prompt, fuse
from agents.grounding import grounds_of
from agents.guard import denies_senses, fault
from agents.handing import beside, further, read_ahead, recalled
from agents.limits import Limits
from agents.moods import Moods
from agents.outlet import Held, Outlet
from agents.perceived import Perception
from agents.perception import Perceiver
from agents.ports import Decoder, LanguageModel, Senses, Wording
from agents.recording import Recorder
from agents.replies import Composer, without_transcripts
from agents.routing import Plan, Planned, plan, to_ask
from agents.sensing import Sensing
from agents.speaking import Spoken, speak
from agents.values import (
    Decision,
    Event,
    Observation,
    ObservationKind,
    Outcome,
    Reply,
    Role,
    Routed,
    Text,
    Turn,
    Utterance,
    is_own,
)

__all__ = ["State", "Steps", "TurnContext"]

_T = TypeVar("_T")


class State(TypedDict, total=False):
    """What travels through the graph."""

    plan: Plan
    perception: Perception
    asked: Asked
    course: Course
    reply: Reply


@dataclass(frozen=True, slots=True)
class TurnContext:
    """One turn: what came in, where events, steps and the reply go. ``decisions`` grows as more is decided."""

    turn: Turn
    history: Sequence[Utterance]
    emit: Callable[[Event], None]
    recorder: Recorder
    outlet: Outlet
    sensing: Sensing
    moods: Moods
    decisions: list[Decision] = field(default_factory=list)

    def decide(self, *decisions: Decision) -> None:
        self.decisions.extend(decisions)
        self.emit(Routed(tuple(self.decisions)))


@dataclass(frozen=True, slots=True)
class Steps:
    senses: Senses
    llm: LanguageModel
    wording: Wording
    limits: Limits
    decoder: Decoder

    async def route(self, context: TurnContext) -> State:
        """Decide which senses run; a turn without media is on its course at once. The graph goes on from there."""
        with context.recorder.step("route") as note:
            planned = plan(context.turn, self.senses, self.llm.card)
            context.decide(*planned.decisions)
            note.output = _listed(planned.decisions)
        for index, part in enumerate(context.turn.parts):
            if isinstance(part, Text) and is_own(part):
                context.moods.read(index, part.text)
        return {"plan": planned, **({} if planned.looks else await self._settle(Perception(), context))}

    async def perceive(self, state: State, runtime: Runtime[TurnContext]) -> State:
        context, planned = runtime.context, state["plan"]
        perception = await self._perceiver(context).perceive(planned.senses, planned.enclosing)
        asked = asked_in(context.turn, perception.observations, self.senses)
        await read_ahead([Utterance(Role.USER, asked.question, perception.observations)], self.llm.card)
        photos, decision = to_ask(
            context.turn, asked, self.senses, self.llm.card if perception.is_shown_whole(context.turn) else None
        )
        if decision:
            context.decide(decision)
        if not photos:
            return await self._settle(perception, context)
        asking = tuple(Planned(part, ObservationKind.ANSWER) for part in photos)
        return {"perception": perception, "asked": asked, "plan": Plan(asking, ())}

    async def ask(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Put the question to visual question answering."""
        context, question = runtime.context, state["asked"].words
        answers = await self._perceiver(context).perceive(state["plan"].senses, question=question)
        return await self._settle(state["perception"].and_also(answers), context)

    def _perceiver(self, context: TurnContext) -> Perceiver:
        return Perceiver(context.turn, self.senses, self.decoder, self.limits, context.sensing, context.moods)

    async def _settle(self, perception: Perception, context: TurnContext) -> State:
        asked = asked_in(context.turn, perception.observations, self.senses)
        chosen = await beside(
            partial(
                course,
                context.turn,
                asked,
                perception.observations,
                self.senses,
                self.llm.card,
                context.history,
                sees=perception.is_shown_whole(context.turn),
            ),
            perception.observations,
            context.history,
        )
        context.decide(*chosen.decisions)
        return {"perception": perception, "asked": asked, "course": chosen}

    async def answer(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Let the language model answer from a prompt made for it, and check what it said."""
        context = runtime.context
        prompt = await self._fused(state, context)
        spoken = await self._spoken(state, prompt, context)
        return {"reply": await self._guarded(state, prompt, spoken, context)}

    async def _fused(self, state: State, context: TurnContext) -> Prompt:
        asked = state["asked"]
        perceived = [o for o in state["perception"].observations if o.outcome is Outcome.PERCEIVED]
        perceived += await self._recalled(state, context)
        turn, said = context.turn, Utterance.of(context.turn.parts, perceived)
        now = Now(
            asked.typed,
            perceived,
            asked.quoted,
            state["perception"].enclosures,
            said.captions,
            said.origins,
            (turn.sender or "?") if turn.crowd else None,
            turn.crowd,
            turn.answer_in is not None,
            frozenset(part for part, extent in state["perception"].extents.items() if extent.cut),
        )
        history = without_transcripts(context.history, self.wording, self.senses, self.limits)
        with context.recorder.step("fuse") as note:
            prompt = await fuse(now, history, self.llm, asked.language)
            note.tokens_in = prompt.tokens
            note.facts["remembered"] = str(prompt.remembered)
            if prompt.was_shortened:
                note.facts["shortened"] = f"{prompt.read} of {prompt.length}"
        return prompt

    async def _recalled(self, state: State, context: TurnContext) -> list[Observation]:
        """Further passages of a document that was sent before: the one that is asked about, or near in conversation."""
        chosen, question = state["course"], state["asked"].question
        if chosen.way is not Way.CHAT:
            shown = await beside(partial(further, chosen.recalled, question, self.llm.card), chosen.recalled)
            return [given for _, given in shown]
        passages = await recalled(context.history, question, self.llm.card)
        if passages:
            context.decide(Decision("earlier document", "use", "some of its passages are near to what is said"))
        return passages

    async def _spoken(self, state: State, prompt: Prompt, context: TurnContext) -> Spoken:
        """What the language model says: at once to the reader, or held back until the guard has read it."""
        held = state["course"].way is Way.GROUNDED or has_own_voice(context.turn)
        context.outlet.open(self._composer(state, context).opening())
        listener = Held() if held else context.outlet
        return await speak(self.llm, prompt.messages, self.limits, context.recorder, listener)

    async def _guarded(self, state: State, prompt: Prompt, spoken: Spoken, context: TurnContext) -> Reply:
        """The reply, made of what was said or of a template."""
        with context.recorder.step("guard", said=spoken.text) as note:
            wrong = spoken.error or await self._beside(partial(self._wrong, state, spoken, context), state, context)
            if wrong:
                note.facts["fault"] = str(wrong)
            composer = self._composer(state, context)
            reply = await self._beside(partial(composer.answered, spoken, prompt, wrong), state, context)
            note.output = reply.text
        context.outlet.finish(reply.text)
        return reply

    def _wrong(self, state: State, spoken: Spoken, context: TurnContext) -> str | None:
        text, chosen = spoken.text, state["course"]
        speaker = self.llm.card.of(spoken.model)
        if chosen.way is Way.GROUNDED:
            seen = state["perception"].observations
            return fault(
                text,
                grounds_of(context.turn, state["asked"], chosen, seen, context.history, self.senses, speaker),
            )
        if not text:
            return "empty"
        return "denies-senses" if has_own_voice(context.turn) and denies_senses(text) else None

    async def tell(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Answer by template."""
        context = runtime.context
        with context.recorder.step("tell") as note:
            reply = await self._beside(self._composer(state, context).told, state, context)
            note.output = reply.text
        context.outlet.finish(reply.text)
        return {"reply": reply}

    async def _beside(self, call: Callable[[], _T], state: State, context: TurnContext) -> _T:
        return await beside(call, state["perception"].observations, context.history)

    def _composer(self, state: State, context: TurnContext) -> Composer:
        return Composer(
            wording=self.wording,
            senses=self.senses,
            limits=self.limits,
            llm=self.llm.card,
            turn=context.turn,
            asked=state["asked"],
            perception=state["perception"],
            course=state["course"],
        )


def _listed(decisions: Sequence[Decision]) -> str:
    return "\n".join(f"{decision.about}: {decision.choice} ({decision.reason})" for decision in decisions)
