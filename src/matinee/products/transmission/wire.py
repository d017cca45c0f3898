"""The messages of Transmission's RPC: its rows, its numbers for states, and what they mean."""

from enum import IntEnum
from typing import Final, TypedDict

from matinee.pipeline.ports import DownloadState

SESSION: Final = "X-Transmission-Session-Id"
SUCCESS: Final = "success"
LABELS_SINCE: Final = 16  # the RPC version that knows labels


class Status(IntEnum):
    """Where a torrent stands."""

    STOPPED = 0
    CHECK_WAIT = 1
    CHECK = 2
    DOWNLOAD_WAIT = 3
    DOWNLOAD = 4
    SEED_WAIT = 5
    SEED = 6


class Trouble(IntEnum):
    """The kinds of error: only the last one stops a torrent."""

    NONE = 0
    TRACKER_WARNING = 1
    TRACKER_ERROR = 2
    LOCAL = 3


class GoalMode(IntEnum):
    """Whose limit ends the seeding: that of all torrents, its own, or none."""

    OF_ALL = 0
    OWN = 1
    ENDLESS = 2


class TrackerRow(TypedDict, total=False):
    """What a tracker told; -1 where it told nothing."""

    seederCount: int


class TorrentRow(TypedDict, total=False):
    """One torrent; sizes in bytes, speed in bytes a second, eta in seconds (negative: unknown).

    `uploadRatio` is negative where it cannot be told.
    """

    id: int
    hashString: str
    name: str
    status: int
    labels: list[str]
    downloadDir: str
    error: int
    errorString: str
    sizeWhenDone: int
    leftUntilDone: int
    metadataPercentComplete: float
    rateDownload: int
    peersSendingToUs: int
    eta: int
    isFinished: bool
    uploadRatio: float
    secondsSeeding: int
    seedRatioLimit: float
    seedRatioMode: int
    seedIdleMode: int
    trackerStats: list[TrackerRow]


class FileRow(TypedDict):
    """One file; `name` begins with the torrent's own folder."""

    name: str
    length: int
    bytesCompleted: int


FIELDS: Final = sorted(TorrentRow.__annotations__)


def state_of(row: TorrentRow) -> DownloadState:
    """Where the download stands. One that has all it wants is complete, seeding or not."""
    status, has_metadata = row.get("status", 0), row.get("metadataPercentComplete", 1) >= 1
    if row.get("error") == Trouble.LOCAL:
        return DownloadState.FAILED
    if status in (Status.CHECK_WAIT, Status.CHECK):
        return DownloadState.CHECKING
    if has_metadata and row.get("leftUntilDone", 1) == 0 and status not in (Status.DOWNLOAD, Status.DOWNLOAD_WAIT):
        return DownloadState.COMPLETE
    if status == Status.STOPPED:
        return DownloadState.PAUSED
    if status == Status.DOWNLOAD_WAIT:
        return DownloadState.QUEUED
    return _downloading(row) if has_metadata else DownloadState.METADATA


def _downloading(row: TorrentRow) -> DownloadState:
    is_moving = row.get("rateDownload", 0) > 0 or row.get("peersSendingToUs", 0) > 0
    return DownloadState.DOWNLOADING if is_moving else DownloadState.STALLED


def seeders_of(row: TorrentRow) -> int:
    """How many offer it, as the best informed tracker tells, or who sends it to us."""
    told = [tracker.get("seederCount", 0) for tracker in row.get("trackerStats") or ()]
    return max(0, row.get("peersSendingToUs", 0), *told)
