"""Downloads as the pages show them: how far, how fast, and for whom."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from matinee.kernel.journal import journeys_of
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadStatus
from matinee.pipeline.seeding import standing_in_words
from matinee.store.downloads import Download, Owner, downloads_named, owners
from matinee.store.requests import (
    request_by_id,
    want_by_id,
)
from matinee.store.titles import episodes_by_id, titles_by_id
from matinee.web.models import (
    DownloadOut,
)


def downloads_out(db: Connection, parts: Parts) -> list[DownloadOut]:
    """All downloads of all clients, with whom they work for."""
    told = list(statuses(parts))
    whose = owners(db, [status.id for _, status in told])
    kept = downloads_named(db, [status.id for _, status in told])
    labels = {want_id: _label(db, want_id) for want_id in {owner.want_id for owner in whose.values()}}
    return [
        download_out(name, status, whose.get(status.id), labels, kept.get((name, status.id))) for name, status in told
    ]


def statuses(parts: Parts) -> Iterable[tuple[str, DownloadStatus]]:
    """Every download as its client last told it, with the client's name."""
    for name, follower in parts.followers.items():
        for status in follower.statuses.values():
            yield name, status


def _label(db: Connection, want_id: int) -> tuple[str, int, int | None]:
    """What a want is called, its request and its journey."""
    want = want_by_id(db, want_id)
    title = titles_by_id(db, [request_by_id(db, want.request_id).title_id])
    name = next(iter(title.values())).title.name
    episode = episodes_by_id(db, [want.episode_id]).get(want.episode_id) if want.episode_id else None
    told = journeys_of(db, TALE, [want_id], last=1)
    label = f"{name} S{episode.season:02}E{episode.number:02}" if episode else name
    return label, want.request_id, told[-1].id if told else None


def download_out(
    client: str,
    status: DownloadStatus,
    owner: Owner | None,
    labels: Mapping[int, tuple[Any, ...]] | None,
    kept: Download | None,
) -> DownloadOut:
    """A transfer; without an owner it is somebody else's. What is `kept` of it tells what it must give back."""
    label, request_id, journey_id = (labels or {}).get(owner.want_id if owner else 0, (status.name, None, None))
    return DownloadOut(
        id=status.id,
        client=client,
        name=status.name,
        label=label,
        request_id=request_id,
        journey_id=journey_id,
        state=status.state.value,
        size=status.size,
        done=status.done,
        speed=status.speed,
        eta=status.eta,
        seeders=status.seeders,
        message=status.message or (standing_in_words(kept, status) if kept else ""),
    )
