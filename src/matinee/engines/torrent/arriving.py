"""A magnet's torrent tells its files: they are judged and laid out before anything is written."""

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import libtorrent as lt

from matinee.engines.torrent.live import Live
from matinee.engines.torrent.reading import judge_names, without_gossip
from matinee.engines.torrent.record import Record
from matinee.engines.torrent.shape import NORMAL, excluded, laid_out, names_of
from matinee.engines.torrent.snapshot import with_metadata
from matinee.pipeline.torrent_port import StopCondition

if TYPE_CHECKING:
    from matinee.engines.torrent.swarm import Swarm

log = logging.getLogger(__name__)


def metadata_came(swarm: "Swarm", live: Live, _alert: lt.metadata_received_alert) -> None:
    """Judge the file names, and only then let it write."""
    metadata = live.handle.torrent_file()
    if metadata is None:
        return
    names = laid_out(metadata, live.record.layout)
    live.about = with_metadata(live.about, metadata, names)
    judged = judge_names(replace(live.record, name=live.about.name), metadata)
    live.handle.set_flags(without_gossip(metadata, pex=swarm.preferences.pex))
    if judged.names_checked:
        judged = _let_in(swarm, live, judged, metadata, names)
    else:
        log.warning("torrent %s: %s", live.about.name, judged.refusal)
    if judged.stopped:
        _stand_still(live)
    swarm.spawn(swarm.put(live, judged))
    swarm.keeper.save(live)


def _let_in(swarm: "Swarm", live: Live, judged: Record, metadata: lt.torrent_info, names: dict[int, str]) -> Record:
    if judged.stop_when is StopCondition.METADATA_RECEIVED:
        _stand_still(live)  # before anything is wanted, or the first piece would be asked for
        judged = replace(judged, stopped=True, forced=False, stop_when=StopCondition.NONE)
    for native, name in names.items():
        live.handle.rename_file(native, name)
    if not metadata.priv():
        for url in swarm.preferences.trackers:
            live.handle.add_tracker({"url": url})
    live.handle.prioritize_files(wanted(metadata, names, swarm.preferences.excluded_names))
    return judged


def _stand_still(live: Live) -> None:
    live.handle.unset_flags(lt.torrent_flags.auto_managed)
    live.handle.pause()


def wanted(metadata: lt.torrent_info, names: dict[int, str], patterns: tuple[str, ...]) -> list[int]:
    """The priority of every file: none for those whose names nobody wants."""
    unwanted = excluded(names_of(metadata, names), patterns)
    return [0 if native in unwanted else NORMAL for native in range(metadata.num_files())]
