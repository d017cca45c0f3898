"""Titles the house knows, with their seasons, episodes and slots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    update,
)

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import NotFound
from matinee.media.parse import same_title
from matinee.media.title import Episode, ExternalIds, Title, TitleRef

titles = Table(
    "titles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(80), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("year", Integer),
    Column("original_name", Text),
    Column("tmdb", Integer, index=True),
    Column("imdb", String(16), index=True),
    Column("tvdb", Integer, index=True),
    Column("tvmaze", Integer, index=True),
    Column("overview", Text, nullable=False, default=""),
    Column("tagline", Text, nullable=False, default=""),
    Column("runtime_minutes", Integer),
    Column("genres", JSON, nullable=False, default=list),
    Column("rating", Float),
    Column("status", String(40), nullable=False, default=""),
    Column("released", Date),
    Column("poster", Text),
    Column("backdrop", Text),
    Column("monitored", Boolean, nullable=False, default=True),
    Column("added", Moment, nullable=False),
    Column("refreshed", Moment, nullable=False),
)

seasons = Table(
    "seasons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title_id", ForeignKey("titles.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("monitored", Boolean, nullable=False, default=False),
    UniqueConstraint("title_id", "number"),
)

episodes = Table(
    "episodes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title_id", ForeignKey("titles.id", ondelete="CASCADE"), nullable=False),
    Column("source_id", String(40), nullable=False),
    Column("season", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("overview", Text, nullable=False, default=""),
    Column("air_date", Date),
    Column("runtime_minutes", Integer),
    Column("monitored", Boolean, nullable=False, default=False),
    # A source may renumber its episodes: the identity is its own id, numbers are a view.
    UniqueConstraint("title_id", "source_id"),
)

_LENT = ":"  # in the number of an episode that another source told while the title's own was silent (`tvdb:349232`)

slots = Table(
    "slots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title_id", ForeignKey("titles.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("profile", String(80), nullable=False),
    Column("root_folder", Text, nullable=False),
    UniqueConstraint("title_id", "name"),
)


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """A title of the house: its id here, and what the metadata source told."""

    id: int
    title: Title
    added: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One version of a title that is kept: its profile, and where it lies below the library."""

    id: int
    title_id: int
    name: str
    profile: str
    root_folder: str


def title_by_ref(db: Connection, ref: TitleRef) -> KnownTitle | None:
    """The title under this reference, or None when the house does not know it."""
    row = db.execute(select(titles).where(titles.c.ref == str(ref))).one_or_none()
    return _known(db, row) if row else None


def title_by_id(db: Connection, title_id: int) -> KnownTitle:
    """The title with this id; NotFound when there is none."""
    row = db.execute(select(titles).where(titles.c.id == title_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no title {title_id}")
    return _known(db, row)


def titles_by_id(db: Connection, ids: Iterable[int]) -> dict[int, KnownTitle]:
    """Several titles at once, without their episodes."""
    query = select(titles).where(titles.c.id.in_(list(ids)))
    return {row.id: KnownTitle(row.id, _title(row, ()), row.added) for row in db.execute(query)}


def titles_named(db: Connection, name: str) -> list[KnownTitle]:
    """Titles called so, in any dress: case, accents, punctuation and a leading article do not count."""
    rows = db.execute(select(titles.c.id, titles.c.name, titles.c.original_name))
    ids = [row.id for row in rows if any(same_title(name, own) for own in (row.name, row.original_name) if own)]
    return [title_by_id(db, id) for id in ids]


def refs_known(db: Connection, refs: Iterable[str]) -> dict[str, int]:
    """Which of these references the house knows, and their ids."""
    query = select(titles.c.ref, titles.c.id).where(titles.c.ref.in_(list(refs)))
    return {row.ref: row.id for row in db.execute(query)}


def keep_title(tx: Transaction, title: Title, moment: datetime) -> int:
    """Write a title down, or what is new about it; returns its id."""
    values = _values(title) | {"refreshed": moment}
    known = tx.execute(select(titles.c.id).where(titles.c.ref == str(title.ref))).scalar()
    if known is None:
        title_id = tx.insert(titles, ref=str(title.ref), added=moment, **values)
    else:
        title_id = int(known)
        tx.execute(update(titles).where(titles.c.id == title_id).values(**values))
    _keep_episodes(tx, title_id, title.episodes)
    return title_id


def keep_slot(tx: Transaction, title_id: int, name: str, profile: str, root_folder: str) -> Slot:
    """The slot of this name, made when it is new; an existing one keeps its profile and folder."""
    known = slot_by_name(tx.connection, title_id, name)
    if known:
        return known
    slot_id = tx.insert(slots, title_id=title_id, name=name, profile=profile, root_folder=root_folder)
    return Slot(slot_id, title_id, name, profile, root_folder)


def slot_by_name(db: Connection, title_id: int, name: str) -> Slot | None:
    """The slot of a title by its name."""
    row = db.execute(select(slots).where(slots.c.title_id == title_id, slots.c.name == name)).one_or_none()
    return Slot(*row) if row else None


def slot_by_id(db: Connection, slot_id: int) -> Slot:
    """The slot with this id; NotFound when there is none."""
    row = db.execute(select(slots).where(slots.c.id == slot_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no slot {slot_id}")
    return Slot(*row)


def episode_ids(db: Connection, title_id: int) -> dict[tuple[int, int], int]:
    """The ids of a series' episodes by (season, number); of two with one number the newer counts."""
    query = select(episodes.c.season, episodes.c.number, episodes.c.id).where(episodes.c.title_id == title_id)
    return {(row.season, row.number): row.id for row in db.execute(query.order_by(episodes.c.id))}


def episodes_by_id(db: Connection, ids: Iterable[int]) -> dict[int, Episode]:
    """Several episodes at once."""
    return {row.id: _episode(row) for row in db.execute(select(episodes).where(episodes.c.id.in_(list(ids))))}


def _keep_episodes(tx: Transaction, title_id: int, told: tuple[Episode, ...]) -> None:
    columns = (episodes.c.source_id, episodes.c.id, episodes.c.season, episodes.c.number)
    rows = tx.execute(select(*columns).where(episodes.c.title_id == title_id)).all()
    known = {row.source_id: row.id for row in rows}
    lent = {(row.season, row.number): row.id for row in rows if _LENT in row.source_id}
    own = {(row.season, row.number) for row in rows if _LENT not in row.source_id}
    for episode in told:
        place = (episode.season, episode.number)
        if _LENT in episode.source_id and place in own:
            continue  # the title's own source has told it before, and will again
        values: dict[str, Any] = {
            "season": episode.season,
            "number": episode.number,
            "name": episode.name,
            "overview": episode.overview,
            "air_date": episode.air_date,
            "runtime_minutes": episode.runtime_minutes,
        }
        if episode.source_id in known:
            tx.execute(update(episodes).where(episodes.c.id == known[episode.source_id]).values(**values))
        elif place in lent:
            values["source_id"] = episode.source_id
            tx.execute(update(episodes).where(episodes.c.id == lent.pop(place)).values(**values))
        else:
            tx.execute(insert(episodes).values(title_id=title_id, source_id=episode.source_id, **values))
    _keep_seasons(tx, title_id, {episode.season for episode in told})


def _keep_seasons(tx: Transaction, title_id: int, numbers: set[int]) -> None:
    known = set(tx.execute(select(seasons.c.number).where(seasons.c.title_id == title_id)).scalars())
    for number in sorted(numbers - known):
        tx.execute(insert(seasons).values(title_id=title_id, number=number))


def _values(title: Title) -> dict[str, Any]:
    return {
        "kind": title.kind,
        "name": title.name,
        "year": title.year,
        "original_name": title.original_name,
        "tmdb": title.ids.tmdb,
        "imdb": title.ids.imdb,
        "tvdb": title.ids.tvdb,
        "tvmaze": title.ids.tvmaze,
        "overview": title.overview,
        "tagline": title.tagline,
        "runtime_minutes": title.runtime_minutes,
        "genres": list(title.genres),
        "rating": title.rating,
        "status": title.status,
        "released": title.released,
        "poster": title.poster,
        "backdrop": title.backdrop,
    }


def _known(db: Connection, row: Any) -> KnownTitle:
    query = select(episodes).where(episodes.c.title_id == row.id).order_by(episodes.c.season, episodes.c.number)
    told = tuple(_episode(found) for found in db.execute(query))
    return KnownTitle(row.id, _title(row, told), row.added)


def _title(row: Any, told: tuple[Episode, ...]) -> Title:
    return Title(
        ref=TitleRef.parse(row.ref),
        name=row.name,
        year=row.year,
        ids=ExternalIds(row.tmdb, row.imdb, row.tvdb, row.tvmaze),
        overview=row.overview,
        tagline=row.tagline,
        runtime_minutes=row.runtime_minutes,
        genres=tuple(row.genres),
        rating=row.rating,
        status=row.status,
        released=row.released,
        original_name=row.original_name,
        poster=row.poster,
        backdrop=row.backdrop,
        episodes=told,
    )


def _episode(row: Any) -> Episode:
    return Episode(
        season=row.season,
        number=row.number,
        name=row.name,
        source_id=row.source_id,
        air_date=row.air_date,
        runtime_minutes=row.runtime_minutes,
        overview=row.overview,
    )
