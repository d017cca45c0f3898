"""Reading what was ordered: a .torrent file or a magnet link becomes what libtorrent starts from."""

import logging
from dataclasses import replace

import libtorrent as lt

from matinee.engines.torrent.archive import Kept
from matinee.engines.torrent.names import refuse_climbing_names
from matinee.engines.torrent.record import Record
from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import TorrentOrder

log = logging.getLogger(__name__)

NORMAL = 4


def source_of(order: TorrentOrder) -> bytes:
    """The order's own words, as they are kept."""
    if order.torrent is not None:
        return order.torrent
    if order.magnet:
        return order.magnet.encode()
    raise Refused("neither a torrent file nor a magnet link was given")


def read_source(source: bytes) -> lt.add_torrent_params:
    """Params from a .torrent's bytes or a magnet link; Refused when it is neither, or its file names climb."""
    try:
        if source.startswith(b"magnet:"):
            return lt.parse_magnet_uri(source.decode())
        params = lt.load_torrent_buffer(source)
    except (RuntimeError, UnicodeDecodeError) as error:
        raise Refused(f"this is not a valid torrent: {_plain(error)}") from error
    if params.ti:
        refuse_climbing_names(params.ti.info_section())
    return params


def read_kept(kept: Kept) -> lt.add_torrent_params:
    """Params of a torrent that was here before, with its progress where that can be read."""
    if kept.progress:
        try:
            return lt.read_resume_data(kept.progress)
        except RuntimeError as error:
            log.warning(
                "torrent %s: its progress is damaged, all pieces are checked: %s", kept.record.id, _plain(error)
            )
    return read_source(kept.source)


def judge_names(record: Record, metadata: lt.torrent_info) -> Record:
    """The page after its file names were judged: stopped with the reason when they climb."""
    try:
        refuse_climbing_names(metadata.info_section())
    except Refused as refusal:
        return replace(record, refusal=str(refusal), stopped=True, forced=False)
    return replace(record, names_checked=True)


def prepare(params: lt.add_torrent_params, record: Record, *, at_once: bool) -> None:
    """Make the params say what the page says; nothing is written before the file names were judged.

    Unless it shall start at once, a torrent waits for its turn in libtorrent's queue.
    """
    params.save_path = str(record.folder)
    flags = params.flags | lt.torrent_flags.duplicate_is_error | lt.torrent_flags.paused | lt.torrent_flags.auto_managed
    flags &= ~(lt.torrent_flags.upload_mode | lt.torrent_flags.stop_when_ready)
    if record.stopped:
        flags &= ~lt.torrent_flags.auto_managed
    elif record.forced:
        flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    elif at_once:
        flags &= ~lt.torrent_flags.paused
    if record.sequential:
        flags |= lt.torrent_flags.sequential_download
    if not record.names_checked:
        flags |= lt.torrent_flags.default_dont_download
    params.flags = flags


def judge_kept(record: Record, params: lt.add_torrent_params) -> Record:
    """Judge the names now, when the engine was killed between the metadata's coming and its judging."""
    if record.names_checked or params.ti is None:
        return record
    judged = judge_names(record, params.ti)
    if judged.names_checked:
        params.file_priorities, params.piece_priorities = [NORMAL] * params.ti.num_files(), []
    return judged


def _plain(error: Exception) -> str:
    """libtorrent's sentence without its error number."""
    return str(error).split(" [", 1)[0]
