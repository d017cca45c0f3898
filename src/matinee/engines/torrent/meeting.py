"""The part of the engine that knows who else is there: trackers, web servers, peers, and who is kept out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

import libtorrent as lt

from matinee.engines.torrent.core import Core
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.session import banning
from matinee.kernel.errors import Conflict, Refused

Entries = list[tuple[str, int]]


class Meeting(Core):
    """Trackers and peers."""

    async def reannounce(self, ids: Iterable[str]) -> None:
        """Ask the trackers again now."""
        for live in self._some(ids):
            live.handle.force_reannounce()

    async def add_trackers(self, id: str, tiers: Sequence[Sequence[str]]) -> None:
        """Ask more trackers; the first tier given comes after the last one there is. Known ones stay where they are."""
        live = self._swarm.live(id)
        entries = _entries(live)
        known, first = {url for url, _ in entries}, max((tier for _, tier in entries), default=-1) + 1
        fresh = [(_checked(url, TRACKERS), first + n) for n, urls in enumerate(tiers) for url in urls]
        await self._put_trackers(live, entries + [entry for entry in dict.fromkeys(fresh) if entry[0] not in known])

    async def edit_tracker(self, id: str, old: str, new: str) -> None:
        """Ask another one in a tracker's place, in the same tier."""
        live = self._swarm.live(id)
        entries = _entries(live)
        known = {url for url, _ in entries}
        _checked(new, TRACKERS)
        if old not in known:
            raise Conflict(f"{live.torrent.name} has no tracker {old}")
        if new != old and new in known:
            raise Conflict(f"{live.torrent.name} has the tracker {new} already")
        await self._put_trackers(live, [(new if url == old else url, tier) for url, tier in entries])

    async def drop_trackers(self, id: str, urls: Iterable[str]) -> None:
        """Ask trackers no more."""
        live, gone = self._swarm.live(id), frozenset(urls)
        entries = _entries(live)
        left = [(url, tier) for url, tier in entries if url not in gone]
        if len(left) == len(entries):
            raise Conflict(f"{live.torrent.name} has none of these trackers")
        await self._put_trackers(live, left)

    async def _put_trackers(self, live: Live, entries: Entries) -> None:
        live.handle.replace_trackers([_entry(url, tier) for url, tier in entries])
        live.about = replace(live.about, tracker_count=len(entries))
        self._swarm.repaint(live)
        await self._swarm.keeper.saved(live)

    async def put_web_seeds(self, id: str, urls: Iterable[str]) -> None:
        """Download from web servers too."""
        live = self._swarm.live(id)
        for url in [_checked(url, WEB) for url in urls]:
            live.handle.add_url_seed(url)
        await self._swarm.keeper.saved(live)

    async def drop_web_seeds(self, id: str, urls: Iterable[str]) -> None:
        """Download from web servers no more."""
        live = self._swarm.live(id)
        for url in urls:
            live.handle.remove_url_seed(url)
        await self._swarm.keeper.saved(live)

    async def connect(self, id: str, address: str, port: int) -> None:
        """Try a peer known from elsewhere; of a private torrent the tracker alone names peers."""
        live = self._swarm.live(id)
        if live.about.private:
            raise Conflict(f"{live.torrent.name} is private: only its tracker names peers")
        try:
            live.handle.connect_peer((str(ip_address(address)), port))
        except (ValueError, RuntimeError, OverflowError) as error:
            raise Refused(f"{address}:{port} is no peer's address") from error

    async def ban(self, addresses: Iterable[str]) -> None:
        """Never speak with these addresses again."""
        preferences = self._catalogue.preferences
        wanted = tuple(sorted({*preferences.banned, *checked_addresses(addresses)}))
        self._swarm.session.set_ip_filter(banning(wanted))
        self._swarm.preferences = replace(preferences, banned=wanted)
        await self._keep(replace(self._catalogue, preferences=self._swarm.preferences))


TRACKERS = ("http", "https", "udp", "wss", "ws")
WEB = ("http", "https")


def checked_addresses(addresses: Iterable[str]) -> list[str]:
    """Addresses as they are written shortest; Refused for what is none."""
    try:
        return [str(ip_address(address)) for address in addresses]
    except ValueError as error:
        raise Refused(f"{error}: give IP addresses without ports") from error


def _checked(url: str, schemes: tuple[str, ...]) -> str:
    """Refused for what is no address of a server."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError as error:
        raise Refused(f"'{url}' is not the address of a server") from error
    if parts.scheme not in schemes or not parts.hostname:
        raise Refused(f"'{url}' is not the address of a server: it must begin with one of {', '.join(schemes)}")
    return url


def _entries(live: Live) -> Entries:
    return [(entry["url"], entry["tier"]) for entry in live.handle.trackers()]


def _entry(url: str, tier: int) -> lt.announce_entry:
    entry = lt.announce_entry(url)
    entry.tier = tier
    return entry
