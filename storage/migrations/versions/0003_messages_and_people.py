"""Several rows that make one turn, messages, ratings; who was let in, what chats chose, what was used."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _inbox()
    _turns()
    _messages_and_ratings()
    _people()
    _choices_and_usage()


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _inbox() -> None:
    op.add_column("inbox", sa.Column("head", ID, nullable=True))
    op.add_column("inbox", sa.Column("album", sa.Text(), nullable=True))
    op.add_column("inbox", sa.Column("preview", sa.Text(), nullable=True))
    _partial("ix_inbox_joined", "inbox", ["head"], "head <> id")
    _partial("ix_inbox_album", "inbox", ["channel", "chat", "album", "id"], "album IS NOT NULL")


def _turns() -> None:
    op.add_column("conversations", sa.Column("past", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("turns", sa.Column("crowd", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("turns", sa.Column("replaces", ID, nullable=True))
    op.add_column("turns", sa.Column("replaced_by", ID, nullable=True))
    op.add_column("parts", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("parts", sa.Column("message", sa.Text(), nullable=True))
    op.drop_index("ix_turns_answered", "turns")
    standing = "answered_at IS NOT NULL AND replaced_by IS NULL"
    _partial("ix_turns_standing", "turns", ["conversation_id", "id", "crowd"], standing)


def _messages_and_ratings() -> None:
    op.create_table(
        "messages",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("turn_id", ID, nullable=False),
        sa.Column("piece", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "message", "chat", "turn_id", name="pk_messages"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_messages_turn_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_messages_turn_id_piece", "messages", ["turn_id", "piece"])
    op.create_table(
        "ratings",
        sa.Column("turn_id", ID, nullable=False),
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "sender_id", name="pk_ratings"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_ratings_turn_id"),
        sqlite_with_rowid=False,
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("channel", "id", name="pk_people"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invites",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("code", name="uq_invites_code"),
        sqlite_autoincrement=True,
    )


def _choices_and_usage() -> None:
    op.create_table(
        "preferences",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", "name", name="pk_preferences"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("holder", "kind", "inbox_id", name="pk_usage"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_usage_day_holder", "usage", ["day", "holder"])
