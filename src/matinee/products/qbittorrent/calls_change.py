"""The calls torrents/… that change something: stop, start, delete, file, label, limit, order."""

from matinee.kernel.errors import Conflict, Refused
from matinee.pipeline.torrent_port import Category
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.calls_add import category_name, share_limits


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


async def set_category(call: Call) -> Answer:
    """File torrents under a category."""
    await call.engine.set_category(call.hashes(), call.need("category"))


async def create_category(call: Call) -> Answer:
    """Make a category with folders of its own."""
    name = category_name(call.need("category"))
    if not name:
        raise Refused("Category cannot be empty")
    if name in call.engine.categories():
        raise Conflict("Unable to create category")
    await call.engine.put_category(name, _category(call))


async def edit_category(call: Call) -> Answer:
    """Give a category other folders; torrents that follow it move."""
    name = call.need("category")
    if name not in call.engine.categories():
        raise Conflict("Unable to edit category")
    await call.engine.put_category(name, _category(call))


def _category(call: Call) -> Category:
    """Without downloadPathEnabled its torrents lie where the preferences say until they are complete."""
    enabled = call.truth("downloadPathEnabled")
    return Category(
        call.get("savePath"), call.get("downloadPath") if enabled else "", skips_incomplete=enabled is False
    )


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


async def set_tags(call: Call) -> Answer:
    """Give torrents these tags and no others."""
    await call.engine.set_tags(call.hashes(), add=call.words("tags"), remove=None)


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
    await call.engine.set_share_limits(call.hashes(), share_limits(call))


async def set_download_limit(call: Call) -> Answer:
    """Limit each of the torrents."""
    await call.engine.set_speed_limits(call.hashes(), down=max(call.number("limit"), 0))


async def set_upload_limit(call: Call) -> Answer:
    """Limit each of the torrents."""
    await call.engine.set_speed_limits(call.hashes(), up=max(call.number("limit"), 0))


async def toggle_first_last(call: Call) -> Answer:
    """Download the two ends of every file first, or not any more."""
    await call.engine.set_first_last(call.hashes(), None)


async def set_super_seeding(call: Call) -> Answer:
    """Give each piece out once only."""
    await call.engine.set_super_seeding(call.hashes(), bool(call.truth("value")))


async def toggle_sequential(call: Call) -> Answer:
    """Download in order of playing, or not any more."""
    await call.engine.set_sequential(call.hashes(), None)


def _in_queue(where: str) -> Action:
    async def move(call: Call) -> Answer:
        if not call.engine.preferences().queueing:
            raise Conflict("Torrent queueing must be enabled")
        await call.engine.move_in_queue(call.hashes(), where)

    return move


WRITES: dict[str, Action] = {
    "torrents/stop": stop,
    "torrents/pause": stop,
    "torrents/start": start,
    "torrents/resume": start,
    "torrents/setForceStart": set_force_start,
    "torrents/delete": delete,
    "torrents/recheck": recheck,
    "torrents/reannounce": reannounce,
    "torrents/setCategory": set_category,
    "torrents/createCategory": create_category,
    "torrents/editCategory": edit_category,
    "torrents/removeCategories": remove_categories,
    "torrents/addTags": add_tags,
    "torrents/removeTags": remove_tags,
    "torrents/setTags": set_tags,
    "torrents/createTags": create_tags,
    "torrents/deleteTags": delete_tags,
    "torrents/setShareLimits": set_share_limits,
    "torrents/setDownloadLimit": set_download_limit,
    "torrents/setUploadLimit": set_upload_limit,
    "torrents/toggleSequentialDownload": toggle_sequential,
    "torrents/toggleFirstLastPiecePrio": toggle_first_last,
    "torrents/setSuperSeeding": set_super_seeding,
    "torrents/topPrio": _in_queue("top"),
    "torrents/bottomPrio": _in_queue("bottom"),
    "torrents/increasePrio": _in_queue("up"),
    "torrents/decreasePrio": _in_queue("down"),
}
