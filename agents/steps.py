"""What the nodes of the graph do. ``graph.py`` says in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from langgraph.runtime import Runtime

from agents.asked import Asked, asked_in, has_own_voice, is_sure
from agents.courses import Course, Way, course
from agents.evidence import rows
from agents.fusion import Now, Prompt, fuse
from agents.guard import Grounds, denies_senses, fault
from agents.limits import Limits
from agents.outlet import Held, Outlet
from agents.perception import Perception, perceive
from agents.ports import Decoder, LanguageModel, Senses, Wording
from agents.recording import Recorder
from agents.replies import Composer, without_transcripts
from agents.routing import Plan, Planned, plan, to_ask
from agents.speaking import Spoken, speak
from agents.values import (
    Decision,
    Event,
    ObservationKind,
    Outcome,
    Reply,
    Role,
    Routed,
    Turn,
    Utterance,
    Voice,
)

__all__ = ["State", "Steps", "TurnContext"]


class State(TypedDict, total=False):
    """What travels through the graph."""

    plan: Plan
    perception: Perception
    asked: Asked
    course: Course
    prompt: Prompt
    spoken: Spoken
    reply: Reply


@dataclass(frozen=True, slots=True)
class TurnContext:
    """One turn: what came in, where events, steps and the reply go. ``decisions`` grows as more is decided."""

    turn: Turn
    history: Sequence[Utterance]
    emit: Callable[[Event], None]
    recorder: Recorder
    outlet: Outlet
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

    async def route(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Decide which senses run; a turn without media is on its course at once."""
        context = runtime.context
        with context.recorder.step("route") as note:
            planned = plan(context.turn, self.senses)
            context.decide(*planned.decisions)
            note.output = _listed(planned.decisions)
        return {"plan": planned, **(self._settle(Perception(), context) if not planned.senses else {})}

    async def perceive(self, state: State, runtime: Runtime[TurnContext]) -> State:
        context = runtime.context
        perception = await perceive(
            context.turn, state["plan"].senses, self.senses, self.decoder, self.limits, context.recorder, context.emit
        )
        asked = asked_in(context.turn, perception.observations, self.senses)
        photos, decision = to_ask(context.turn, asked, self.senses)
        if decision:
            context.decide(decision)
        if not photos:
            return self._settle(perception, context)
        asking = tuple(Planned(part, ObservationKind.ANSWER) for part in photos)
        return {"perception": perception, "asked": asked, "plan": Plan(asking, ())}

    async def ask(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Put the question to visual question answering."""
        context = runtime.context
        answers = await perceive(
            context.turn,
            state["plan"].senses,
            self.senses,
            self.decoder,
            self.limits,
            context.recorder,
            context.emit,
            question=state["asked"].words,
        )
        return self._settle(state["perception"].and_also(answers), context)

    def _settle(self, perception: Perception, context: TurnContext) -> State:
        asked = asked_in(context.turn, perception.observations, self.senses)
        chosen = course(context.turn, asked, perception.observations, self.senses, self.llm.card, context.history)
        context.decide(*chosen.decisions)
        return {"perception": perception, "asked": asked, "course": chosen}

    async def fuse(self, state: State, runtime: Runtime[TurnContext]) -> State:
        context, asked = runtime.context, state["asked"]
        perceived = [o for o in state["perception"].observations if o.outcome is Outcome.PERCEIVED]
        now = Now(asked.typed, perceived, asked.quoted)
        history = without_transcripts(context.history, self.wording, self.senses, self.limits)
        with context.recorder.step("fuse") as note:
            prompt = await fuse(now, history, self.llm, asked.language)
            note.tokens_in = prompt.tokens
            note.facts["remembered"] = str(prompt.remembered)
            if prompt.was_shortened:
                note.facts["shortened"] = f"{prompt.read} of {prompt.length}"
        return {"prompt": prompt}

    async def answer(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Let the language model speak: at once to the reader, or held back until the guard has read it."""
        context = runtime.context
        held = state["course"].way is Way.GROUNDED or has_own_voice(context.turn)
        context.outlet.open(self._composer(state, context).opening())
        listener = Held() if held else context.outlet
        spoken = await speak(self.llm, state["prompt"].messages, self.limits, context.recorder, listener)
        return {"spoken": spoken}

    async def guard(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Check what was said, and make the reply of it or of a template."""
        context, spoken = runtime.context, state["spoken"]
        with context.recorder.step("guard", said=spoken.text) as note:
            wrong = spoken.error or self._wrong(state, context)
            if wrong:
                note.facts["fault"] = str(wrong)
            reply = self._composer(state, context).answered(spoken, state["prompt"], wrong)
            note.output = reply.text
        context.outlet.finish(reply.text)
        return {"reply": reply}

    def _wrong(self, state: State, context: TurnContext) -> str | None:
        text, chosen = state["spoken"].text, state["course"]
        if chosen.way is Way.GROUNDED:
            return fault(text, self._grounds(state, context))
        if not text:
            return "empty"
        return "denies-senses" if has_own_voice(context.turn) and denies_senses(text) else None

    def _grounds(self, state: State, context: TurnContext) -> Grounds:
        asked, chosen = state["asked"], state["course"]
        own = {i for i, part in enumerate(context.turn.parts) if isinstance(part, Voice) and not part.quoted}
        perceived = [o for o in state["perception"].observations if o.outcome is Outcome.PERCEIVED]
        shown = chosen.recalled or [o for o in perceived if o.part not in own]
        past = [o for utterance in context.history for o in utterance.observations if o.outcome is Outcome.PERCEIVED]
        read = rows(shown)
        sentences = self.senses.captioner is not None and self.senses.captioner.card.sentences
        photos = any(o.kind is not ObservationKind.TRANSCRIPT for o in shown)
        return Grounds(
            question=asked.words,
            language=asked.language,
            observed=[*(o.text for o in shown), *(row.text for row in read), asked.quoted, *(o.text for o in past)],
            said=[asked.words, *(u.text for u in context.history if u.role is Role.USER)],
            rows=read,
            unsure=[o.text for o in shown if o.kind is ObservationKind.CAPTION and not is_sure(o, self.senses)],
            strict=photos and not sentences,
        )

    async def tell(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Answer by template."""
        context = runtime.context
        with context.recorder.step("tell") as note:
            reply = self._composer(state, context).told()
            note.output = reply.text
        context.outlet.finish(reply.text)
        return {"reply": reply}

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
