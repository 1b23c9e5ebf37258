"""Reading what a prompt needs of the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, case, select, text

from agents.values import Observation, Utterance
from storage.ports import LoggedPart
from storage.records import heard, observation_of, said
from storage.replacing import LINE
from storage.tables import OBSERVATIONS, PARTS, REPLIES, STANDING, TURNS

__all__ = ["PART_COLUMNS", "TURN_IDS", "observations_of_turns", "parts_of_turns", "utterances"]

# Made once: making a statement costs more than SQLite needs to carry it out.
TURN_IDS: BindParameter[Any] = bindparam("turns", expanding=True)
PART_COLUMNS = (
    PARTS.c.kind,
    PARTS.c.text,
    PARTS.c.media_key,
    PARTS.c.media_type,
    PARTS.c.reason,
    PARTS.c.quoted,
    PARTS.c.origin,
    PARTS.c.message,
)
_PARTS: Select[*tuple[Any, ...]] = (
    select(PARTS.c.turn_id, *PART_COLUMNS)
    .where(PARTS.c.turn_id.in_(TURN_IDS))
    .order_by(PARTS.c.turn_id, PARTS.c.position)
)
_OBSERVATIONS = (
    select(*OBSERVATIONS.c)
    .where(OBSERVATIONS.c.turn_id.in_(TURN_IDS))
    .order_by(OBSERVATIONS.c.turn_id, OBSERVATIONS.c.position)
)
# Who said it is looked up in the turn's own row for the few turns of which that matters: the index tells which.
_ANSWERED = (
    select(TURNS.c.id, REPLIES.c.text, case((TURNS.c.crowd, TURNS.c.sender)))
    .join(REPLIES, REPLIES.c.turn_id == TURNS.c.id)
    .where(TURNS.c.conversation_id == bindparam("conversation"), text(STANDING), TURNS.c.id < bindparam("turn"))
    .where(TURNS.c.id.not_in(LINE))
    .order_by(TURNS.c.id.desc())
    .limit(bindparam("count"))
)


def utterances(connection: Connection, *, conversation: int, limit: int, turn: int) -> list[Utterance]:
    """Both sides of the last ``limit`` answered turns before this one, oldest first.

    Without those that another stands for, or this one is to.
    """
    asked = {"conversation": conversation, "turn": turn, "count": limit}
    turns = connection.execute(_ANSWERED, asked).all()[::-1]
    if not turns:
        return []
    ids = [turn for turn, *_ in turns]
    parts, observations = parts_of_turns(connection, ids), observations_of_turns(connection, ids)
    return [
        side
        for turn, answer, speaker in turns
        for side in (heard(parts[turn], observations[turn], speaker), said(answer))
    ]


def parts_of_turns(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[LoggedPart]]:
    found: defaultdict[int, list[LoggedPart]] = defaultdict(list)
    for turn, *part in connection.execute(_PARTS, {"turns": turns}).all():
        found[turn].append(LoggedPart(*part))
    return found


def observations_of_turns(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[Observation]]:
    found: defaultdict[int, list[Observation]] = defaultdict(list)
    for row in connection.execute(_OBSERVATIONS, {"turns": turns}).mappings().all():
        found[row["turn_id"]].append(observation_of(row))
    return found
