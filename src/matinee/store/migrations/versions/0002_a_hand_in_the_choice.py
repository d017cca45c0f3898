"""A release remembers its score and what would change its verdict; people may pick one against the rules."""

import sqlalchemy as sa
from alembic import op

from matinee.kernel.database import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("releases") as releases:
        releases.add_column(sa.Column("score", sa.Integer(), nullable=True))
        releases.add_column(sa.Column("formats", sa.JSON(), nullable=True))
        releases.add_column(sa.Column("cures", sa.JSON(), nullable=True))
        releases.add_column(sa.Column("flags", sa.JSON(), nullable=True))
    op.create_table(
        "picks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("want_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("against", sa.JSON(), nullable=False),
        sa.Column("picked", Moment(), nullable=False),
        sa.Column("settled", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["want_id"], ["wants.id"], name=("fk_picks_want_id_wants"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=("fk_picks_release_id_releases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=("fk_picks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=("pk_picks")),
    )
    op.create_index(("ix_picks_want_id"), "picks", ["want_id"], unique=False)
