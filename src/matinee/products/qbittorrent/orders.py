"""What qBittorrent is told about a new torrent: where to, under what name, until when it seeds."""

from pathlib import Path
from typing import Any

from matinee.kernel.errors import Refused
from matinee.media.seeding import SeedingGoal
from matinee.pipeline.ports import Payload
from matinee.products.qbittorrent.wire import GLOBAL_LIMIT, NO_LIMIT, TorrentRow

FOLDERS_SHOWN = (2, 11, 2)  # the WebAPI that shows what is in a folder
GOALS_ON_ADD = (2, 8, 1)  # the WebAPI that takes seeding limits with a new torrent; older ones want a call of its own


def order_of(payload: Payload, category: str, folder: Path) -> dict[str, Any]:
    """The form of torrents/add; `paused` is for versions before 5.0, `stopped` for those after.

    Versions before 4.5 know no stop condition and pass it over.
    """
    form = {"savepath": str(folder), "category": category, "autoTMM": "false", "paused": "false", "stopped": "false"}
    if payload.goal:
        form |= {**limits_of(payload.goal), "shareLimitAction": "Stop"}
    if payload.torrent is not None:
        name = f"{payload.infohash}.torrent"
        return {"data": form, "files": {"torrents": (name, payload.torrent, "application/x-bittorrent")}}
    if payload.magnet:
        stops = {"stopCondition": "MetadataReceived"} if payload.looks_first else {}
        return {"data": {**form, **stops, "urls": payload.magnet}}
    raise Refused("the release has neither a torrent file nor a magnet link")


def limits_of(goal: SeedingGoal) -> dict[str, str]:
    """The goal as qBittorrent's own limits, of which the first that is reached counts, whatever holds for all others.

    A goal of which both parts must be met cannot be said: it gets no limit, and is kept by the house.
    """
    ratio = None if goal.both else goal.ratio
    minutes = None if goal.both else goal.minutes
    return _form(NO_LIMIT if ratio is None else ratio, NO_LIMIT if minutes is None else minutes)


def raised_limits(row: TorrentRow, goal: SeedingGoal) -> dict[str, str]:
    """The limits of a torrent that is there already, never lower than they are."""
    wanted = limits_of(goal)
    ratio = _higher(row.get("ratio_limit", GLOBAL_LIMIT), float(wanted["ratioLimit"]))
    minutes = _higher(row.get("seeding_time_limit", GLOBAL_LIMIT), int(wanted["seedingTimeLimit"]))
    return _form(ratio, int(minutes))


def _higher(have: float, want: float) -> float:
    """No limit is higher than any; that of all torrents is replaced."""
    if have == GLOBAL_LIMIT:
        return want
    return NO_LIMIT if NO_LIMIT in (have, want) else max(have, want)


def _form(ratio: float, minutes: int) -> dict[str, str]:
    return {"ratioLimit": str(ratio), "seedingTimeLimit": str(minutes), "inactiveSeedingTimeLimit": str(NO_LIMIT)}


def version_of(told: str) -> tuple[int, ...]:
    """`2.8.19` as numbers; nothing for what is no version."""
    parts = told.strip().split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
