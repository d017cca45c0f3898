"""The calls torrents/… that look, and sync/…: lists, one torrent, what changed."""

from collections.abc import Callable
from typing import Any

from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import Phase, Piece, Torrent
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.rows import file_row, peer_row, properties_of, state_of, torrent_row, tracker_rows
from matinee.products.qbittorrent.sync import category_rows, maindata
from matinee.products.qbittorrent.wire import ALL

PIECE_STATE = {Piece.MISSING: 0, Piece.COMING: 1, Piece.HERE: 2}

FILTERS: dict[str, Callable[[Torrent], bool]] = {
    "all": lambda torrent: True,
    "downloading": lambda torrent: not torrent.complete,
    "seeding": lambda torrent: torrent.complete and not torrent.stopped,
    "completed": lambda torrent: torrent.complete,
    "stopped": lambda torrent: torrent.stopped,
    "paused": lambda torrent: torrent.stopped,
    "running": lambda torrent: not torrent.stopped,
    "resumed": lambda torrent: not torrent.stopped,
    "active": lambda torrent: bool(torrent.down_speed or torrent.up_speed),
    "inactive": lambda torrent: not (torrent.down_speed or torrent.up_speed),
    "stalled": lambda torrent: state_of(torrent).startswith("stalled"),
    "stalled_uploading": lambda torrent: state_of(torrent) == "stalledUP",
    "stalled_downloading": lambda torrent: state_of(torrent) == "stalledDL",
    "checking": lambda torrent: torrent.phase is Phase.CHECKING,
    "moving": lambda torrent: torrent.moving,
    "errored": lambda torrent: bool(torrent.error or torrent.missing),
}


async def info(call: Call) -> Answer:
    """The list, filtered, sorted and cut as asked; an unknown filter shows everything, as the real one does."""
    chosen = [torrent for torrent in call.engine.torrents().values() if _is_asked_for(torrent, call)]
    house = call.engine.preferences().limits
    rows: list[dict[str, Any]] = [{**torrent_row(torrent, house)} for torrent in chosen]
    if sort := call.get("sort"):
        rows.sort(key=lambda row: _sortable(row.get(sort)), reverse=bool(call.truth("reverse")))
    return _cut(rows, call.number("offset", 0), call.number("limit", 0))


def _is_asked_for(torrent: Torrent, call: Call) -> bool:
    fields = call.fields
    if not FILTERS.get(call.get("filter", "all"), FILTERS["all"])(torrent):
        return False
    if "category" in fields and fields["category"] != torrent.category:
        return False
    if "tag" in fields and not _has_tag(torrent, fields["tag"]):
        return False
    if (private := call.truth("private")) is not None and torrent.private != private:
        return False
    return call.get("hashes", ALL) in ("", ALL) or torrent.id in call.hashes()


def _has_tag(torrent: Torrent, tag: str) -> bool:
    return tag in torrent.tags if tag else not torrent.tags


def _sortable(value: Any) -> tuple[str, Any]:
    """Values of one kind sort among themselves."""
    return ("", "") if value is None else (type(value).__name__, value)


def _cut(rows: list[dict[str, Any]], offset: int, limit: int) -> list[dict[str, Any]]:
    """A negative offset counts from the end."""
    start = max(offset + len(rows), 0) if offset < 0 else offset
    return rows[start : start + limit if limit > 0 else None]


async def count(call: Call) -> Answer:
    """How many there are."""
    return str(len(call.engine.torrents()))


async def properties(call: Call) -> Answer:
    """One torrent in full."""
    return properties_of(call.engine.torrent(call.need("hash")))


async def files(call: Call) -> Answer:
    """The files of one torrent, or those of them in `indexes`."""
    torrent = call.engine.torrent(call.need("hash"))
    rows = [file_row(file, torrent) for file in await call.engine.files(torrent.id)]
    wanted = set(call.words("indexes", "|")) if "indexes" in call.fields else None
    return [row for row in rows if wanted is None or str(row["index"]) in wanted]


async def trackers(call: Call) -> Answer:
    """The trackers of one torrent and what they last said."""
    torrent = call.engine.torrent(call.need("hash"))
    found = await call.engine.trackers(torrent.id)
    return tracker_rows(list(found), call.engine.preferences(), private=torrent.private)


async def webseeds(call: Call) -> Answer:
    """The web servers that have its files."""
    return [{"url": url} for url in await call.engine.web_seeds(call.need("hash"))]


async def piece_states(call: Call) -> Answer:
    """0 missing, 1 coming, 2 here, for every piece."""
    return [PIECE_STATE[piece] for piece in await call.engine.pieces(call.need("hash"))]


async def piece_hashes(call: Call) -> Answer:
    """The SHA-1 of every piece."""
    return list(await call.engine.piece_hashes(call.need("hash")))


async def export(call: Call) -> Answer:
    """The .torrent file."""
    return await call.engine.exported(call.need("hash"))


async def categories(call: Call) -> Answer:
    """All categories."""
    return category_rows(call.engine)


async def tags(call: Call) -> Answer:
    """All tags."""
    return sorted(call.engine.tags())


async def download_limit(call: Call) -> Answer:
    """The limit of each torrent in bytes a second."""
    torrents = call.engine.torrents()
    return {id: torrents[id].down_limit for id in call.hashes() if id in torrents}


async def upload_limit(call: Call) -> Answer:
    """The limit of each torrent in bytes a second."""
    torrents = call.engine.torrents()
    return {id: torrents[id].up_limit for id in call.hashes() if id in torrents}


async def sync_maindata(call: Call) -> Answer:
    """What changed since `rid`; with `wait` (seconds, ours alone) not before something did."""
    wait = call.decimal("wait", 0)
    if wait < 0:
        raise Refused("the parameter 'wait' must not be negative")
    return await maindata(call.engine, call.painter, call.session.memory, call.number("rid", 0), wait)


async def torrent_peers(call: Call) -> Answer:
    """Who is connected; always all of them."""
    peers = await call.engine.peers(call.need("hash"))
    rows = {f"{peer.address}:{peer.port}": peer_row(peer) for peer in peers}
    return {"rid": call.number("rid", 0) + 1, "full_update": True, "show_flags": True, "peers": rows}


READS: dict[str, Action] = {
    "torrents/info": info,
    "torrents/count": count,
    "torrents/properties": properties,
    "torrents/files": files,
    "torrents/trackers": trackers,
    "torrents/webseeds": webseeds,
    "torrents/pieceStates": piece_states,
    "torrents/pieceHashes": piece_hashes,
    "torrents/export": export,
    "torrents/categories": categories,
    "torrents/tags": tags,
    "torrents/downloadLimit": download_limit,
    "torrents/uploadLimit": upload_limit,
    "sync/maindata": sync_maindata,
    "sync/torrentPeers": torrent_peers,
}
