"""The call torrents/add: uploads and magnet links, and everything that can be wished for with them."""

import logging
from pathlib import Path

from matinee.kernel.errors import Conflict, Refused
from matinee.pipeline.torrent_port import (
    GLOBAL_LIMIT,
    Layout,
    LimitAction,
    LimitMode,
    ShareLimits,
    StopCondition,
    TorrentOrder,
)
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.wire import FAILS, OK

log = logging.getLogger(__name__)

PRIORITIES = (0, 1, 6, 7)
ACTIONS = {
    "default": LimitAction.DEFAULT,
    "stop": LimitAction.STOP,
    "remove": LimitAction.REMOVE,
    "removewithcontent": LimitAction.REMOVE_WITH_FILES,
    "enablesuperseeding": LimitAction.SUPER_SEED,
}
MODES = {"default": LimitMode.DEFAULT, "matchany": LimitMode.ANY, "matchall": LimitMode.ALL}


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
    wants_incomplete = call.truth("useDownloadPath", True if call.get("downloadPath") else None)
    return TorrentOrder(
        torrent=torrent,
        magnet=magnet,
        name=call.get("rename").strip(),
        folder=Path(call.get("savepath")) if call.get("savepath") else None,
        incomplete=Path(call.get("downloadPath")) if wants_incomplete and call.get("downloadPath") else None,
        skips_incomplete=wants_incomplete is False,
        category=category_name(call.get("category")),
        tags=frozenset(call.words("tags")) if "tags" in call.fields else frozenset(),
        stopped=call.truth("stopped", call.truth("paused")),
        forced=bool(call.truth("forced")),
        sequential=bool(call.truth("sequentialDownload")),
        first_last=bool(call.truth("firstLastPiecePrio")),
        on_top=bool(call.truth("addToTopOfQueue")),
        seed_mode=bool(call.truth("skip_checking", call.truth("seedMode"))),
        auto=call.truth("autoTMM"),
        layout=_layout(call),
        stop_condition=_stop_condition(call),
        priorities=_priorities(call),
        limits=share_limits(call),
        down_limit=max(call.number("dlLimit", 0), 0),
        up_limit=max(call.number("upLimit", 0), 0),
    )


def _layout(call: Call) -> Layout | None:
    """`root_folder` is how it was said before 4.3.2."""
    if (folder := call.truth("root_folder")) is not None and not call.get("contentLayout"):
        return Layout.ORIGINAL if folder else Layout.NO_SUBFOLDER
    try:
        return Layout(call.get("contentLayout")) if call.get("contentLayout") else None
    except ValueError as error:
        raise Refused(f"'{call.get('contentLayout')}' is no content layout") from error


def _stop_condition(call: Call) -> StopCondition | None:
    try:
        return StopCondition(call.get("stopCondition")) if call.get("stopCondition") else None
    except ValueError as error:
        raise Refused(f"'{call.get('stopCondition')}' is no stop condition") from error


def _priorities(call: Call) -> tuple[int, ...]:
    words = call.words("filePriorities") if call.get("filePriorities") else []
    if any(word not in ("0", "1", "6", "7") for word in words):
        raise Refused("Priority is not valid")
    return tuple(int(word) for word in words)


def share_limits(call: Call) -> ShareLimits:
    """When a torrent has seeded enough, and what happens then; an indexer's own goal comes this way."""
    action, mode = call.get("shareLimitAction", "default").lower(), call.get("shareLimitsMode", "default").lower()
    if (action or "default") not in ACTIONS or (mode or "default") not in MODES:
        raise Refused(f"'{call.get('shareLimitAction')}' or '{call.get('shareLimitsMode')}' is not known")
    return ShareLimits(
        call.decimal("ratioLimit", GLOBAL_LIMIT),
        call.number("seedingTimeLimit", GLOBAL_LIMIT),
        call.number("inactiveSeedingTimeLimit", GLOBAL_LIMIT),
        ACTIONS[action or "default"],
        MODES[mode or "default"],
    )


def category_name(name: str) -> str:
    r"""qBittorrent allows a/b, but neither \ nor // nor a slash at an end."""
    if "\\" in name or "//" in name or name.startswith("/") or name.endswith("/"):
        raise Conflict("Incorrect category name")
    return name


WRITES: dict[str, Action] = {"torrents/add": add}
