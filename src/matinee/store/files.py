"""Files of the library: what lies where, and what is inside."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    select,
    update,
)

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import Conflict, NotFound
from matinee.media.file import Chapter, MediaFacts
from matinee.store.titles import slots

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slot_id", ForeignKey("slots.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("episode_id", ForeignKey("episodes.id", ondelete="SET NULL"), index=True),
    Column("path", Text, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("quality", String(40), nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("release_name", Text),
    Column("release_group", String(120)),
    Column("duration", Float, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("added", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file of the library; `path` is relative to the library's folder, size in bytes."""

    id: int
    title_id: int
    slot_id: int
    episode_id: int | None
    path: PurePosixPath
    size: int
    quality: str
    facts: MediaFacts
    added: datetime
    release_name: str | None


def add_file(
    tx: Transaction,
    *,
    slot_id: int,
    episode_id: int | None,
    path: PurePosixPath,
    size: int,
    quality: str,
    revision: int,
    release_name: str | None,
    release_group: str | None,
    facts: MediaFacts,
    moment: datetime,
) -> int:
    """Write down a file that was imported; the same path twice is one file. Returns its id.

    Raises Conflict when the file of that path belongs to another slot or episode.
    """
    known = tx.execute(select(files).where(files.c.path == str(path))).one_or_none()
    if known is not None:
        if (known.slot_id, known.episode_id) != (slot_id, episode_id):
            raise Conflict(f"'{path}' is in the library already, as the file of something else")
        return int(known.id)
    return tx.insert(
        files,
        slot_id=slot_id,
        episode_id=episode_id,
        path=str(path),
        size=size,
        quality=quality,
        revision=revision,
        release_name=release_name,
        release_group=release_group,
        duration=facts.duration,
        facts=asdict(facts),
        added=moment,
    )


def move_file(tx: Transaction, file_id: int, path: PurePosixPath) -> None:
    """The file lies there now. Conflict when another one is written down for that place."""
    other = tx.execute(select(files.c.id).where(files.c.path == str(path), files.c.id != file_id)).first()
    if other:
        raise Conflict(f"'{path}' is the place of another file of the library")
    tx.execute(update(files).where(files.c.id == file_id).values(path=str(path)))


def file_by_id(db: Connection, file_id: int) -> LibraryFile:
    """The file with this id; NotFound when there is none."""
    row = db.execute(_all().where(files.c.id == file_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no file {file_id}")
    return _file(row)


def file_by_path(db: Connection, path: PurePosixPath) -> LibraryFile | None:
    """The file at this place of the library, if the house knows one."""
    row = db.execute(_all().where(files.c.path == str(path))).one_or_none()
    return _file(row) if row else None


def files_of_titles(db: Connection, title_ids: Iterable[int]) -> dict[int, list[LibraryFile]]:
    """The files of these titles, newest last."""
    found: dict[int, list[LibraryFile]] = {}
    for row in db.execute(_all().where(slots.c.title_id.in_(list(title_ids))).order_by(files.c.id)):
        found.setdefault(row.title_id, []).append(_file(row))
    return found


def files_in_slot(db: Connection, slot_id: int, episode_id: int | None) -> list[LibraryFile]:
    """The files that fill a slot for the movie or for one episode."""
    return [
        _file(row) for row in db.execute(_all().where(files.c.slot_id == slot_id, files.c.episode_id == episode_id))
    ]


def all_files(db: Connection) -> list[LibraryFile]:
    """Every file of the library, newest first."""
    return [_file(row) for row in db.execute(_all().order_by(files.c.id.desc()))]


def _all() -> Any:
    return select(files, slots.c.title_id).join(slots, slots.c.id == files.c.slot_id)


def _file(row: Any) -> LibraryFile:
    return LibraryFile(
        id=row.id,
        title_id=row.title_id,
        slot_id=row.slot_id,
        episode_id=row.episode_id,
        path=PurePosixPath(row.path),
        size=row.size,
        quality=row.quality,
        facts=_facts(row.facts),
        added=row.added,
        release_name=row.release_name,
    )


def _facts(kept: dict[str, Any]) -> MediaFacts:
    chapters = tuple(Chapter(**chapter) for chapter in kept["chapters"])
    lists = {key: tuple(kept[key]) for key in ("audio_languages", "subtitle_languages")}
    return MediaFacts(**{**kept, **lists, "chapters": chapters})
