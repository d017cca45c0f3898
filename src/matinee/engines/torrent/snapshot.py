"""From libtorrent's numbers to a torrent as the house knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import libtorrent as lt

from matinee.engines.torrent.record import Record
from matinee.engines.torrent.shape import names_of, root_of
from matinee.pipeline.torrent_port import Phase, Torrent

PHASES = {
    lt.torrent_status.states.checking_files: Phase.CHECKING,
    lt.torrent_status.states.checking_resume_data: Phase.CHECKING,
    lt.torrent_status.states.downloading_metadata: Phase.METADATA,
    lt.torrent_status.states.downloading: Phase.DOWNLOADING,
    lt.torrent_status.states.finished: Phase.SEEDING,
    lt.torrent_status.states.seeding: Phase.SEEDING,
}


@dataclass(frozen=True, slots=True)
class Description:
    """What the torrent says of itself; empty until the metadata is there. `root` is "" too where nothing holds all."""

    name: str = ""
    root: str = ""
    total_size: int = 0
    piece_size: int = 0
    pieces: int = 0
    private: bool = False
    comment: str = ""
    created_by: str = ""
    created_at: int = 0
    magnet: str = ""
    tracker_count: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong last; empty when nothing did."""

    disk: str = ""
    move: str = ""
    missing: bool = False
    tracker: str = ""


def id_of(hashes: lt.info_hash_t) -> str:
    """The v1 infohash, or the first 40 digits of v2's where there is no v1."""
    return str(hashes.v1 if hashes.has_v1() else hashes.v2)[:40]


def describe(params: lt.add_torrent_params) -> Description:
    """Read the description out of a torrent about to be added."""
    about = Description(
        name=params.name,
        comment=params.comment,
        created_by=params.created_by,
        created_at=params.creation_date,
        magnet=lt.make_magnet_uri(params),
        tracker_count=len(params.trackers),
    )
    return with_metadata(about, params.ti, params.renamed_files) if params.ti else about


def with_metadata(about: Description, metadata: lt.torrent_info, renamed: Mapping[int, str]) -> Description:
    """The description completed by the metadata."""
    return replace(
        about,
        name=metadata.name(),
        root=root_of(names_of(metadata, renamed).values()),
        total_size=metadata.total_size(),
        piece_size=metadata.piece_length(),
        pieces=metadata.num_pieces(),
        private=metadata.priv(),
    )


def snapshot(
    status: lt.torrent_status, record: Record, about: Description, trouble: Trouble, seconds: int = 0
) -> Torrent:
    """The torrent as it stands in this moment, so many seconds after the status came."""
    hashes = status.info_hashes
    paused, managed = bool(status.flags & lt.torrent_flags.paused), bool(status.flags & lt.torrent_flags.auto_managed)
    phase = _phase(status, record)
    complete = phase is Phase.SEEDING and not trouble.missing
    since = 0 if paused else seconds
    return Torrent(
        id=record.id,
        name=record.title or about.name or record.name or record.id,
        phase=phase,
        folder=record.folder,
        content=_content(record, about),
        added_at=record.added_at,
        infohash_v1=str(hashes.v1) if hashes.has_v1() else "",
        infohash_v2=str(hashes.v2) if hashes.has_v2() else "",
        magnet=about.magnet,
        complete=complete,
        stopped=record.stopped,
        queued=paused and managed and not record.stopped,
        forced=record.forced,
        missing=trouble.missing,
        moving=bool(record.moving_to) or (complete and bool(record.lies) and not trouble.move),
        error=record.refusal or _disk_error(status, trouble),
        tracker=status.current_tracker,
        tracker_count=about.tracker_count,
        tracker_message=trouble.tracker,
        category=record.category,
        tags=record.tags,
        size=status.total_wanted,
        total_size=about.total_size,
        done=status.total_wanted_done,
        progress=_progress(status, phase),
        downloaded=status.all_time_download,
        uploaded=status.all_time_upload,
        session_downloaded=status.total_payload_download,
        session_uploaded=status.total_payload_upload,
        wasted=status.total_failed_bytes + status.total_redundant_bytes,
        down_speed=0 if paused else status.download_payload_rate,
        up_speed=0 if paused else status.upload_payload_rate,
        down_limit=max(status.download_limit, 0),
        up_limit=max(status.upload_limit, 0),
        seeds=status.num_seeds,
        peers=status.num_peers - status.num_seeds,
        known_seeds=max(status.num_complete, status.list_seeds),
        known_peers=max(status.num_incomplete, status.list_peers - status.list_seeds),
        connections=status.num_connections,
        place_in_queue=status.queue_position + 1,
        sequential=bool(status.flags & lt.torrent_flags.sequential_download),
        first_last=record.first_last,
        super_seeding=record.super_seeding,
        auto=record.auto,
        incomplete=record.incomplete,
        limits=record.limits,
        seconds_active=int(status.active_duration.total_seconds()) + since,
        seconds_seeding=int(status.finished_duration.total_seconds()) + (since if complete else 0),
        completed_at=record.completed_at,
        active_at=_last_activity(status) or record.added_at,
        seen_complete=status.last_seen_complete,
        availability=status.distributed_copies,
        next_announce=int(status.next_announce.total_seconds()),
        piece_size=about.piece_size,
        pieces=about.pieces,
        pieces_done=status.num_pieces,
        private=about.private,
        comment=about.comment,
        created_by=about.created_by,
        created_at=about.created_at,
    )


def _phase(status: lt.torrent_status, record: Record) -> Phase:
    """libtorrent calls a torrent finished when nothing is wanted, as before its file names were judged."""
    phase = PHASES.get(status.state, Phase.CHECKING)
    if not record.names_checked:
        return Phase.METADATA
    return Phase.DOWNLOADING if phase is Phase.SEEDING and not status.total_wanted else phase


def _content(record: Record, about: Description) -> Path:
    if about.pieces:
        return record.place / about.root
    return record.place / (about.name or record.name or record.id)


def _disk_error(status: lt.torrent_status, trouble: Trouble) -> str:
    """libtorrent stops writing (upload mode) or stops at all (errc) when the disk fails."""
    if status.flags & lt.torrent_flags.upload_mode or status.errc.value():
        return trouble.disk or status.errc.message()
    return trouble.move


def _progress(status: lt.torrent_status, phase: Phase) -> float:
    if phase is Phase.CHECKING:
        return status.progress
    return status.total_wanted_done / status.total_wanted if status.total_wanted else 0.0


def _last_activity(status: lt.torrent_status) -> int:
    return max(_moment(status.last_download), _moment(status.last_upload))


def _moment(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
