"""What the tables have in common: how their keys and indexes are named."""

from __future__ import annotations

from sqlalchemy import Index, MetaData, text

__all__ = ["METADATA", "partial_index"]

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def partial_index(name: str, columns: list[str], where: str) -> Index:
    """An index of the rows that fit; statements must spell the condition the same way to be answered by it."""
    return Index(name, *columns, sqlite_where=text(where))
