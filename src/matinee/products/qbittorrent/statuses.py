"""What qBittorrent's rows mean for the house: where a download stands, what it gives back, which files it has."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import cast

from matinee.media.seeding import MINUTE, Seeding
from matinee.pipeline.ports import DownloadFile, DownloadState, DownloadStatus
from matinee.products.qbittorrent.wire import STATES, UNKNOWN_ETA, FileRow, MainData, TorrentRow

STOPPED = frozenset({"pausedUP", "stoppedUP"})
ENDLESS_RATIO = 9999.0  # qBittorrent says -1 to what is more


def merge(rows: Mapping[str, TorrentRow], news: MainData) -> dict[str, TorrentRow]:
    """The rows after an answer of sync/maindata."""
    merged = {} if news.get("full_update") else dict(rows)
    for id, changed in news.get("torrents", {}).items():
        merged[id] = cast(TorrentRow, {**merged.get(id, {}), **changed})
    for id in news.get("torrents_removed", ()):
        merged.pop(id, None)
    return merged


def status_of(id: str, row: TorrentRow) -> DownloadStatus:
    """A download as the pipeline knows it, from qBittorrent's row."""
    state = STATES.get(row.get("state", "unknown"), DownloadState.STALLED)
    size, eta = row.get("size", 0), row.get("eta", UNKNOWN_ETA)
    return DownloadStatus(
        id=id,
        name=row.get("name", id),
        state=state,
        size=max(size, 0),
        done=max(row.get("completed", 0), 0),
        speed=row.get("dlspeed", 0),
        eta=eta if 0 <= eta < UNKNOWN_ETA and state is DownloadState.DOWNLOADING else None,
        seeders=max(row.get("num_complete", 0), row.get("num_seeds", 0)),
        path=_content(row),
        message=_message(row, state),
        seeding=seeding_of(row) if state is DownloadState.COMPLETE else None,
    )


def seeding_of(row: TorrentRow) -> Seeding:
    """What a complete torrent has given back, and the limits in force for it: its own, or else those of all.

    While it seeds its figures are told coarsely (whole minutes, hundredths), so that not every second is news.
    """
    is_stopped, seconds = row.get("state") in STOPPED, max(row.get("seeding_time", 0), 0)
    ratio = row.get("ratio", 0.0) if row.get("ratio", 0.0) >= 0 else ENDLESS_RATIO
    limits = ((ratio, row.get("max_ratio", -1.0)), (seconds / MINUTE, row.get("max_seeding_time", -1)))
    return Seeding(
        ratio=ratio if is_stopped else int(ratio * 100) / 100,
        seconds=seconds if is_stopped else seconds // MINUTE * MINUTE,
        stopped=is_stopped,
        is_bound=any(limit >= 0 for _, limit in limits),
        reached=any(given >= limit >= 0 for given, limit in limits),
    )


def _content(row: TorrentRow) -> Path:
    """Before it has checked the files qBittorrent gives a bare name, and before the metadata nothing."""
    return Path(row.get("save_path", ""), row.get("content_path") or row.get("name", ""))


def _message(row: TorrentRow, state: DownloadState) -> str:
    if message := row.get("matinee_message"):
        return message
    if row.get("state") == "missingFiles":
        return "its files are gone from the disk"
    return "qBittorrent reports an error; its log says which" if state is DownloadState.FAILED else ""


def file_of(row: FileRow) -> DownloadFile:
    """A file as the pipeline knows it."""
    size = row.get("size", 0)
    return DownloadFile(Path(PurePosixPath(row.get("name", ""))), size, int(size * row.get("progress", 0.0)))
