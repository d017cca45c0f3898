"""The engine's rules under the names qBittorrent has for them; what we do not have stands at what is true for us."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matinee.pipeline.torrent_port import (
    NO_LIMIT,
    Encryption,
    Layout,
    LimitAction,
    Preferences,
    ProxyKind,
    StopCondition,
    TorrentEngine,
    Transport,
)

MOST_PORTS = 65535
KIB = 1024

ENCRYPTIONS = (Encryption.ALLOWED, Encryption.REQUIRED, Encryption.OFF)
TRANSPORTS = (Transport.TCP_FIRST, Transport.TCP, Transport.UTP)
ACTIONS = (LimitAction.STOP, LimitAction.REMOVE, LimitAction.SUPER_SEED, LimitAction.REMOVE_WITH_FILES)
OLD_PROXIES: dict[int, tuple[ProxyKind, bool]] = {
    0: (ProxyKind.NONE, False),
    1: (ProxyKind.HTTP, False),
    2: (ProxyKind.SOCKS5, False),
    3: (ProxyKind.HTTP, True),
    4: (ProxyKind.SOCKS5, True),
    5: (ProxyKind.SOCKS4, False),
}


def told(engine: TorrentEngine) -> dict[str, Any]:
    """All preferences, ours and those that never change."""
    ours = engine.preferences()
    return {
        **FIXED,
        "save_path": str(engine.root),
        "temp_path": str(engine.root / ours.incomplete) if ours.incomplete else str(engine.root),
        "temp_path_enabled": bool(ours.incomplete),
        "current_interface_address": engine.address,
        "current_interface_name": engine.device,
        "current_network_interface": engine.device,
        "add_trackers_enabled": bool(ours.trackers),
        "excluded_file_names_enabled": bool(ours.excluded_names),
        "max_ratio_enabled": ours.limits.ratio >= 0,
        "max_seeding_time_enabled": ours.limits.seeding_minutes >= 0,
        "max_inactive_seeding_time_enabled": ours.limits.idle_minutes >= 0,
        "start_paused_enabled": ours.start_stopped,
        **{theirs: wish.tell(_at(ours, wish.path)) for theirs, wish in WISHES.items()},
    }


def changed(before: Preferences, wanted: Mapping[str, Any]) -> Preferences:
    """The preferences after a change, unknown ones passed over; ValueError or TypeError for what cannot be."""
    after = before
    for theirs, wish in WISHES.items():
        if theirs in wanted:
            after = _with(after, wish.path, wish.read(wanted[theirs]))
    return _switched(_with_old_proxy(after, wanted), wanted)


def _switched(after: Preferences, wanted: Mapping[str, Any]) -> Preferences:
    """What is switched off counts as none, whatever its value."""
    for theirs, (path, none) in SWITCHES.items():
        if wanted.get(theirs) is False:
            after = _with(after, path, none)
    return after


def _with_old_proxy(after: Preferences, wanted: Mapping[str, Any]) -> Preferences:
    """Before 4.5 the kind was a number that told of the login too."""
    kind = wanted.get("proxy_type")
    if not isinstance(kind, int):
        return after
    return _with(after, "proxy.with_login", OLD_PROXIES[kind][1]) if kind in OLD_PROXIES else after


def _at(preferences: Any, path: str) -> Any:
    for name in path.split("."):
        preferences = getattr(preferences, name)
    return preferences


def _with(whole: Any, path: str, value: Any) -> Any:
    name, _, below = path.partition(".")
    return replace(whole, **{name: _with(getattr(whole, name), below, value) if below else value})


# one preference


@dataclass(frozen=True, slots=True)
class Wish:
    """Where it stands in ours, how theirs is read and how ours is told."""

    path: str
    read: Callable[[Any], Any]
    tell: Callable[[Any], Any] = lambda value: value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _amount(value: Any) -> int:
    return max(int(value), 0)


def _or_none(value: Any) -> int:
    return int(value) if int(value) > 0 else NO_LIMIT


def _between(lowest: int, highest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not lowest <= int(value) <= highest:
            raise ValueError(f"{value} is not between {lowest} and {highest}")
        return int(value)

    return read


def _limit(number: Callable[[Any], float]) -> Callable[[Any], float]:
    return lambda value: max(number(value), NO_LIMIT)


def _choice(path: str, choices: tuple[Any, ...]) -> Wish:
    return Wish(path, lambda value: choices[_between(0, len(choices) - 1)(value)], choices.index)


def _lines(path: str) -> Wish:
    return Wish(
        path,
        lambda text: tuple(line.strip() for line in str(text).splitlines() if line.strip()),
        "\n".join,
    )


def _kib(path: str) -> Wish:
    return Wish(path, lambda value: _amount(value) * KIB, lambda value: value // KIB)


def _proxy_kind(value: Any) -> ProxyKind:
    if not isinstance(value, int):
        return ProxyKind(str(value))
    if value not in OLD_PROXIES:
        raise ValueError(f"{value} is no kind of proxy")
    return OLD_PROXIES[value][0]


_PORT = _between(0, MOST_PORTS)

WISHES: dict[str, Wish] = {
    "listen_port": Wish("port", _PORT),
    "dht": Wish("dht", _truth),
    "pex": Wish("pex", _truth),
    "lsd": Wish("lsd", _truth),
    "encryption": _choice("encryption", ENCRYPTIONS),
    "bittorrent_protocol": _choice("transport", TRANSPORTS),
    "anonymous_mode": Wish("anonymous", _truth),
    "proxy_type": Wish("proxy.kind", _proxy_kind, str),
    "proxy_ip": Wish("proxy.host", str),
    "proxy_port": Wish("proxy.port", _PORT),
    "proxy_auth_enabled": Wish("proxy.with_login", _truth),
    "proxy_username": Wish("proxy.username", str),
    "proxy_password": Wish("proxy.password", str, lambda _password: ""),
    "proxy_hostname_lookup": Wish("proxy.names", _truth),
    "dl_limit": Wish("down_limit", _amount),
    "up_limit": Wish("up_limit", _amount),
    "alt_dl_limit": Wish("alternative.down_limit", _amount),
    "alt_up_limit": Wish("alternative.up_limit", _amount),
    "scheduler_enabled": Wish("alternative.scheduled", _truth),
    "schedule_from_hour": Wish("alternative.from_hour", _between(0, 23)),
    "schedule_from_min": Wish("alternative.from_minute", _between(0, 59)),
    "schedule_to_hour": Wish("alternative.to_hour", _between(0, 23)),
    "schedule_to_min": Wish("alternative.to_minute", _between(0, 59)),
    "scheduler_days": Wish("alternative.days", _between(0, 9)),
    "max_connec": Wish("connections", _or_none),
    "max_connec_per_torrent": Wish("connections_each", _or_none),
    "max_uploads": Wish("uploads", _or_none),
    "max_uploads_per_torrent": Wish("uploads_each", _or_none),
    "queueing_enabled": Wish("queueing", _truth),
    "max_active_downloads": Wish("active_downloads", int),
    "max_active_uploads": Wish("active_seeds", int),
    "max_active_torrents": Wish("active_torrents", int),
    "dont_count_slow_torrents": Wish("ignore_slow", _truth),
    "slow_torrent_dl_rate_threshold": _kib("slow_down"),
    "slow_torrent_ul_rate_threshold": _kib("slow_up"),
    "slow_torrent_inactive_timer": Wish("slow_seconds", _amount),
    "max_ratio": Wish("limits.ratio", _limit(float)),
    "max_seeding_time": Wish("limits.seeding_minutes", _limit(int)),
    "max_inactive_seeding_time": Wish("limits.idle_minutes", _limit(int)),
    "max_ratio_act": _choice("limits.action", ACTIONS),
    "temp_path": Wish("incomplete", str),
    "auto_tmm_enabled": Wish("auto", _truth),
    "add_stopped_enabled": Wish("start_stopped", _truth),
    "torrent_content_layout": Wish("layout", Layout, str),
    "torrent_stop_condition": Wish("stop_condition", StopCondition, str),
    "excluded_file_names": _lines("excluded_names"),
    "banned_IPs": _lines("banned"),
    "add_trackers": _lines("trackers"),
    "announce_to_all_trackers": Wish("all_trackers", _truth),
    "announce_to_all_tiers": Wish("all_tiers", _truth),
}

SWITCHES: dict[str, tuple[str, Any]] = {
    "max_ratio_enabled": ("limits.ratio", NO_LIMIT),
    "max_seeding_time_enabled": ("limits.seeding_minutes", NO_LIMIT),
    "max_inactive_seeding_time_enabled": ("limits.idle_minutes", NO_LIMIT),
    "temp_path_enabled": ("incomplete", ""),
    "add_trackers_enabled": ("trackers", ()),
    "excluded_file_names_enabled": ("excluded_names", ()),
}

FIXED: dict[str, Any] = {
    "locale": "en",
    "category_changed_tmm_enabled": True,
    "torrent_changed_tmm_enabled": True,
    "save_path_changed_tmm_enabled": True,
    "use_category_paths_in_manual_mode": True,
    "preallocate_all": False,
    "incomplete_files_ext": False,
    "export_dir": "",
    "export_dir_fin": "",
    "random_port": False,
    "upnp": False,
    "utp_tcp_mixed_mode": 0,
    "limit_lan_peers": True,
    "limit_utp_rate": True,
    "limit_tcp_overhead": True,
    "proxy_bittorrent": True,
    "proxy_peer_connections": True,
    "proxy_rss": False,
    "proxy_misc": False,
    "ip_filter_enabled": False,
    "ip_filter_path": "",
    "ip_filter_trackers": False,
    "merge_trackers": False,
    "enable_embedded_tracker": False,
    "enable_multi_connections_from_same_ip": True,
    "rss_processing_enabled": False,
    "rss_auto_downloading_enabled": False,
    "web_ui_csrf_protection_enabled": True,
    "web_ui_session_timeout": 3600,
    "web_ui_max_auth_fail_count": 5,
    "web_ui_ban_duration": 3600,
}
