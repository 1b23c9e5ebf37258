"""Conversations with their turns, media and answers; the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("last_turn", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversations_channel_chat_id", "conversations", ["channel", "chat", "id"])
    op.create_index("ix_conversations_last_turn_id", "conversations", ["last_turn", "id"])
    _turns()
    _media_and_parts()
    _answers()
    _inbox()


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("sender_id", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id"),
        sa.UniqueConstraint("inbox_id", name="uq_turns_inbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_conversation_id_id", "turns", ["conversation_id", "id"])
    answered = sa.text("answered_at IS NOT NULL")
    op.create_index(
        "ix_turns_answered", "turns", ["conversation_id", "id"], sqlite_where=answered, postgresql_where=answered
    )


def _media_and_parts() -> None:
    op.create_table(
        "media",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_media"),
    )
    op.create_table(
        "parts",
        sa.Column("id", ID, nullable=False),
        sa.Column("turn_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("media_key", sa.String(64), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("quoted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parts"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_parts_turn_id"),
        sa.ForeignKeyConstraint(["media_key"], ["media.key"], name="fk_parts_media_key"),
    )
    op.create_index("ix_parts_turn_id_position", "parts", ["turn_id", "position"], unique=True)
    op.create_index("ix_parts_media_key", "parts", ["media_key"])


def _answers() -> None:
    op.create_table(
        "observations",
        sa.Column("id", ID, nullable=False),
        sa.Column("turn_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_observations_turn_id"),
    )
    op.create_index("ix_observations_turn_id_position", "observations", ["turn_id", "position"], unique=True)
    op.create_table(
        "replies",
        sa.Column("turn_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("rests_on", sa.JSON(), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name="pk_replies"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_replies_turn_id"),
    )
    op.create_table(
        "traces",
        sa.Column("turn_id", ID, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("route", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name="pk_traces"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_traces_turn_id"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("accepted_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_channel_key", "inbox", ["channel", "key"], unique=True)
    unfinished = "state IN ('new', 'running')"
    for name, columns, where in (
        ("unfinished", ["id"], unfinished),
        ("unfinished_of_chat", ["channel", "chat", "id"], unfinished),
        ("dead", ["id"], "state = 'dead'"),
        ("done", ["accepted_at"], "state = 'done'"),
    ):
        op.create_index(
            f"ix_inbox_{name}", "inbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
