"""The libtorrent session: tied to one door, quiet towards the router and the neighbours."""

import asyncio
import logging
import socket
from collections.abc import Callable

import libtorrent as lt

from matinee import __version__
from matinee.engines.torrent.door import Door
from matinee.pipeline.torrent_port import Preferences

log = logging.getLogger(__name__)

WATCHED = (
    lt.alert_category.error
    | lt.alert_category.status
    | lt.alert_category.storage
    | lt.alert_category.tracker
    | lt.alert_category.file_progress
)
UNLIMITED = -1


def open_session(door: Door, preferences: Preferences) -> lt.session:
    """A session that listens at and leaves by this one door only."""
    session = lt.session(lt.session_params({**_fixed(door), **chosen(door, preferences)}))
    session.set_peer_class_filter(_limits_hold_for_everybody())
    return session


def _fixed(door: Door) -> "lt.settings_pack":
    """What nobody may change, where libtorrent's own choice is not ours.

    uTP is 15 times slower than TCP on a LAN and is only answered, never begun; RC4 halves the speed for nothing.
    A magnet's torrent wants no file until its names were judged: seeds must not be hung up on meanwhile.
    """
    return {
        "user_agent": f"Matinee/{__version__} libtorrent/{lt.__version__}",
        "outgoing_interfaces": door.leave_by,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_lsd": False,
        "listen_system_port_fallback": False,
        "max_retry_port_bind": 0,
        "stop_tracker_timeout": 1,
        "mixed_mode_algorithm": int(lt.bandwidth_mixed_algo_t.prefer_tcp),
        "enable_outgoing_utp": False,
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
    """What the preferences decide."""
    queueing = preferences.queueing
    return {
        "listen_interfaces": door.listen_on(preferences.port),
        "enable_dht": preferences.dht,
        "download_rate_limit": preferences.down_limit,
        "upload_rate_limit": preferences.up_limit,
        "connections_limit": preferences.connections,
        "active_downloads": preferences.active_downloads if queueing else UNLIMITED,
        "active_seeds": preferences.active_seeds if queueing else UNLIMITED,
        "active_limit": preferences.active_torrents if queueing else UNLIMITED,
        "active_tracker_limit": UNLIMITED,
        "active_dht_limit": UNLIMITED,
    }


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
