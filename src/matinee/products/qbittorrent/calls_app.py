"""The calls app/… and transfer/…: versions, preferences, speed."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import NO_LIMIT, Preferences
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.rows import transfer_row

APP_VERSION = "v5.0.5"
WEBAPI_VERSION = "2.11.2"
MOST_PORTS = 65535


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
    ours, limits = call.engine.preferences(), call.engine.preferences().limits
    return {
        **FIXED_PREFERENCES,
        "save_path": str(call.engine.root),
        "temp_path": str(call.engine.root),
        "export_dir": "",
        "current_interface_address": call.engine.address,
        "listen_port": ours.port,
        "dht": ours.dht,
        "dl_limit": ours.down_limit,
        "up_limit": ours.up_limit,
        "max_connec": ours.connections,
        "queueing_enabled": ours.queueing,
        "max_active_downloads": ours.active_downloads,
        "max_active_uploads": ours.active_seeds,
        "max_active_torrents": ours.active_torrents,
        "max_ratio_enabled": limits.ratio >= 0,
        "max_ratio": limits.ratio,
        "max_seeding_time_enabled": limits.seeding_minutes >= 0,
        "max_seeding_time": limits.seeding_minutes,
        "max_inactive_seeding_time_enabled": limits.idle_minutes >= 0,
        "max_inactive_seeding_time": limits.idle_minutes,
    }


FIXED_PREFERENCES: dict[str, Any] = {
    "locale": "en",
    "auto_tmm_enabled": False,
    "category_changed_tmm_enabled": False,
    "torrent_changed_tmm_enabled": False,
    "save_path_changed_tmm_enabled": False,
    "use_category_paths_in_manual_mode": True,
    "temp_path_enabled": False,
    "preallocate_all": False,
    "incomplete_files_ext": False,
    "add_stopped_enabled": False,
    "start_paused_enabled": False,
    "torrent_content_layout": "Original",
    "torrent_stop_condition": "None",
    "current_network_interface": "",
    "random_port": False,
    "upnp": False,
    "lsd": False,
    "pex": True,
    "encryption": 0,
    "anonymous_mode": False,
    "bittorrent_protocol": 0,
    "utp_tcp_mixed_mode": 0,
    "limit_lan_peers": True,
    "max_connec_per_torrent": -1,
    "max_uploads": -1,
    "max_uploads_per_torrent": -1,
    "max_ratio_act": 0,
    "dont_count_slow_torrents": False,
    "alt_dl_limit": 0,
    "alt_up_limit": 0,
    "scheduler_enabled": False,
    "rss_processing_enabled": False,
    "web_ui_csrf_protection_enabled": True,
    "web_ui_session_timeout": 3600,
    "web_ui_max_auth_fail_count": 5,
    "web_ui_ban_duration": 3600,
}


async def set_preferences(call: Call) -> Answer:
    """Change preferences; as with the real one, those that are not known are passed over."""
    try:
        wanted = json.loads(call.need("json"))
        await call.engine.set_preferences(changed(call.engine.preferences(), dict(wanted)))
    except (ValueError, TypeError) as error:
        raise Refused(f"the preferences are not valid: {error}") from error


def changed(before: Preferences, wanted: dict[str, Any]) -> Preferences:
    """The preferences after a change; ValueError or TypeError for a value that cannot be."""
    if int(wanted.get("max_ratio_act", 0)) != 0:
        raise ValueError("max_ratio_act can only be 0: this engine stops torrents at a limit and never removes them")
    plain = {ours: read(wanted[theirs]) for theirs, (ours, read) in CHANGEABLE.items() if theirs in wanted}
    return replace(before, **plain, limits=replace(before.limits, **_limits(wanted)))


def _limits(wanted: dict[str, Any]) -> dict[str, Any]:
    """A limit that is switched off counts as none, whatever its number."""
    limits: dict[str, Any] = {}
    for theirs, ours, read in SHARE_LIMITS:
        if wanted.get(f"{theirs}_enabled") is False:
            limits[ours] = NO_LIMIT
        elif theirs in wanted:
            limits[ours] = max(read(wanted[theirs]), NO_LIMIT)
    return limits


def _amount(value: Any) -> int:
    return max(int(value), 0)


def _port(value: Any) -> int:
    if not 0 <= int(value) <= MOST_PORTS:
        raise ValueError(f"{value} is no port")
    return int(value)


CHANGEABLE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "listen_port": ("port", _port),
    "dht": ("dht", bool),
    "dl_limit": ("down_limit", _amount),
    "up_limit": ("up_limit", _amount),
    "max_connec": ("connections", int),
    "queueing_enabled": ("queueing", bool),
    "max_active_downloads": ("active_downloads", int),
    "max_active_uploads": ("active_seeds", int),
    "max_active_torrents": ("active_torrents", int),
}

SHARE_LIMITS: tuple[tuple[str, str, Callable[[Any], float]], ...] = (
    ("max_ratio", "ratio", float),
    ("max_seeding_time", "seeding_minutes", int),
    ("max_inactive_seeding_time", "idle_minutes", int),
)


async def transfer(call: Call) -> Answer:
    """What flows now."""
    return transfer_row(call.engine.traffic(), call.engine.preferences())


async def download_limit(call: Call) -> Answer:
    """The limit for all downloads, in bytes a second."""
    return str(call.engine.preferences().down_limit)


async def upload_limit(call: Call) -> Answer:
    """The limit for all uploads, in bytes a second."""
    return str(call.engine.preferences().up_limit)


async def set_download_limit(call: Call) -> Answer:
    """Limit all downloads."""
    limit = max(call.number("limit"), 0)
    await call.engine.set_preferences(replace(call.engine.preferences(), down_limit=limit))


async def set_upload_limit(call: Call) -> Answer:
    """Limit all uploads."""
    limit = max(call.number("limit"), 0)
    await call.engine.set_preferences(replace(call.engine.preferences(), up_limit=limit))


async def speed_limits_mode(_call: Call) -> Answer:
    """There is only the ordinary one."""
    return "0"


READS: dict[str, Action] = {
    "app/version": version,
    "app/webapiVersion": webapi_version,
    "app/buildInfo": build_info,
    "app/preferences": preferences,
    "app/defaultSavePath": default_save_path,
    "transfer/info": transfer,
    "transfer/downloadLimit": download_limit,
    "transfer/uploadLimit": upload_limit,
    "transfer/speedLimitsMode": speed_limits_mode,
}

WRITES: dict[str, Action] = {
    "app/setPreferences": set_preferences,
    "transfer/setDownloadLimit": set_download_limit,
    "transfer/setUploadLimit": set_upload_limit,
}
