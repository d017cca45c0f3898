"""The house keeps its indexers itself: how they have been, what was asked of them, and who stands around them."""

import sqlalchemy as sa
from alembic import op

from matinee.kernel.database import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "indexers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("added", Moment(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_indexers")),
        sa.UniqueConstraint("name", name=("uq_indexers_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "indexer_states",
        sa.Column("indexer_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("blocked_until", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failing_since", Moment(), nullable=True),
        sa.Column("cookies", sa.JSON(), nullable=False),
        sa.Column("caps_json", sa.Text(), nullable=True),
        sa.Column("last_seen_guid", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indexer_id"], ["indexers.id"], name=("fk_indexer_states_indexer_id_indexers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("indexer_id", name=("pk_indexer_states")),
    )
    op.create_table(
        "indexer_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indexer_id", sa.Integer(), nullable=False),
        sa.Column("indexer", sa.String(length=100), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("unique_finds", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_indexer_events")),
    )
    op.create_index(("ix_indexer_events_at"), "indexer_events", ["at"], unique=False)
    op.create_index(("ix_indexer_events_indexer_id"), "indexer_events", ["indexer_id", "at"], unique=False)
    for table in ("indexer_proxies", "indexer_apps"):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(length=100), nullable=False),
            sa.Column("kind", sa.String(length=40), nullable=False),
            sa.Column("body", sa.JSON(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=(f"pk_{table}")),
            sa.UniqueConstraint("name", name=(f"uq_{table}_name")),
        )
