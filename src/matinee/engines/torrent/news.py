"""What libtorrent reports and what follows from it: metadata came, a disk is full, a tracker is silent."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libtorrent as lt

from matinee.engines.torrent.arriving import metadata_came
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.moves import did_not_move, go_home, moved
from matinee.engines.torrent.queries import renamed
from matinee.engines.torrent.shape import two_ends
from matinee.engines.torrent.snapshot import id_of, with_metadata
from matinee.pipeline.torrent_port import StopCondition

if TYPE_CHECKING:
    from matinee.engines.torrent.swarm import Swarm

log = logging.getLogger(__name__)

NOTHING_THERE = 2  # ENOENT


def hear(swarm: "Swarm", alert: lt.alert) -> None:
    """Act on one alert; those of torrents that are leaving or unknown are left alone."""
    if of_session := OF_THE_SESSION.get(type(alert)):
        of_session(swarm, alert)
    elif (of_torrent := OF_A_TORRENT.get(type(alert))) and isinstance(alert, lt.torrent_alert):
        live = swarm.by_handle.get(alert.handle)
        if live:
            of_torrent(swarm, live, alert)


def states_came(swarm: "Swarm", alert: lt.state_update_alert) -> None:
    """Torrents moved: take their pictures."""
    for status in alert.status:
        if live := swarm.by_handle.get(status.handle):
            live.unsaved = live.unsaved or bool(status.need_save_resume_data)
            swarm.repaint(live, status)


def statistics_came(swarm: "Swarm", alert: lt.session_stats_alert) -> None:
    """Counters of the whole session."""
    swarm.statistics = alert.values


def listens(swarm: "Swarm", alert: lt.listen_succeeded_alert) -> None:
    """Other people can reach us on this port; a device has IPv6 addresses too, with ports of their own."""
    if swarm.listening and _is_ipv6(alert):
        return
    swarm.port, swarm.listening = alert.port, True
    swarm.heard_listen.set()


def does_not_listen(swarm: "Swarm", alert: lt.listen_failed_alert) -> None:
    """Nobody can reach us; there is no fall-back to another address."""
    swarm.listening = swarm.listening and _is_ipv6(alert)
    log.error("torrent engine cannot listen on %s port %s: %s", alert.address, alert.port, alert.error.message())
    swarm.heard_listen.set()


def _is_ipv6(alert: lt.listen_succeeded_alert | lt.listen_failed_alert) -> bool:
    return ":" in alert.address


def left(swarm: "Swarm", alert: lt.torrent_removed_alert) -> None:
    """Out of the session. Where files are deleted, their own alert is the one to wait for."""
    live = swarm.lives.get(id_of(alert.info_hashes))
    if live and live.record.leaving == "keep":
        _seen_off(swarm, alert.info_hashes, "")


def files_deleted(swarm: "Swarm", alert: lt.torrent_deleted_alert) -> None:
    """Out of the session, and its files off the disk."""
    _seen_off(swarm, alert.info_hashes, "")


def files_not_deleted(swarm: "Swarm", alert: lt.torrent_delete_failed_alert) -> None:
    """Out of the session, but files stay; none there is as good as deleted."""
    nothing_there = alert.error.value() in (0, NOTHING_THERE)
    _seen_off(swarm, alert.info_hashes, "" if nothing_there else alert.error.message())


def _seen_off(swarm: "Swarm", hashes: lt.info_hash_t, problem: str) -> None:
    future = swarm.leaving.get(id_of(hashes))
    if future and not future.done():
        future.set_result(problem)


def disk_failed(_swarm: "Swarm", live: Live, alert: lt.file_error_alert) -> None:
    """Full or broken: remember why; the state follows."""
    reason = f"{alert.error.message()}: {alert.filename()}"
    log.warning("torrent %s: %s", live.torrent.name, reason)
    live.trouble = replace(live.trouble, disk=reason)
    live.handle.post_status(0)


def tracker_failed(swarm: "Swarm", live: Live, alert: lt.tracker_error_alert) -> None:
    """A tracker did not answer, or said no."""
    _tracker_says(swarm, live, alert.error_message() or alert.error.message())


def tracker_answered(swarm: "Swarm", live: Live, _alert: lt.tracker_reply_alert) -> None:
    """A tracker is fine again."""
    _tracker_says(swarm, live, "")


def _tracker_says(swarm: "Swarm", live: Live, message: str) -> None:
    live.trouble = replace(live.trouble, tracker=message)
    swarm.repaint(live)


def progress_rejected(swarm: "Swarm", live: Live, alert: lt.fastresume_rejected_alert) -> None:
    """Files that were here are gone: wait for the owner instead of downloading them again."""
    if Path(alert.file_path()).exists():
        log.warning("torrent %s: all pieces are checked again: %s", live.torrent.name, alert.error.message())
        return
    log.warning("torrent %s: its files are gone: %s", live.torrent.name, alert.file_path())
    live.trouble = replace(live.trouble, missing=True)
    live.handle.unset_flags(lt.torrent_flags.auto_managed)
    live.handle.pause()
    swarm.repaint(live)


def finished(swarm: "Swarm", live: Live, _alert: lt.torrent_finished_alert) -> None:
    """All wanted pieces are here; before the names were judged it only means that nothing is wanted yet."""
    if not live.record.names_checked:
        return
    if not live.record.completed_at:
        log.info("torrent %s is complete", live.torrent.name)
        swarm.spawn(swarm.put(live, replace(live.record, completed_at=int(time.time()))))
    swarm.keeper.save(live)
    go_home(swarm, live)
    swarm.look()


def paused(swarm: "Swarm", live: Live, _alert: lt.torrent_paused_alert) -> None:
    """It stands still: a good moment to keep its progress."""
    if not swarm.closing:
        swarm.keeper.save(live)
        swarm.look()


def moved_on(swarm: "Swarm", _live: Live, _alert: lt.torrent_alert) -> None:
    """Its state changed: look at once instead of at the next second."""
    swarm.look()


def checked(swarm: "Swarm", live: Live, _alert: lt.torrent_checked_alert) -> None:
    """What was there is known: some shall stop here."""
    if live.record.stop_when is StopCondition.FILES_CHECKED and live.record.names_checked:
        live.handle.unset_flags(lt.torrent_flags.auto_managed)
        live.handle.pause()
        stopped = replace(live.record, stop_when=StopCondition.NONE, stopped=True, forced=False)
        swarm.spawn(swarm.put(live, stopped))
    swarm.look()


def priorities_set(swarm: "Swarm", live: Live, _alert: lt.file_prio_alert) -> None:
    """Other files are wanted, so other pieces are the two ends."""
    metadata = live.handle.torrent_file()
    if metadata and live.record.first_last:
        live.handle.prioritize_pieces(two_ends(metadata, live.handle.get_file_priorities(), first=True))
        live.unsaved = True
    swarm.look()


def file_renamed(swarm: "Swarm", live: Live, alert: lt.file_renamed_alert) -> None:
    """A file has another name on disk."""
    if metadata := live.handle.torrent_file():
        live.about = with_metadata(live.about, metadata, renamed(live.handle, metadata))
    live.unsaved = True
    swarm.repaint(live)
    _renaming_ended(swarm, live, alert.index, "")


def file_not_renamed(swarm: "Swarm", live: Live, alert: lt.file_rename_failed_alert) -> None:
    """A file keeps its name."""
    _renaming_ended(swarm, live, alert.index, alert.error.message())


def _renaming_ended(swarm: "Swarm", live: Live, native: int, problem: str) -> None:
    waiting = swarm.renaming.pop((live.record.id, native), None)
    if waiting and not waiting.done():
        waiting.set_result(problem)


def turned_away(swarm: "Swarm", alert: lt.peer_blocked_alert | lt.peer_ban_alert) -> None:
    """Somebody was not let in."""
    banned = isinstance(alert, lt.peer_ban_alert)
    reason = str(alert.reason) if isinstance(alert, lt.peer_blocked_alert) else "sent damaged pieces"
    swarm.diary.turn_away(alert.endpoint[0], banned=banned, reason=reason)


def progress_came(swarm: "Swarm", live: Live, alert: lt.save_resume_data_alert) -> None:
    """The progress that was asked for."""
    swarm.keeper.came(live, alert)


def no_progress_came(swarm: "Swarm", live: Live, alert: lt.save_resume_data_failed_alert) -> None:
    """No progress since the last time."""
    swarm.keeper.did_not_come(live, alert)


OF_THE_SESSION: dict[type[lt.alert], Callable[["Swarm", Any], None]] = {
    lt.state_update_alert: states_came,
    lt.session_stats_alert: statistics_came,
    lt.listen_succeeded_alert: listens,
    lt.listen_failed_alert: does_not_listen,
    lt.torrent_removed_alert: left,
    lt.torrent_deleted_alert: files_deleted,
    lt.torrent_delete_failed_alert: files_not_deleted,
    lt.peer_blocked_alert: turned_away,
    lt.peer_ban_alert: turned_away,
}

OF_A_TORRENT: dict[type[lt.alert], Callable[["Swarm", Live, Any], None]] = {
    lt.metadata_received_alert: metadata_came,
    lt.file_error_alert: disk_failed,
    lt.tracker_error_alert: tracker_failed,
    lt.tracker_reply_alert: tracker_answered,
    lt.fastresume_rejected_alert: progress_rejected,
    lt.torrent_finished_alert: finished,
    lt.torrent_paused_alert: paused,
    lt.torrent_resumed_alert: moved_on,
    lt.torrent_checked_alert: checked,
    lt.torrent_error_alert: moved_on,
    lt.file_prio_alert: priorities_set,
    lt.file_renamed_alert: file_renamed,
    lt.file_rename_failed_alert: file_not_renamed,
    lt.storage_moved_alert: moved,
    lt.storage_moved_failed_alert: did_not_move,
    lt.save_resume_data_alert: progress_came,
    lt.save_resume_data_failed_alert: no_progress_came,
}
