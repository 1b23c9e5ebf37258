"""Turns that stand for earlier ones of their chat: the same edited, or answered once more.

A turn is kept with the one that it is to replace. Not before it is answered does it stand for that one, so that
nothing is missing from what was said when it never is.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, func, select, update

from storage.tables import TURNS

__all__ = ["LINE", "stand_for_earlier"]

# Made once: making a statement costs more than SQLite needs to carry it out.
_BEGINNING = (
    select(TURNS.c.id, TURNS.c.replaces.label("earlier"), TURNS.c.replaced_by.label("later"))
    .where(TURNS.c.id == bindparam("turn"))
    .cte("line", recursive=True)
)
_UNANSWERED = case((TURNS.c.answered_at.is_(None), TURNS.c.replaces))
_LINE = _BEGINNING.union(
    select(TURNS.c.id, _UNANSWERED, TURNS.c.replaced_by).join(
        _BEGINNING, TURNS.c.id.in_([_BEGINNING.c.earlier, _BEGINNING.c.later])
    )
)
# The turn ``turn``, the one it is to replace, what stands for them, and what those were to replace that were never
# answered. What an answered one replaced has somebody to stand for it and is not looked for, so that lines stay short.
LINE = select(_LINE.c.id)
_NEWEST = select(func.max(_LINE.c.id)).scalar_subquery()
_STAND = update(TURNS).where(TURNS.c.id.in_(LINE), TURNS.c.id < _NEWEST).values(replaced_by=_NEWEST)


def stand_for_earlier(connection: Connection, turn: int) -> None:
    """Have the turn, which is answered now, stand for those before it; or what is newer than it stand for it too."""
    connection.execute(_STAND, {"turn": turn})
