"""The calls torrents/… that change something: add, stop, start, delete, file, label, limit."""

import logging
from pathlib import Path

from matinee.kernel.errors import Conflict, Refused
from matinee.pipeline.torrent_port import GLOBAL_LIMIT, ShareLimits, TorrentOrder
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.wire import FAILS, OK

log = logging.getLogger(__name__)

PRIORITIES = (0, 1, 6, 7)


class NotATorrent(Refused):
    """An upload that is no torrent, or one we refuse; qBittorrent answers 415 to it."""


async def add(call: Call) -> Answer:
    """Start torrents from uploads and magnet links; "Fails." when none of them is new.

    Addresses of .torrent files are not fetched: nothing in this process speaks HTTP to the world.
    """
    started = 0
    for upload in call.files:
        started += await _add_upload(call, upload)
    for link in call.get("urls").splitlines():
        if link.strip():
            started += await _add_link(call, link.strip())
    return OK if started else FAILS


async def _add_upload(call: Call, upload: bytes) -> bool:
    order = _order(call, torrent=upload)
    try:
        await call.engine.add(order)
    except Conflict:
        return False
    except Refused as error:
        raise NotATorrent(str(error)) from error
    return True


async def _add_link(call: Call, link: str) -> bool:
    order = _order(call, magnet=link)
    try:
        await call.engine.add(order)
    except (Conflict, Refused) as error:
        log.warning("a link was not added: %s", error)
        return False
    return True


def _order(call: Call, *, torrent: bytes | None = None, magnet: str | None = None) -> TorrentOrder:
    return TorrentOrder(
        torrent=torrent,
        magnet=magnet,
        folder=Path(call.get("savepath")) if call.get("savepath") else None,
        category=_category_name(call.get("category")),
        tags=frozenset(call.words("tags")) if "tags" in call.fields else frozenset(),
        stopped=bool(call.truth("stopped", call.truth("paused"))),
        forced=bool(call.truth("forced")),
        sequential=bool(call.truth("sequentialDownload")),
        limits=_share_limits(call),
        down_limit=max(call.number("dlLimit", 0), 0),
        up_limit=max(call.number("upLimit", 0), 0),
    )


def _share_limits(call: Call) -> ShareLimits:
    return ShareLimits(
        call.decimal("ratioLimit", GLOBAL_LIMIT),
        call.number("seedingTimeLimit", GLOBAL_LIMIT),
        call.number("inactiveSeedingTimeLimit", GLOBAL_LIMIT),
    )


async def stop(call: Call) -> Answer:
    """Stop torrents."""
    await call.engine.stop_torrents(call.hashes())


async def start(call: Call) -> Answer:
    """Let torrents go on, after an error too."""
    await call.engine.start_torrents(call.hashes())


async def set_force_start(call: Call) -> Answer:
    """Let torrents go on without waiting in the queue."""
    await call.engine.start_torrents(call.hashes(), forced=bool(call.truth("value")))


async def delete(call: Call) -> Answer:
    """Forget torrents, and their files when told."""
    hashes, delete_files = call.hashes(), call.truth("deleteFiles")
    if delete_files is None:
        raise Refused("the parameter 'deleteFiles' is missing")
    await call.engine.remove(hashes, delete_files=delete_files)


async def recheck(call: Call) -> Answer:
    """Read all files again."""
    await call.engine.recheck(call.hashes())


async def reannounce(call: Call) -> Answer:
    """Ask the trackers again."""
    await call.engine.reannounce(call.hashes())


async def add_peers(call: Call) -> Answer:
    """Try peers given as address:port; tells how many of them could be read."""
    peers = [_peer(word) for word in call.words("peers", "|")]
    readable = [peer for peer in peers if peer]
    for id in call.hashes():
        for address, port in readable:
            await call.engine.connect(id, address, port)
    told = {"added": len(readable), "failed": len(peers) - len(readable)}
    return dict.fromkeys(call.hashes(), told)


def _peer(text: str) -> tuple[str, int] | None:
    address, _, port = text.rpartition(":")
    return (address.strip("[]"), int(port)) if address and port.isdecimal() else None


async def set_file_priority(call: Call) -> Answer:
    """Want files more or not at all."""
    indexes, priority = call.words("id", "|"), call.number("priority")
    if not all(index.isdecimal() for index in indexes):
        raise Refused("File IDs must be integers")
    if priority not in PRIORITIES:
        raise Refused("Priority is not valid")
    await call.engine.set_file_priority(call.need("hash"), [int(index) for index in indexes], priority)


async def set_category(call: Call) -> Answer:
    """File torrents under a category."""
    await call.engine.set_category(call.hashes(), call.need("category"))


async def create_category(call: Call) -> Answer:
    """Make a category with a folder of its own."""
    name = _category_name(call.need("category"))
    if not name:
        raise Refused("Category cannot be empty")
    if name in call.engine.categories():
        raise Conflict("Unable to create category")
    await call.engine.put_category(name, call.get("savePath"))


def _category_name(name: str) -> str:
    r"""qBittorrent allows a/b, but neither \ nor // nor a slash at an end."""
    if "\\" in name or "//" in name or name.startswith("/") or name.endswith("/"):
        raise Conflict("Incorrect category name")
    return name


async def edit_category(call: Call) -> Answer:
    """Give a category another folder; torrents that are there stay where they are."""
    name = call.need("category")
    if name not in call.engine.categories():
        raise Conflict("Unable to edit category")
    await call.engine.put_category(name, call.get("savePath"))


async def remove_categories(call: Call) -> Answer:
    """Forget categories."""
    await call.engine.drop_categories(call.words("categories", "\n"))


async def add_tags(call: Call) -> Answer:
    """Tag torrents."""
    await call.engine.set_tags(call.hashes(), add=call.words("tags"))


async def remove_tags(call: Call) -> Answer:
    """Take tags off torrents; all of them when none is named."""
    named = call.words("tags") if call.get("tags") else None
    await call.engine.set_tags(call.hashes(), remove=named)


async def create_tags(call: Call) -> Answer:
    """Make tags."""
    await call.engine.put_tags(call.words("tags"))


async def delete_tags(call: Call) -> Answer:
    """Forget tags."""
    await call.engine.drop_tags(call.words("tags"))


async def set_share_limits(call: Call) -> Answer:
    """Say when torrents have seeded enough."""
    for name in ("ratioLimit", "seedingTimeLimit"):
        call.need(name)
    await call.engine.set_share_limits(call.hashes(), _share_limits(call))


async def set_download_limit(call: Call) -> Answer:
    """Limit each of the torrents."""
    await call.engine.set_speed_limits(call.hashes(), down=max(call.number("limit"), 0))


async def set_upload_limit(call: Call) -> Answer:
    """Limit each of the torrents."""
    await call.engine.set_speed_limits(call.hashes(), up=max(call.number("limit"), 0))


async def toggle_sequential(call: Call) -> Answer:
    """Download in order of playing, or not any more."""
    await call.engine.set_sequential(call.hashes(), None)


def _in_queue(where: str) -> Action:
    async def move(call: Call) -> Answer:
        if not call.engine.preferences().queueing:
            raise Conflict("Torrent queueing must be enabled")
        await call.engine.move_in_queue(call.hashes(), where)

    return move


async def set_auto_management(call: Call) -> Answer:
    """Nothing moves files by itself here; asking for that is a conflict, asking for the opposite is fine."""
    if call.truth("enable"):
        raise Conflict("Automatic torrent management is not offered")


WRITES: dict[str, Action] = {
    "torrents/add": add,
    "torrents/stop": stop,
    "torrents/pause": stop,
    "torrents/start": start,
    "torrents/resume": start,
    "torrents/setForceStart": set_force_start,
    "torrents/delete": delete,
    "torrents/recheck": recheck,
    "torrents/reannounce": reannounce,
    "torrents/addPeers": add_peers,
    "torrents/filePrio": set_file_priority,
    "torrents/setCategory": set_category,
    "torrents/createCategory": create_category,
    "torrents/editCategory": edit_category,
    "torrents/removeCategories": remove_categories,
    "torrents/addTags": add_tags,
    "torrents/removeTags": remove_tags,
    "torrents/createTags": create_tags,
    "torrents/deleteTags": delete_tags,
    "torrents/setShareLimits": set_share_limits,
    "torrents/setDownloadLimit": set_download_limit,
    "torrents/setUploadLimit": set_upload_limit,
    "torrents/toggleSequentialDownload": toggle_sequential,
    "torrents/setAutoManagement": set_auto_management,
    "torrents/topPrio": _in_queue("top"),
    "torrents/bottomPrio": _in_queue("bottom"),
    "torrents/increasePrio": _in_queue("up"),
    "torrents/decreasePrio": _in_queue("down"),
}
