"""The house keeps its profiles and custom formats itself; the three that were built in have new names."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NEW_NAMES = {"HD": "1080p, small", "4K": "4K with HDR", "Any": "Best picture that fits"}


def upgrade() -> None:
    for table in ("profiles", "custom_formats", "release_profiles", "delay_profiles"):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(length=120), nullable=False),
            sa.Column("place", sa.Integer(), nullable=False),
            sa.Column("body", sa.JSON(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=(f"pk_{table}")),
            sa.UniqueConstraint("name", name=(f"uq_{table}_name")),
        )
    op.create_table(
        "quality_sizes",
        sa.Column("quality", sa.String(length=40), nullable=False),
        sa.Column("least", sa.Float(), nullable=False),
        sa.Column("preferred", sa.Float(), nullable=True),
        sa.Column("most", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("quality", name=("pk_quality_sizes")),
    )
    op.create_table(
        "house_preferences",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=("pk_house_preferences")),
    )
    slots = sa.table("slots", sa.column("profile", sa.String))
    for former, name in NEW_NAMES.items():
        op.execute(slots.update().where(slots.c.profile == former).values(profile=name))
