"""The calls torrents/… that say where files lie, what they are called, and which are wanted."""

from pathlib import Path

from matinee.kernel.errors import Refused
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.calls_add import PRIORITIES


async def set_file_priority(call: Call) -> Answer:
    """Want files more or not at all."""
    indexes, priority = call.words("id", "|"), call.number("priority")
    if not all(index.isdecimal() for index in indexes):
        raise Refused("File IDs must be integers")
    if priority not in PRIORITIES:
        raise Refused("Priority is not valid")
    await call.engine.set_file_priority(call.need("hash"), [int(index) for index in indexes], priority)


async def set_location(call: Call) -> Answer:
    """Move torrents to another folder below the downloads."""
    await call.engine.set_folder(call.hashes(), _folder(call, "location"))


async def set_save_path(call: Call) -> Answer:
    """The same, with the torrents in `id`."""
    await call.engine.set_folder(call.words("id", "|"), _folder(call, "path"))


async def set_download_path(call: Call) -> Answer:
    """Where torrents lie until they are complete; an empty path for their own folder."""
    await call.engine.set_incomplete_folder(call.words("id", "|"), call.get("path"))


def _folder(call: Call, name: str) -> Path:
    if not call.need(name).strip():
        raise Refused("Save path cannot be empty")
    return Path(call.need(name).strip())


async def set_auto_management(call: Call) -> Answer:
    """Let torrents follow the folder of their category, or not."""
    await call.engine.set_auto(call.hashes(), bool(call.truth("enable")))


async def rename(call: Call) -> Answer:
    """Call a torrent otherwise in lists."""
    await call.engine.rename(call.need("hash"), call.need("name"))


async def rename_file(call: Call) -> Answer:
    """Rename a file; before 4.3.3 it was named by its number in `id`, and its new name by `name`."""
    id = call.hash()
    old, new = call.get("oldPath"), call.get("newPath")
    if not old and call.get("id").isdecimal():
        index = call.number("id")
        file = next((file for file in await call.engine.files(id) if file.index == index), None)
        old, new = (str(file.path), str(file.path.with_name(call.need("name")))) if file else ("", "")
    await call.engine.rename_file(id, old, new)


async def rename_folder(call: Call) -> Answer:
    """Rename a folder inside a torrent."""
    await call.engine.rename_folder(call.hash(), call.need("oldPath"), call.need("newPath"))


WRITES: dict[str, Action] = {
    "torrents/filePrio": set_file_priority,
    "torrents/setLocation": set_location,
    "torrents/setSavePath": set_save_path,
    "torrents/setDownloadPath": set_download_path,
    "torrents/setAutoManagement": set_auto_management,
    "torrents/rename": rename,
    "torrents/renameFile": rename_file,
    "torrents/renameFolder": rename_folder,
}
