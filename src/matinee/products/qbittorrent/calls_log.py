"""The calls log/… and torrentcreator/…: what happened, and torrents made of what lies here."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matinee.kernel.errors import NotFound
from matinee.pipeline.torrent_port import Creation, Weight
from matinee.products.qbittorrent.call import Action, Answer, Call

TYPES = {Weight.NORMAL: 1, Weight.INFO: 2, Weight.WARNING: 4, Weight.CRITICAL: 8}


async def main_log(call: Call) -> Answer:
    """What happened, of the weights asked for, after `last_known_id`."""
    wanted = {weight for weight in Weight if call.truth(weight.value, True)}
    last = call.number("last_known_id", -1)
    return [
        {"id": entry.id, "message": entry.text, "timestamp": entry.at, "type": TYPES[entry.weight]}
        for entry in call.engine.diary()
        if entry.id > last and entry.weight in wanted
    ]


async def peers_log(call: Call) -> Answer:
    """Who was turned away after `last_known_id`."""
    last = call.number("last_known_id", -1)
    return [
        {"id": away.id, "ip": away.address, "timestamp": away.at, "blocked": not away.banned, "reason": away.reason}
        for away in call.engine.turned_away()
        if away.id > last
    ]


async def add_task(call: Call) -> Answer:
    """Make a torrent."""
    creation = Creation(
        id="",
        source=Path(call.need("sourcePath")),
        format=call.get("format") or "hybrid",
        piece_size=max(call.number("pieceSize", 0), 0),
        private=bool(call.truth("private")),
        comment=call.get("comment"),
        trackers=tuple((url,) for url in _urls(call, "trackers")),
        url_seeds=tuple(_urls(call, "urlSeeds")),
        source_tag=call.get("source"),
        target=Path(call.get("torrentFilePath")) if call.get("torrentFilePath") else None,
        start_seeding=bool(call.truth("startSeeding", True)),
    )
    return {"taskID": await call.engine.create(creation)}


def _urls(call: Call, name: str) -> list[str]:
    return call.words(name, "|") if call.get(name) else []


async def task_status(call: Call) -> Answer:
    """All torrents being made, or the one in `taskID`."""
    creations, id = call.engine.creations(), call.get("taskID")
    if id and id not in creations:
        raise NotFound(f"there is no torrent {id} being made")
    return [_task_row(creation) for creation in creations.values() if not id or creation.id == id]


def _task_row(creation: Creation) -> dict[str, Any]:
    return {
        "taskID": creation.id,
        "sourcePath": str(creation.source),
        "torrentFilePath": str(creation.target or ""),
        "format": creation.format,
        "pieceSize": creation.piece_size,
        "private": creation.private,
        "optimizeAlignment": creation.format != "v1",
        "paddedFileSizeLimit": -1,
        "comment": creation.comment,
        "source": creation.source_tag,
        "trackers": [url for tier in creation.trackers for url in tier],
        "urlSeeds": list(creation.url_seeds),
        "status": str(creation.state),
        "progress": creation.progress,
        "errorMessage": creation.error,
        "timeAdded": _moment(creation.added_at),
        "timeStarted": _moment(creation.started_at),
        "timeFinished": _moment(creation.finished_at),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else ""


async def task_file(call: Call) -> Answer:
    """The torrent that was made."""
    return call.engine.created(call.need("taskID"))


async def delete_task(call: Call) -> Answer:
    """Forget it."""
    call.engine.drop_creation(call.need("taskID"))


READS: dict[str, Action] = {
    "log/main": main_log,
    "log/peers": peers_log,
    "torrentcreator/status": task_status,
    "torrentcreator/torrentFile": task_file,
}

WRITES: dict[str, Action] = {
    "torrentcreator/addTask": add_task,
    "torrentcreator/deleteTask": delete_task,
}
