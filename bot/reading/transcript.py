"""A conversation as a person reads it: what was said, what was heard and seen in it, what was answered."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from agents.values import Box, Observation, ObservationKind, Outcome, Span, Step, Trace
from bot.reading.dates import shown
from bot.terminal.plain import plain
from storage.ports import LoggedPart, LoggedTurn, MediaStore, Rating

__all__ = ["show_turn"]

_WIDTH = 10
_LABELS = {
    ObservationKind.TRANSCRIPT: "heard",
    ObservationKind.SOUNDTRACK: "heard",
    ObservationKind.DOCUMENT_TEXT: "read",
    ObservationKind.DOCUMENT_TEXT: "read",
    ObservationKind.SENTIMENT: "mood",
    ObservationKind.EMOTION: "mood",
}
_WITHOUT = {
    Outcome.NOTHING: "nothing",
    Outcome.UNREADABLE: "unreadable",
    Outcome.LATE: "too late",
    Outcome.FAILED: "failed",
}


def show_turn(turn: LoggedTurn, media: MediaStore, console: Console, *, trace: bool = False) -> None:
    """Print one turn; with ``trace``, the decisions and steps behind the answer too."""
    who = turn.sender or turn.sender_id or "somebody"
    if turn.sender and turn.sender_id:
        who = f"{turn.sender} ({turn.sender_id})"
    heading = f"turn {turn.id}  {shown(turn.received_at)}  {plain(who)}".replace("\n", " ")
    console.print(Text(heading, style="bold"), soft_wrap=True)
    for label, text in _lines(turn, media, trace):
        console.print(_labelled(label, text), soft_wrap=True)
    console.print()


def _labelled(label: str, text: str) -> Text:
    first, *rest = plain(text).split("\n")
    indented = "".join(f"\n{' ' * (_WIDTH + 2)}{line}" for line in rest)
    return Text.assemble((f"  {label:<{_WIDTH}}", "dim"), first, indented)


def _lines(turn: LoggedTurn, media: MediaStore, trace: bool) -> Iterator[tuple[str, str]]:
    for part in turn.parts:
        yield _part(part, media)
    for observation in turn.observations:
        yield _observation(observation)
    if turn.reply is None:
        yield "answer", "(none yet)"
    else:
        guarded = "  (the grounding guard spoke)" if turn.reply.guarded else ""
        yield "answer", turn.reply.text
        yield "", f"{shown(turn.answered_at)}{guarded}"
    for rating in turn.ratings:
        yield "rated", _rating(rating)
    if turn.replaced_by is not None:
        yield "replaced", f"turn {turn.replaced_by} stands for this one"
    if trace and turn.trace is not None:
        yield from _trace(turn.trace)


def _part(part: LoggedPart, media: MediaStore) -> tuple[str, str]:
    whence = "(quoted) " if part.quoted else ""
    if part.origin is not None:
        whence += f"(forwarded from {part.origin}) "
    match part.kind:
        case "text":
            return "said", f"{whence}{part.text}"
        case "unread":
            return "unread", f"{whence}{part.text}: {part.reason}"
        case _:
            name = f"  {part.text}" if part.text else ""
            return part.kind, f"{whence}{media.path(part.media)}  {part.media_type}{name}" if part.media else whence


def _rating(rating: Rating) -> str:
    reason = f", {rating.reason}" if rating.reason else ""
    return f"{'good' if rating.good else 'bad'}{reason}, by {rating.sender_id}  {shown(rating.at)}"


def _observation(observation: Observation) -> tuple[str, str]:
    label = _LABELS.get(observation.kind, "seen")
    facts = [observation.kind.value, observation.model, f"{observation.seconds:.2f} s"]
    if observation.language:
        facts.insert(1, observation.language)
    if observation.outcome is not Outcome.PERCEIVED:
        said = f"({_WITHOUT[observation.outcome]}) {observation.text}".rstrip()
    else:
        said = f"{observation.confidence:.2f}  {observation.text}"
        facts.extend(_place(observation.place))
    return label, f"{said}  [{', '.join(facts)}]"


def _place(place: Box | Span | None) -> list[str]:
    match place:
        case Box(left, top, right, bottom):
            return [f"box {left:.0f},{top:.0f} {right:.0f},{bottom:.0f}"]
        case Span(start, end):
            return [f"{start:.1f}-{end:.1f} s"]
        case None:
            return []


def _trace(trace: Trace) -> Iterator[tuple[str, str]]:
    for decision in trace.route:
        yield "decision", f"{decision.about}: {decision.choice}, since {decision.reason}"
    for step in trace.steps:
        yield "step", _step(step)
    yield "took", f"{trace.seconds:.2f} s"


def _step(step: Step) -> str:
    facts = [step.name, f"at {step.started:.2f} s", f"took {step.seconds:.2f} s"]
    if step.model:
        facts.append(step.model)
    if step.confidence is not None:
        facts.append(f"confidence {step.confidence:.2f}")
    if step.tokens_in is not None or step.tokens_out is not None:
        facts.append(f"tokens {step.tokens_in or 0} in, {step.tokens_out or 0} out")
    if step.error:
        facts.append(f"error {step.error}")
    facts.extend(f"{name}={value}" for name, value in step.facts.items())
    texts = [f"{way}: {text}" for way, text in (("in", step.input), ("out", step.output)) if text]
    return "\n".join([", ".join(facts), *texts])
