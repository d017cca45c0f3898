"""The part of the engine where torrents come and go."""

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import libtorrent as lt

from matinee.engines.torrent.arriving import wanted
from matinee.engines.torrent.filing import Filing
from matinee.engines.torrent.queries import priority_inside
from matinee.engines.torrent.reading import laid_out_as, read_source, source_of
from matinee.engines.torrent.record import Record
from matinee.engines.torrent.shape import NORMAL, real_files
from matinee.engines.torrent.snapshot import id_of
from matinee.kernel.errors import Conflict, MatineeError, Refused
from matinee.pipeline.torrent_port import StopCondition, TorrentOrder

log = logging.getLogger(__name__)


class Coming(Filing):
    """Adding and removing."""

    async def add(self, order: TorrentOrder) -> str:
        """Start a torrent and return its id; it is on disk by then."""
        source = source_of(order)
        params = read_source(source)
        id = id_of(params.info_hashes)
        async with self._adding:
            if id in self._swarm.lives:
                raise Conflict(f"{self._swarm.lives[id].torrent.name} is there already")
            if order.category and order.category not in self._catalogue.categories:
                await self.put_category(order.category, "")
            record = self._record(id, params, order)
            self._dress(params, record, order)
            await self._archive.add(record, source)
            try:
                live = self._swarm.enter(record, params, at_once=not self._catalogue.preferences.queueing)
            except MatineeError:
                await self._archive.forget(id)
                raise
            if order.on_top:
                live.handle.queue_position_top()
            if params.ti and (record.first_last or order.priorities or record.layout or self._own_trackers()):
                live.unsaved = True
                self._swarm.keeper.save(live)
            await self.put_tags(order.tags)
        log.info("torrent %s was added", live.torrent.name)
        return id

    def _record(self, id: str, params: lt.add_torrent_params, order: TorrentOrder) -> Record:
        rules = self._catalogue.preferences
        auto = rules.auto if order.auto is None else order.auto
        given = None if auto else order.folder
        folder = given or Path(self._catalogue.categories[order.category].folder if order.category else "")
        incomplete = "" if order.seed_mode or order.skips_incomplete else self._incomplete(order)
        stop_when = rules.stop_condition if order.stop_condition is None else order.stop_condition
        if stop_when is StopCondition.METADATA_RECEIVED and params.ti:
            order, stop_when = replace(order, stopped=True), StopCondition.NONE
        return Record(
            id=id,
            name=params.ti.name() if params.ti else params.name or id,
            title=order.name,
            folder=self._inside(folder),
            incomplete=incomplete,
            lies=incomplete,
            auto=auto,
            layout=rules.layout if order.layout is None else order.layout,
            stop_when=stop_when,
            added_at=int(time.time()),
            category=order.category,
            tags=order.tags,
            stopped=rules.start_stopped if order.stopped is None else order.stopped,
            forced=order.forced,
            sequential=order.sequential,
            first_last=order.first_last,
            limits=order.limits,
            names_checked=params.ti is not None,
        )

    def _incomplete(self, order: TorrentOrder) -> str:
        """Where it lies until it is complete: by the order, its category, or the preferences; "" for nowhere else."""
        if order.incomplete is not None:
            return str(self._inside(order.incomplete))
        category = self._catalogue.categories.get(order.category)
        if category and (category.incomplete or category.skips_incomplete):
            chosen = category.incomplete
        else:
            chosen = self._catalogue.preferences.incomplete
        return str(self._inside(Path(chosen))) if chosen else ""

    def _own_trackers(self) -> tuple[str, ...]:
        return self._catalogue.preferences.trackers

    def _dress(self, params: lt.add_torrent_params, record: Record, order: TorrentOrder) -> None:
        """What the order and the preferences add to what the torrent says itself."""
        params.download_limit, params.upload_limit = order.down_limit, order.up_limit
        laid_out_as(record, params)
        if params.ti is None:
            return
        if order.seed_mode:
            params.flags |= lt.torrent_flags.seed_mode
        params.file_priorities = _priorities(params.ti, order) or wanted(
            params.ti, params.renamed_files, self._catalogue.preferences.excluded_names
        )
        if not params.ti.priv():
            fresh = [url for url in self._own_trackers() if url not in params.trackers]
            tiers = list(params.tracker_tiers)
            params.trackers = [*params.trackers, *fresh]
            params.tracker_tiers = [*tiers, *([max(tiers, default=-1) + 1] * len(fresh))]

    async def remove(self, ids: Iterable[str], *, delete_files: bool) -> None:
        """Forget torrents, and their files when told."""
        for live in self._some(ids):
            name = live.torrent.name
            await self._swarm.leave(live, delete_files=delete_files)
            log.info("torrent %s was removed%s", name, " with its files" if delete_files else "")


def _priorities(metadata: lt.torrent_info, order: TorrentOrder) -> list[int]:
    """As the order has them, one for each file a person sees; none when it has none."""
    if not order.priorities:
        return []
    native = real_files(metadata)
    if len(native) != len(order.priorities):
        raise Refused(f"there are {len(native)} files, but {len(order.priorities)} priorities")
    priorities = [NORMAL] * metadata.num_files()
    for index, priority in zip(native, order.priorities, strict=True):
        priorities[index] = priority_inside(priority)
    return priorities
