"""What the tables have in common: how they are named and how values are typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase

from storage.columns import CleanText, UtcDateTime

__all__ = ["Base", "partial_index"]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {str: CleanText, datetime: UtcDateTime, list[Any]: JSON, dict[str, Any]: JSON}  # noqa: RUF012


def partial_index(name: str, columns: list[str], where: str) -> Index:
    """An index of the rows that fit; statements must spell the condition the same way to be answered by it."""
    return Index(name, *columns, sqlite_where=text(where))
