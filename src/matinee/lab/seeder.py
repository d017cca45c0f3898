"""The seeder: somebody who has all the films and gives them away, as slowly as a test wants."""

from collections.abc import Iterable

import libtorrent as lt

from matinee.lab.torrents import Torrent

NO_LIMIT = 0


class Seeder:
    """A libtorrent session on loopback; `rate` is its upload limit in bytes a second, None for as fast as it goes.

    Each start is a new session on a new port, so that a late goodbye of the last one harms nobody.
    """

    def __init__(self, host: str, rate: int | None) -> None:
        self.rate = rate
        self._host = host
        self._session: lt.session | None = None

    @property
    def port(self) -> int:
        """Where peers reach it; 0 when it is away."""
        return self._session.listen_port() if self._session else 0

    @property
    def seeding(self) -> bool:
        """Whether it is there."""
        return self._session is not None

    def start(self, torrents: Iterable[Torrent], announce: str) -> None:
        """Offer these to everyone; the files are known to be whole."""
        self._session = lt.session(_settings(self._host, self.rate))
        self._session.set_peer_class_filter(_everyone())
        for torrent in torrents:
            wanted = lt.load_torrent_buffer(torrent.file(announce))
            wanted.save_path = str(torrent.folder)
            wanted.renamed_files = dict(enumerate(torrent.on_disk))
            wanted.flags = lt.torrent_flags.seed_mode
            self._session.async_add_torrent(wanted)

    def stop(self) -> None:
        """Leave, without goodbyes; returns when the session has ended, so call it in a thread."""
        if self._session:
            self._session.apply_settings({"stop_tracker_timeout": 0})
        self._session = None

    def set_rate(self, rate: int | None) -> None:
        """Change the upload limit, in bytes a second."""
        self.rate = rate
        if self._session:
            self._session.apply_settings({"upload_rate_limit": rate or NO_LIMIT})


def _everyone() -> lt.ip_filter:
    """All peers in one class: those on loopback are otherwise in one of their own that no limit reaches."""
    everyone = lt.ip_filter()
    everyone.add_rule("0.0.0.0", "255.255.255.255", 1 << lt.session.global_peer_class_id)  # noqa: S104
    return everyone


def _settings(host: str, rate: int | None) -> "lt.settings_pack":
    """Loopback only, TCP where we choose, nothing that looks for peers by itself."""
    return {
        "listen_interfaces": f"{host}:0",
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": True,  # a peer that tries uTP first would lose four seconds otherwise
        "enable_outgoing_utp": False,
        # Measured: with these, uTP reaches the upload limit; without, it crawls at a fifth of it.
        "mixed_mode_algorithm": 0,
        "send_buffer_watermark": 64 * 1024,
        "send_buffer_low_watermark": 16 * 1024,
        "allow_multiple_connections_per_ip": True,
        "ssrf_mitigation": False,
        "min_announce_interval": 5,
        "upload_rate_limit": rate or NO_LIMIT,
        "user_agent": "LabSeeder/1",
        "alert_mask": 0,
    }
