"""What Transmission's rows mean for the house: where a download stands, what it gives back, which files it has."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, cast

from matinee.media.seeding import MINUTE, Seeding, SeedingGoal
from matinee.pipeline.ports import DownloadFile, DownloadState, DownloadStatus
from matinee.products.transmission.wire import FileRow, GoalMode, Status, TorrentRow, seeders_of, state_of


def merge(rows: Mapping[int, TorrentRow], told: Mapping[str, Any]) -> dict[int, TorrentRow]:
    """The rows after an answer of torrent-get."""
    changed = {row["id"]: row for row in cast(list[TorrentRow], told.get("torrents", ())) if "id" in row}
    removed = set(told.get("removed") or ())
    return {number: row for number, row in {**rows, **changed}.items() if number not in removed}


def status_of(row: TorrentRow) -> DownloadStatus:
    """A download as the pipeline knows it."""
    state, size = state_of(row), max(row.get("sizeWhenDone", 0), 0)
    eta, name = row.get("eta", -1), row.get("name", "")
    return DownloadStatus(
        id=row.get("hashString", ""),
        name=name,
        state=state,
        size=size,
        done=max(size - row.get("leftUntilDone", size), 0),
        speed=row.get("rateDownload", 0),
        eta=eta if eta >= 0 and state is DownloadState.DOWNLOADING else None,
        seeders=seeders_of(row),
        path=Path(row.get("downloadDir", ""), name),
        message=row.get("errorString", "") if row.get("error") else "",
        seeding=seeding_of(row) if state is DownloadState.COMPLETE else None,
    )


def seeding_of(row: TorrentRow) -> Seeding:
    """What a complete torrent has given back; `isFinished` says that Transmission stopped it for a limit.

    While it seeds its figures are told coarsely (whole minutes, hundredths), so that not every second is news.
    """
    is_stopped, seconds = row.get("status", 0) == Status.STOPPED, max(row.get("secondsSeeding", 0), 0)
    ratio = max(row.get("uploadRatio", 0.0), 0.0)
    limited = (row.get("seedRatioMode"), row.get("seedIdleMode"))
    return Seeding(
        ratio=ratio if is_stopped else int(ratio * 100) / 100,
        seconds=seconds if is_stopped else seconds // MINUTE * MINUTE,
        stopped=is_stopped,
        is_bound=GoalMode.OWN in limited,
        reached=bool(row.get("isFinished")),
    )


def ratio_limit(row: TorrentRow, goal: SeedingGoal) -> float | None:
    """Where Transmission itself may stop it: at the goal's ratio or a higher one it has; None for nowhere.

    It knows no time of seeding: a goal with a time in it is kept by the house.
    """
    have, mode = row.get("seedRatioLimit", 0.0), row.get("seedRatioMode", GoalMode.OF_ALL)
    if goal.ratio is None or goal.seconds is not None or mode == GoalMode.ENDLESS:
        return None
    return max(goal.ratio, have) if mode == GoalMode.OWN else goal.ratio


def file_of(row: FileRow) -> DownloadFile:
    """A file as the pipeline knows it."""
    return DownloadFile(Path(PurePosixPath(row["name"])), row["length"], row["bytesCompleted"])
