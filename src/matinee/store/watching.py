"""Where each viewer stopped; kept by title and episode, so that a better file changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, Float, ForeignKey, Integer, Table, UniqueConstraint, select, update

from matinee.kernel.auth import users
from matinee.kernel.database import Moment, Transaction, metadata

watching = Table(
    "watching",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False),
    Column("title_id", ForeignKey("titles.id", ondelete="CASCADE"), nullable=False),
    Column("episode", Integer, nullable=False),  # the episode's id, 0 for a movie
    Column("position", Float, nullable=False),
    Column("duration", Float, nullable=False),
    Column("watched", Boolean, nullable=False),
    Column("changed", Moment, nullable=False),
    UniqueConstraint("user_id", "title_id", "episode"),
)

WATCHED_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Place:
    """Where a viewer is, in seconds; `watched` once the end was near, and from then on."""

    position: float
    duration: float
    watched: bool


def keep_place(
    tx: Transaction,
    user_id: int,
    title_id: int,
    episode_id: int | None,
    *,
    position: float,
    duration: float,
    moment: datetime,
) -> None:
    """Write down where the viewer is; near the end the next start is from the beginning."""
    finished = position >= duration * WATCHED_SHARE
    values = {"position": 0.0 if finished else position, "duration": duration, "changed": moment}
    mine = (
        (watching.c.user_id == user_id) & (watching.c.title_id == title_id) & (watching.c.episode == (episode_id or 0))
    )
    watched = tx.execute(select(watching.c.watched).where(mine)).scalar()
    if watched is None:
        key = {"user_id": user_id, "title_id": title_id, "episode": episode_id or 0}
        tx.insert(watching, **key, **values, watched=finished)
    else:
        tx.execute(update(watching).where(mine).values(**values, watched=watched or finished))


def places(db: Connection, user_id: int, title_ids: Iterable[int]) -> dict[tuple[int, int | None], Place]:
    """Where the viewer is in these titles, by (title id, episode id)."""
    query = select(watching).where(watching.c.user_id == user_id, watching.c.title_id.in_(list(title_ids)))
    return {
        (row.title_id, row.episode or None): Place(row.position, row.duration, row.watched) for row in db.execute(query)
    }
