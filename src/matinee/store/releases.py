"""Releases a search has found for a want, each with its verdict; and the ones never to be taken again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    not_,
    select,
    update,
)

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import NotFound
from matinee.media.release import Protocol, Release
from matinee.store.downloads import grabs

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("want_id", ForeignKey("wants.id", ondelete="CASCADE"), nullable=False),
    Column("step_seq", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("guid", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("indexer", String(120), nullable=False),
    Column("protocol", String(8), nullable=False),
    Column("download_url", Text, nullable=False),
    Column("page_url", Text),
    Column("infohash", String(64)),
    Column("size", BigInteger, nullable=False),
    Column("seeders", Integer),
    Column("quality", String(40), nullable=False),
    Column("published", Moment),
    Column("reasons", JSON, nullable=False, default=list),
    Column("chosen", Boolean, nullable=False, default=False),
    Column("found", Moment, nullable=False),
    Column("score", Integer),
    Column("formats", JSON),
    Column("cures", JSON),
    Column("flags", JSON),
    Column("minimum_ratio", Float),
    Column("minimum_seed_time", BigInteger),
    Index(None, "want_id", "step_seq"),
)

_LONGEST_KEY = 400
BY_HAND = 0  # the step of searches that no journey made

blocklist = Table(
    "blocklist",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("want_id", ForeignKey("wants.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(_LONGEST_KEY), nullable=False),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("blocked", Moment, nullable=False),
    UniqueConstraint("want_id", "key"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A release as it was found and judged, to be written down, best first.

    Each reason has its cure: what would change it, or nothing. `formats` are the custom formats that gave the score.
    """

    release: Release
    quality: str
    reasons: tuple[str, ...]
    cures: tuple[str, ...] = ()
    score: int = 0
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptRelease:
    """A release as it is written down."""

    id: int
    want_id: int
    step_seq: int
    release: Release
    quality: str
    reasons: tuple[str, ...]
    chosen: bool
    cures: tuple[str, ...] = ()
    score: int = 0
    formats: tuple[str, ...] = ()


def keep_releases(tx: Transaction, want_id: int, step_seq: int, found: Iterable[Judged], moment: datetime) -> None:
    """Write down all that one search found, best first; an unfinished earlier try is replaced.

    Of the want's older searches only what was taken is kept, and the last that somebody looked at by hand. A search
    by hand (`step_seq` BY_HAND) replaces only the one before it.
    """
    mine = releases.c.want_id == want_id
    taken = releases.c.chosen | releases.c.id.in_(select(grabs.c.release_id).where(grabs.c.want_id == want_id))
    by_hand = releases.c.step_seq == BY_HAND
    tx.execute(delete(releases).where(mine, not_(taken), by_hand if step_seq == BY_HAND else not_(by_hand)))
    fresh = {"want_id": want_id, "step_seq": step_seq, "found": moment}
    rows = [{**fresh, "place": place, **_row(judged)} for place, judged in enumerate(found)]
    if rows:
        tx.execute(insert(releases), rows)


def _row(judged: Judged) -> dict[str, Any]:
    release = judged.release
    return {
        "guid": release.guid,
        "name": release.name,
        "indexer": release.indexer,
        "protocol": release.protocol,
        "download_url": release.download_url,
        "page_url": release.page_url,
        "infohash": release.infohash,
        "size": release.size,
        "seeders": release.seeders,
        "quality": judged.quality,
        "published": release.published,
        "minimum_ratio": release.minimum_ratio,
        "minimum_seed_time": release.minimum_seed_time,
        "reasons": list(judged.reasons),
        "cures": list(judged.cures),
        "score": judged.score,
        "formats": list(judged.formats),
    }


def candidates(db: Connection, want_id: int, step_seq: int) -> list[KeptRelease]:
    """The releases of one search that nothing speaks against, best first."""
    return [kept for kept in releases_of(db, want_id, step_seq) if not kept.reasons]


def releases_of(db: Connection, want_id: int, step_seq: int) -> list[KeptRelease]:
    """All releases of one search, best first."""
    query = select(releases).where(releases.c.want_id == want_id, releases.c.step_seq == step_seq)
    return [_kept(row) for row in db.execute(query.order_by(releases.c.place))]


def last_looked_at(db: Connection, want_id: int) -> list[KeptRelease]:
    """The releases of the latest search for a want, by hand or by its journey, best first."""
    newest = select(releases.c.step_seq).where(releases.c.want_id == want_id).order_by(releases.c.found.desc())
    seq = db.execute(newest.limit(1)).scalar()
    return [] if seq is None else releases_of(db, want_id, seq)


def release_by_id(db: Connection, release_id: int) -> KeptRelease:
    """The release with this id; NotFound when there is none."""
    row = db.execute(select(releases).where(releases.c.id == release_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no release {release_id}")
    return _kept(row)


def mark_chosen(tx: Transaction, release_id: int) -> None:
    """This one was taken."""
    tx.execute(update(releases).where(releases.c.id == release_id).values(chosen=True))


def add_reasons(tx: Transaction, release_id: int, reasons: Iterable[str]) -> None:
    """More was learned about a release: write down why it is not wanted after all."""
    kept = release_by_id(tx.connection, release_id)
    more = [*kept.reasons, *(reason for reason in reasons if reason not in kept.reasons)]
    tx.execute(update(releases).where(releases.c.id == release_id).values(reasons=more))


def block(tx: Transaction, want_id: int, keys: Iterable[str], *, name: str, reason: str, moment: datetime) -> None:
    """Never take this for the want again; each key may be an infohash, a guid or a name."""
    known = blocked_keys(tx.connection, want_id)
    for key in {key[:_LONGEST_KEY] for key in keys} - known:
        tx.insert(blocklist, want_id=want_id, key=key, name=name, reason=reason, blocked=moment)


def blocked_keys(db: Connection, want_id: int) -> frozenset[str]:
    """What is never to be taken for this want."""
    return frozenset(db.execute(select(blocklist.c.key).where(blocklist.c.want_id == want_id)).scalars())


def _kept(row: Any) -> KeptRelease:
    release = Release(
        guid=row.guid,
        name=row.name,
        indexer=row.indexer,
        download_url=row.download_url,
        size=row.size,
        protocol=Protocol(row.protocol),
        published=row.published,
        seeders=row.seeders,
        infohash=row.infohash,
        page_url=row.page_url,
        minimum_ratio=row.minimum_ratio,
        minimum_seed_time=row.minimum_seed_time,
    )
    return KeptRelease(
        id=row.id,
        want_id=row.want_id,
        step_seq=row.step_seq,
        release=release,
        quality=row.quality,
        reasons=tuple(row.reasons),
        chosen=row.chosen,
        cures=tuple(row.cures or ()),
        score=row.score or 0,
        formats=tuple(row.formats or ()),
    )
