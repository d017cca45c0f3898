"""The libtorrent session: tied to one door, quiet towards the router and the neighbours."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace

import libtorrent as lt

from matinee import __version__
from matinee.engines.torrent.door import Door
from matinee.pipeline.torrent_port import Encryption, Preferences, Proxy, ProxyKind, Transport

log = logging.getLogger(__name__)

WATCHED = (
    lt.alert_category.error
    | lt.alert_category.status
    | lt.alert_category.storage
    | lt.alert_category.tracker
    | lt.alert_category.file_progress
    | lt.alert_category.ip_block
)
UNLIMITED = -1
MOST_CONNECTIONS = 100_000
BLOCKED = 1
DISK_THREADS = 4
MOST_UNWRITTEN = 32 * 1024 * 1024


def open_session(door: Door, preferences: Preferences) -> lt.session:
    """A session that listens at and leaves by this one door only."""
    session = lt.session(lt.session_params({**_fixed(door), **chosen(door, preferences)}))
    session.set_peer_class_filter(_limits_hold_for_everybody())
    session.set_ip_filter(banning(preferences.banned))
    return session


def _fixed(door: Door) -> "lt.settings_pack":
    """What nobody may change, where libtorrent's own choice is not ours.

    More threads and more unwritten pieces only push each other out of the processor's cache (bench/torrent.py).
    uTP is 15 times slower than TCP on a LAN and is only answered, never begun; RC4 halves the speed for nothing.
    A magnet's torrent wants no file until its names were judged: seeds must not be hung up on meanwhile.
    """
    return {
        "user_agent": f"Matinee/{__version__} libtorrent/{lt.__version__}",
        "outgoing_interfaces": door.leave_by,
        "enable_upnp": False,
        "enable_natpmp": False,
        "listen_system_port_fallback": False,
        "max_retry_port_bind": 0,
        "stop_tracker_timeout": 1,
        "mixed_mode_algorithm": int(lt.bandwidth_mixed_algo_t.prefer_tcp),
        "aio_threads": DISK_THREADS,
        "max_queued_disk_bytes": MOST_UNWRITTEN,
        "hashing_threads": max(1, (os.cpu_count() or 1) // 2),
        "prefer_rc4": False,
        "close_redundant_connections": False,
        "min_reconnect_time": 5,
        "allow_multiple_connections_per_ip": True,
        "auto_manage_interval": 5,
        "optimistic_disk_retry": 60,
        "alert_mask": WATCHED,
        "alert_queue_size": 10_000,
    }


def chosen(door: Door, preferences: Preferences) -> "lt.settings_pack":
    """What the preferences decide, as far as the door leaves it to them."""
    preferences = replace(preferences, proxy=door.proxy or preferences.proxy)
    queueing, (down, up) = preferences.queueing, limits_now(preferences)
    return {
        **_met(preferences),
        **_proxied(preferences.proxy),
        "listen_interfaces": door.listen_on(preferences.port),
        "enable_dht": preferences.dht and carries_udp(preferences.proxy),
        "enable_lsd": preferences.lsd and not door.is_guarded,
        "anonymous_mode": preferences.anonymous,
        "download_rate_limit": down,
        "upload_rate_limit": up,
        "connections_limit": preferences.connections if preferences.connections > 0 else MOST_CONNECTIONS,
        "unchoke_slots_limit": preferences.uploads,
        "announce_to_all_trackers": preferences.all_trackers,
        "announce_to_all_tiers": preferences.all_tiers,
        "dont_count_slow_torrents": preferences.ignore_slow,
        "inactive_down_rate": preferences.slow_down,
        "inactive_up_rate": preferences.slow_up,
        "auto_manage_startup": preferences.slow_seconds,
        "active_downloads": preferences.active_downloads if queueing else UNLIMITED,
        "active_seeds": preferences.active_seeds if queueing else UNLIMITED,
        "active_limit": preferences.active_torrents if queueing else UNLIMITED,
        "active_tracker_limit": UNLIMITED,
        "active_dht_limit": UNLIMITED,
    }


def limits_now(preferences: Preferences) -> tuple[int, int]:
    """Down and up in bytes a second, 0 for no limit: the alternative ones while they are on."""
    other = preferences.alternative
    return (other.down_limit, other.up_limit) if other.on else (preferences.down_limit, preferences.up_limit)


def _met(preferences: Preferences) -> "lt.settings_pack":
    """How peers are met. What must be encrypted is encrypted whole, not only its greeting."""
    required = preferences.encryption is Encryption.REQUIRED
    level = lt.enc_level.pe_rc4 if required else lt.enc_level.pe_both
    policy, transport = int(ENCRYPTION[preferences.encryption]), preferences.transport
    udp = carries_udp(preferences.proxy)
    return {
        "in_enc_policy": policy,
        "out_enc_policy": policy,
        "allowed_enc_level": int(level),
        "enable_outgoing_tcp": transport is not Transport.UTP,
        "enable_incoming_tcp": transport is not Transport.UTP,
        "enable_outgoing_utp": transport is Transport.UTP and udp,
        "enable_incoming_utp": transport is not Transport.TCP and udp,
    }


def carries_udp(proxy: Proxy) -> bool:
    """Whether DHT and µTP can go through; past a proxy nothing goes."""
    return proxy.kind in (ProxyKind.NONE, ProxyKind.SOCKS5)


def _proxied(proxy: Proxy) -> "lt.settings_pack":
    return {
        "proxy_type": int(PROXIES[proxy.kind, proxy.with_login and proxy.kind is not ProxyKind.NONE]),
        "proxy_hostname": proxy.host,
        "proxy_port": proxy.port,
        "proxy_username": proxy.username,
        "proxy_password": proxy.password,
        "proxy_hostnames": proxy.names,
        "proxy_peer_connections": True,
        "proxy_tracker_connections": True,
    }


ENCRYPTION = {
    Encryption.ALLOWED: lt.enc_policy.pe_enabled,
    Encryption.REQUIRED: lt.enc_policy.pe_forced,
    Encryption.OFF: lt.enc_policy.pe_disabled,
}

PROXIES = {
    (ProxyKind.NONE, False): lt.proxy_type_t.none,
    (ProxyKind.SOCKS4, False): lt.proxy_type_t.socks4,
    (ProxyKind.SOCKS4, True): lt.proxy_type_t.socks4,
    (ProxyKind.SOCKS5, False): lt.proxy_type_t.socks5,
    (ProxyKind.SOCKS5, True): lt.proxy_type_t.socks5_pw,
    (ProxyKind.HTTP, False): lt.proxy_type_t.http,
    (ProxyKind.HTTP, True): lt.proxy_type_t.http_pw,
}


def banning(addresses: Iterable[str]) -> lt.ip_filter:
    """A filter that keeps these addresses out, both ways; each was checked when it was banned."""
    kept_out = lt.ip_filter()
    for address in addresses:
        kept_out.add_rule(address, address, BLOCKED)
    return kept_out


def _limits_hold_for_everybody() -> lt.ip_filter:
    """libtorrent leaves neighbours on the LAN out of the speed limits; nobody expects that."""
    everybody = lt.ip_filter()
    shared = 1 << lt.session.global_peer_class_id
    everybody.add_rule("0.0.0.0", "255.255.255.255", shared)  # noqa: S104  a range of peers, nothing listens here
    everybody.add_rule("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", shared)
    return everybody


class AlertPump:
    """Brings libtorrent's news into the event loop: it writes a byte to a socket, the loop wakes and reads them."""

    def __init__(self, session: lt.session, hear: Callable[[lt.alert], None]) -> None:
        self._session, self._hear = session, hear
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        session.set_alert_fd(self._theirs.fileno())
        asyncio.get_running_loop().add_reader(self._ours, self._pump)

    def _pump(self) -> None:
        self._ours.recv(4096)
        for alert in self._session.pop_alerts():
            try:
                self._hear(alert)
            except Exception:  # one piece of news must not cost us those behind it: they come only once
                log.exception("torrent engine: news was not understood: %s", alert.message())

    def stop(self) -> None:
        """Listen no more; the session must be gone before `close`."""
        asyncio.get_running_loop().remove_reader(self._ours)

    def close(self) -> None:
        """Let the sockets go."""
        self._ours.close()
        self._theirs.close()
