"""The seeder: somebody who has all the films and gives them away, as slowly as a test wants."""

from collections.abc import Iterable

import libtorrent as lt

from matinee.lab.torrents import Torrent

NO_LIMIT = 0


class Seeder:
    """A libtorrent session on loopback; `rate` is its upload limit in bytes a second, None for as fast as it goes.

    Closing takes a moment: call `close` in a thread when an event loop must go on.
    """

    def __init__(self, host: str, rate: int | None) -> None:
        self._session = lt.session(_settings(host, rate))
        everyone = lt.ip_filter()
        # Loopback peers are otherwise in a class of their own that no limit reaches.
        everyone.add_rule("0.0.0.0", "255.255.255.255", 1 << lt.session.global_peer_class_id)  # noqa: S104
        self._session.set_peer_class_filter(everyone)
        self.rate = rate
        self.seeding = True

    def seed(self, torrents: Iterable[Torrent], announce: str) -> None:
        """Offer these to everyone; the files are known to be whole."""
        for torrent in torrents:
            wanted = lt.load_torrent_buffer(torrent.file(announce))
            wanted.save_path = str(torrent.folder)
            wanted.renamed_files = dict(enumerate(torrent.on_disk))
            wanted.flags = lt.torrent_flags.seed_mode
            self._session.async_add_torrent(wanted)

    def greet(self, infohash: bytes, peer: tuple[str, int]) -> None:
        """Connect to a newcomer: one that tries uTP first would lose four seconds before it tries TCP."""
        torrent = self._session.find_torrent(lt.sha1_hash(infohash))
        if self.seeding and torrent.is_valid():
            torrent.connect_peer(peer)

    def stop(self) -> None:
        """Leave all swarms."""
        self._session.pause()
        self.seeding = False

    def resume(self) -> None:
        """Come back to all swarms."""
        self._session.resume()
        self.seeding = True

    def set_rate(self, rate: int | None) -> None:
        """Change the upload limit, in bytes a second."""
        self._session.apply_settings({"upload_rate_limit": rate or NO_LIMIT})
        self.rate = rate

    def close(self) -> None:
        """Leave for good, without goodbyes; returns when the session has ended: its destructor waits for that."""
        self._session.apply_settings({"stop_tracker_timeout": 0})
        del self._session


def _settings(host: str, rate: int | None) -> "lt.settings_pack":
    """Loopback only, TCP only (uTP crawls under an upload limit), nothing that looks for peers by itself."""
    return {
        "listen_interfaces": f"{host}:0",
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "allow_multiple_connections_per_ip": True,
        "ssrf_mitigation": False,
        "stop_tracker_timeout": 1,
        "min_announce_interval": 5,
        "upload_rate_limit": rate or NO_LIMIT,
        "user_agent": "LabSeeder/1",
        "alert_mask": 0,
    }
