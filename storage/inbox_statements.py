"""The statements of the durable inbox. Made once: making one costs more than SQLite needs to carry it out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    TextClause,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from storage.columns import Id
from storage.tables import INBOX, REPLIES, TURNS

__all__ = [
    "ACCEPT",
    "AMONG",
    "BEGUN",
    "BURY",
    "COLUMNS",
    "DEAD",
    "DELIVERED",
    "DONE",
    "DOUBTFUL",
    "FINISH",
    "FORGET",
    "HEAD",
    "JOIN",
    "JOINED",
    "LETTERS",
    "PREVIEWED",
    "RETRY",
    "REVIVE",
    "START",
    "UNFINISHED",
]

# Spelled as in the partial indexes: SQLite uses those only when it sees the same constants.
UNFINISHED = text("state IN ('new', 'running')")
DEAD = text("state = 'dead'")
DONE = text("state = 'done'")
_NOT_DEAD = text("state <> 'dead'")
LETTERS = and_(DEAD, or_(INBOX.c.head.is_(None), INBOX.c.head == INBOX.c.id))
COLUMNS = INBOX.c
_ROW: BindParameter[int] = bindparam("row", type_=Id)
_SAME = INBOX.alias()
# A row that was joined to another's turn is changed by that one only.
_LEADS = or_(INBOX.c.head.is_(None), INBOX.c.head == _ROW)


HEAD = select(INBOX.c.head).where(INBOX.c.id == _ROW)


def _joined_to(head: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(INBOX.c.head == head, text("head <> id"))


def _changing(where: TextClause, **values: Any) -> Update:
    """Change row ``row``, in one of these states. Made once, since making it costs more than its execution."""
    return update(INBOX).where(INBOX.c.id == _ROW, where, _LEADS).values(values)


def _changing_all(where: TextClause, **values: Any) -> Update:
    """Change row ``row`` and all that are part of its turn."""
    return update(INBOX).where(or_(INBOX.c.id == _ROW, _joined_to(_ROW)), where, _LEADS).values(values)


JOIN = (
    update(INBOX)
    .where(INBOX.c.id.in_(bindparam("joined", expanding=True)), UNFINISHED, INBOX.c.head.is_(None))
    .values(head=_ROW)
)
JOINED = select(*COLUMNS).where(_joined_to(_ROW)).order_by(INBOX.c.id)
_ATTEMPT = INBOX.c.attempts + case((INBOX.c.id == _ROW, 1), else_=0)
START = _changing_all(UNFINISHED, state="running", head=_ROW, attempts=_ATTEMPT).returning(*COLUMNS)
PREVIEWED = _changing(UNFINISHED, preview=bindparam("message")).returning(INBOX.c.id)
DELIVERED = _changing(UNFINISHED, delivered=bindparam("pieces"), preview=None).returning(INBOX.c.id)
FINISH = _changing_all(_NOT_DEAD, state="done", preview=None).returning(INBOX.c.id, INBOX.c.delivered)
FORGET = _changing_all(_NOT_DEAD, state="done", payload="{}", preview=None).returning(INBOX.c.id)
RETRY = _changing_all(UNFINISHED, state="new", error=bindparam("code")).returning(INBOX.c.id)
BURY = _changing_all(UNFINISHED, state="dead", error=bindparam("code")).returning(INBOX.c.id)
_ITS_HEAD = select(_SAME.c.head).where(_SAME.c.id == _ROW).scalar_subquery()
REVIVE = (
    update(INBOX)
    .where(or_(INBOX.c.id == _ROW, INBOX.c.id == _ITS_HEAD, _joined_to(_ITS_HEAD)), DEAD)
    .values(state="new", attempts=0)
    .returning(INBOX.c.id)
)
BEGUN = (
    select(*COLUMNS)
    .where(
        INBOX.c.channel == bindparam("channel"),
        INBOX.c.chat == bindparam("chat"),
        INBOX.c.album == bindparam("album"),
        text("album IS NOT NULL"),
        INBOX.c.id < bindparam("before"),
        INBOX.c.head.is_not(None),
    )
    .order_by(INBOX.c.id)
    .limit(1)
)
ACCEPT = insert(INBOX).on_conflict_do_nothing(index_elements=["channel", "key"]).returning(INBOX.c.id)
AMONG = select(INBOX.c.id).where(UNFINISHED, INBOX.c.id.in_(bindparam("rows", expanding=True)))
# Turns that were under way, and whose answer was known.
DOUBTFUL = (
    select(func.count())
    .select_from(INBOX)
    .join(TURNS, TURNS.c.inbox_id == INBOX.c.id)
    .join(REPLIES, REPLIES.c.turn_id == TURNS.c.id)
    .where(text("state IN ('new', 'running')"), INBOX.c.state == "running")
)
