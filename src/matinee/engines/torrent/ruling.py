"""The part of the engine that keeps the rules: preferences, the clock's limits, and when giving back is enough."""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import datetime

import libtorrent as lt

from matinee.engines.torrent.coming import Coming
from matinee.engines.torrent.limits import has_seeded_enough, what_follows
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.meeting import checked_addresses
from matinee.engines.torrent.reading import ONLY_THE_TRACKER, without_gossip
from matinee.engines.torrent.running import Running
from matinee.engines.torrent.schedule import holds_now
from matinee.kernel.redact import redact
from matinee.pipeline.torrent_port import LimitAction, Preferences

log = logging.getLogger(__name__)

CLOCK_SECONDS = 10.0


class Ruling(Coming, Running):
    """Preferences and what follows from them."""

    _scheduled: bool | None = None

    def preferences(self) -> Preferences:
        """The rules in force; the port is the one really listened on."""
        return replace(self._catalogue.preferences, port=self._swarm.port)

    async def set_preferences(self, preferences: Preferences) -> None:
        """Put other rules in force at once."""
        before, wanted = self._catalogue.preferences, self._allowed(preferences)
        redact.remember([wanted.proxy.password])
        self._swarm.obey(wanted)
        self._obey_each(before, wanted)
        self._scheduled = None if wanted.alternative.days != before.alternative.days else self._scheduled
        await self._keep(replace(self._catalogue, preferences=wanted))

    def _allowed(self, wanted: Preferences) -> Preferences:
        """Local discovery never goes together with a tunnel: it would name our torrents outside of it."""
        if wanted.lsd and self._door.is_guarded:
            log.warning("local peer discovery stays off: torrents leave by the tunnel alone")
            wanted = replace(wanted, lsd=False)
        if self._door.proxy and wanted.proxy != self._catalogue.preferences.proxy:
            log.warning("the proxy stays as it is: torrents leave by %s alone", self._door.proxy.host)
            wanted = replace(wanted, proxy=self._catalogue.preferences.proxy)
        if wanted.incomplete:
            self._inside(self.root / wanted.incomplete)
        return replace(wanted, banned=tuple(sorted(set(checked_addresses(wanted.banned)))))

    def _obey_each(self, before: Preferences, wanted: Preferences) -> None:
        """What libtorrent keeps for each torrent."""
        for live in self._swarm.by_handle.values():
            if wanted.pex != before.pex:
                live.handle.set_flags(without_gossip(live.handle.torrent_file(), pex=wanted.pex), ONLY_THE_TRACKER)
            if wanted.connections_each != before.connections_each:
                live.handle.set_max_connections(wanted.connections_each)
            if wanted.uploads_each != before.uploads_each:
                live.handle.set_max_uploads(wanted.uploads_each)

    async def reopen(self) -> None:
        """Listen anew on the same port, as after the tunnel came back."""
        here = self._door.listen_on(self._swarm.port)
        self._swarm.session.apply_settings({"listen_interfaces": here})
        self._swarm.session.reopen_network_sockets(lt.session.reopen_map_ports)

    # the clock

    async def _keep_the_schedule(self) -> None:
        """Change between the speed limits when the schedule's hour strikes; in between the owner's hand counts."""
        while True:
            await self._look_at_the_clock(datetime.now())
            await asyncio.sleep(CLOCK_SECONDS)

    async def _look_at_the_clock(self, now: datetime) -> None:
        preferences = self._catalogue.preferences
        wanted = holds_now(preferences.alternative, now) if preferences.alternative.scheduled else None
        struck, self._scheduled = wanted != self._scheduled, wanted
        if struck and wanted is not None and wanted != preferences.alternative.on:
            log.info("the %s speed limits hold now", "alternative" if wanted else "ordinary")
            changed = replace(preferences, alternative=replace(preferences.alternative, on=wanted))
            await self.set_preferences(replace(changed, port=self._swarm.port))

    # giving back

    def _end_if_seeded_enough(self, live: Live) -> None:
        torrent, house = live.torrent, self._catalogue.preferences.limits
        if not has_seeded_enough(torrent, house, time.time()) or torrent.id in self._swarm.leaving:
            return
        action = what_follows(torrent, house)
        if action is LimitAction.SUPER_SEED:
            if not live.record.super_seeding:
                self._swarm.spawn(self.set_super_seeding([torrent.id], True))
        elif action is LimitAction.STOP:
            self._swarm.spawn(self.stop_torrents([torrent.id]))
        else:
            self._swarm.spawn(self.remove([torrent.id], delete_files=action is LimitAction.REMOVE_WITH_FILES))
