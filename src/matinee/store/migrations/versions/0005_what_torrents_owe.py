"""What a torrent must give back is remembered with it; what was downloaded before is seen off from now on, too."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Downloads that a film was taken from, and that nobody saw off so far.
_SEEN_OFF_FROM_NOW_ON = """
INSERT INTO journeys (tale, subject, state, text, started, changed)
SELECT 'see off', downloads.id, 'running', '', downloads.completed, downloads.completed FROM downloads
WHERE downloads.completed IS NOT NULL AND downloads.removed IS NULL AND EXISTS (
    SELECT 1 FROM grabs JOIN journeys ON journeys.subject = grabs.want_id
    WHERE grabs.download_id = downloads.id AND journeys.tale = 'acquire' AND journeys.state = 'done'
)
"""


def upgrade() -> None:
    with op.batch_alter_table("downloads") as downloads:
        downloads.add_column(sa.Column("goal", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("releases") as releases:
        releases.add_column(sa.Column("minimum_ratio", sa.Float(), nullable=True))
        releases.add_column(sa.Column("minimum_seed_time", sa.BigInteger(), nullable=True))
    op.execute(_SEEN_OFF_FROM_NOW_ON)
