"""Replies their readers stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("replies", sa.Column("stopped", sa.Boolean(), nullable=False, server_default=sa.false()))
