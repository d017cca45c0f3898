"""The calls app/… and transfer/…: versions, preferences, speed."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.preferences import changed, told
from matinee.products.qbittorrent.rows import transfer_row

APP_VERSION = "v5.1.4"
WEBAPI_VERSION = "2.11.4"


async def version(_call: Call) -> Answer:
    """The qBittorrent we answer as."""
    return APP_VERSION


async def webapi_version(_call: Call) -> Answer:
    """The WebAPI we speak."""
    return WEBAPI_VERSION


async def build_info(call: Call) -> Answer:
    """What it is built from."""
    return {
        "bitness": 64,
        "libtorrent": call.engine.version,
        "platform": "linux",
        "boost": "",
        "openssl": "",
        "qt": "",
        "zlib": "",
    }


async def default_save_path(call: Call) -> Answer:
    """Where downloads go when nobody says otherwise."""
    return str(call.engine.root)


async def preferences(call: Call) -> Answer:
    """The preferences other programs look at; those we do not have stand at what is true for us."""
    return told(call.engine)


async def set_preferences(call: Call) -> Answer:
    """Change preferences; as with the real one, those that are not known are passed over.

    The port that is listened on already is opened anew: that is how a tunnel that came back is told.
    """
    before = call.engine.preferences()
    try:
        wanted = json.loads(call.need("json"))
        after = changed(before, dict(wanted))
    except (ValueError, TypeError) as error:
        raise Refused(f"the preferences are not valid: {error}") from error
    await call.engine.set_preferences(after)
    if "listen_port" in wanted and after.port == before.port:
        await call.engine.reopen()


async def network_interfaces(call: Call) -> Answer:
    """The one network device torrents are tied to; none when it is an address."""
    device = call.engine.device
    return [{"name": device, "value": device}] if device else []


async def interface_addresses(call: Call) -> Answer:
    """The address torrents leave by."""
    return [call.engine.address]


async def directory_content(call: Call) -> Answer:
    """What lies in a folder below the downloads; other folders are not shown."""
    root, mode = call.engine.root.resolve(), call.get("mode", "all")
    folder = Path(call.need("dirPath"))
    if not folder.is_absolute() or mode not in ("all", "dirs", "files"):
        raise Refused("give an absolute folder, and all, dirs or files as the mode")
    if not (folder := folder.resolve()).is_relative_to(root) or not folder.is_dir():
        raise NotFound(f"there is no folder {folder} below the downloads")
    found = sorted(await asyncio.to_thread(lambda: list(folder.iterdir())))
    return [str(path) for path in found if mode == "all" or path.is_dir() == (mode == "dirs")]


async def shutdown(call: Call) -> Answer:
    """Stop the engine, where it is a program of its own."""
    if call.shut_down is None:
        raise Conflict("this engine is stopped by the house it belongs to")
    call.shut_down()


async def transfer(call: Call) -> Answer:
    """What flows now."""
    return transfer_row(call.engine.traffic(), call.engine.preferences())


async def download_limit(call: Call) -> Answer:
    """The limit in force for all downloads, in bytes a second."""
    ours = call.engine.preferences()
    return str(ours.alternative.down_limit if ours.alternative.on else ours.down_limit)


async def upload_limit(call: Call) -> Answer:
    """The limit in force for all uploads, in bytes a second."""
    ours = call.engine.preferences()
    return str(ours.alternative.up_limit if ours.alternative.on else ours.up_limit)


async def set_download_limit(call: Call) -> Answer:
    """Limit all downloads; the alternative limit is the one that changes while it holds."""
    await _set_limit(call, down_limit=max(call.number("limit"), 0))


async def set_upload_limit(call: Call) -> Answer:
    """Limit all uploads; the alternative limit is the one that changes while it holds."""
    await _set_limit(call, up_limit=max(call.number("limit"), 0))


async def _set_limit(call: Call, **limit: int) -> None:
    ours = call.engine.preferences()
    if ours.alternative.on:
        await call.engine.set_preferences(replace(ours, alternative=replace(ours.alternative, **limit)))  # type: ignore[arg-type]
    else:
        await call.engine.set_preferences(replace(ours, **limit))  # type: ignore[arg-type]


async def speed_limits_mode(call: Call) -> Answer:
    """1 while the alternative limits hold."""
    return str(int(call.engine.preferences().alternative.on))


async def set_speed_limits_mode(call: Call) -> Answer:
    """1 for the alternative limits, 0 for the ordinary ones."""
    await _choose_limits(call, on=bool(call.number("mode")))


async def toggle_speed_limits_mode(call: Call) -> Answer:
    """The other limits."""
    await _choose_limits(call, on=not call.engine.preferences().alternative.on)


async def _choose_limits(call: Call, *, on: bool) -> None:
    ours = call.engine.preferences()
    await call.engine.set_preferences(replace(ours, alternative=replace(ours.alternative, on=on)))


async def ban_peers(call: Call) -> Answer:
    """Never speak with these peers again, given as address:port."""
    peers = [word.rpartition(":")[0].strip("[]") for word in call.words("peers", "|")]
    await call.engine.ban(peer for peer in peers if peer)


READS: dict[str, Action] = {
    "app/version": version,
    "app/webapiVersion": webapi_version,
    "app/buildInfo": build_info,
    "app/preferences": preferences,
    "app/defaultSavePath": default_save_path,
    "app/networkInterfaceList": network_interfaces,
    "app/networkInterfaceAddressList": interface_addresses,
    "app/getDirectoryContent": directory_content,
    "transfer/info": transfer,
    "transfer/downloadLimit": download_limit,
    "transfer/uploadLimit": upload_limit,
    "transfer/speedLimitsMode": speed_limits_mode,
}

WRITES: dict[str, Action] = {
    "app/setPreferences": set_preferences,
    "app/shutdown": shutdown,
    "transfer/setDownloadLimit": set_download_limit,
    "transfer/setUploadLimit": set_upload_limit,
    "transfer/setSpeedLimitsMode": set_speed_limits_mode,
    "transfer/toggleSpeedLimitsMode": toggle_speed_limits_mode,
    "transfer/banPeers": ban_peers,
}
