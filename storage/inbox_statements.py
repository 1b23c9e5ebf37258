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
from sqlalchemy.orm import aliased

from storage.columns import Id
from storage.tables import InboxEntry, ReplyRow, TurnRow

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
LETTERS = and_(DEAD, or_(InboxEntry.head.is_(None), InboxEntry.head == InboxEntry.id))
COLUMNS = InboxEntry.__table__.columns
_ROW: BindParameter[int] = bindparam("row", type_=Id)
_SAME = aliased(InboxEntry)
# A row that was joined to another's turn is changed by that one only.
_LEADS = or_(InboxEntry.head.is_(None), InboxEntry.head == _ROW)


HEAD = select(InboxEntry.head).where(InboxEntry.id == _ROW)


def _joined_to(head: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(InboxEntry.head == head, text("head <> id"))


def _changing(where: TextClause, **values: Any) -> Update:
    """Change row ``row``, in one of these states. Made once, since making it costs more than its execution."""
    return update(InboxEntry).where(InboxEntry.id == _ROW, where, _LEADS).values(values)


def _changing_all(where: TextClause, **values: Any) -> Update:
    """Change row ``row`` and all that are part of its turn."""
    return update(InboxEntry).where(or_(InboxEntry.id == _ROW, _joined_to(_ROW)), where, _LEADS).values(values)


JOIN = (
    update(InboxEntry)
    .where(InboxEntry.id.in_(bindparam("joined", expanding=True)), UNFINISHED, InboxEntry.head.is_(None))
    .values(head=_ROW)
)
JOINED = select(*COLUMNS).where(_joined_to(_ROW)).order_by(InboxEntry.id)
_ATTEMPT = InboxEntry.attempts + case((InboxEntry.id == _ROW, 1), else_=0)
START = _changing_all(UNFINISHED, state="running", head=_ROW, attempts=_ATTEMPT).returning(*COLUMNS)
PREVIEWED = _changing(UNFINISHED, preview=bindparam("message")).returning(InboxEntry.id)
DELIVERED = _changing(UNFINISHED, delivered=bindparam("pieces"), preview=None).returning(InboxEntry.id)
FINISH = _changing_all(_NOT_DEAD, state="done", preview=None).returning(InboxEntry.id, InboxEntry.delivered)
FORGET = _changing_all(_NOT_DEAD, state="done", payload="{}", preview=None).returning(InboxEntry.id)
RETRY = _changing_all(UNFINISHED, state="new", error=bindparam("code")).returning(InboxEntry.id)
BURY = _changing_all(UNFINISHED, state="dead", error=bindparam("code")).returning(InboxEntry.id)
_ITS_HEAD = select(_SAME.head).where(_SAME.id == _ROW).scalar_subquery()
REVIVE = (
    update(InboxEntry)
    .where(or_(InboxEntry.id == _ROW, InboxEntry.id == _ITS_HEAD, _joined_to(_ITS_HEAD)), DEAD)
    .values(state="new", attempts=0)
    .returning(InboxEntry.id)
)
BEGUN = (
    select(*COLUMNS)
    .where(
        InboxEntry.channel == bindparam("channel"),
        InboxEntry.chat == bindparam("chat"),
        InboxEntry.album == bindparam("album"),
        text("album IS NOT NULL"),
        InboxEntry.id < bindparam("before"),
        InboxEntry.head.is_not(None),
    )
    .order_by(InboxEntry.id)
    .limit(1)
)
ACCEPT = insert(InboxEntry).on_conflict_do_nothing(index_elements=["channel", "key"]).returning(InboxEntry.id)
AMONG = select(InboxEntry.id).where(UNFINISHED, InboxEntry.id.in_(bindparam("rows", expanding=True)))
# Turns that were under way, and whose answer was known.
DOUBTFUL = (
    select(func.count())
    .select_from(InboxEntry)
    .join(TurnRow, TurnRow.inbox_id == InboxEntry.id)
    .join(ReplyRow, ReplyRow.turn_id == TurnRow.id)
    .where(text("state IN ('new', 'running')"), InboxEntry.state == "running")
)
