"""Reading what was ordered: a .torrent file or a magnet link becomes what libtorrent starts from."""

import logging
import re
from dataclasses import replace

import libtorrent as lt

from matinee.engines.torrent.archive import Kept
from matinee.engines.torrent.names import refuse_climbing_names
from matinee.engines.torrent.record import Record
from matinee.engines.torrent.shape import NORMAL, laid_out
from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import TorrentOrder

log = logging.getLogger(__name__)

ONLY_THE_TRACKER = lt.torrent_flags.disable_dht | lt.torrent_flags.disable_lsd | lt.torrent_flags.disable_pex
BARE_HASH = re.compile(rb"(?i)[0-9a-f]{40}|[a-z2-7]{32}|1220[0-9a-f]{64}")


def source_of(order: TorrentOrder) -> bytes:
    """The order's own words, as they are kept."""
    if order.torrent is not None:
        return order.torrent
    if order.magnet:
        return _magnet(order.magnet.strip().encode())
    raise Refused("neither a torrent file nor a magnet link was given")


def _magnet(link: bytes) -> bytes:
    """A bare infohash is a magnet link too; the longest is one of version 2."""
    if not BARE_HASH.fullmatch(link):
        return link
    return b"magnet:?xt=urn:%b:%b" % (b"btmh" if len(link) == 68 else b"btih", link)


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
    return laid_out_as(kept.record, read_source(kept.source))


def laid_out_as(record: Record, params: lt.add_torrent_params) -> lt.add_torrent_params:
    """Give the files of a new torrent the names its layout wants."""
    if params.ti:
        params.renamed_files = laid_out(params.ti, record.layout)
    return params


def judge_names(record: Record, metadata: lt.torrent_info) -> Record:
    """The page after its file names were judged: stopped with the reason when they climb."""
    try:
        refuse_climbing_names(metadata.info_section())
    except Refused as refusal:
        return replace(record, refusal=str(refusal), stopped=True, forced=False)
    return replace(record, names_checked=True)


def prepare(params: lt.add_torrent_params, record: Record, *, at_once: bool, pex: bool = True) -> None:
    """Make the params say what the page says; nothing is written before the file names were judged.

    Unless it shall start at once, a torrent waits for its turn in libtorrent's queue.
    """
    params.save_path = str(record.place)
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
    if record.super_seeding:
        flags |= lt.torrent_flags.super_seeding
    flags = (flags & ~ONLY_THE_TRACKER) | without_gossip(params.ti, pex=pex)
    if not record.names_checked:
        flags |= lt.torrent_flags.default_dont_download
    params.flags = flags


def without_gossip(metadata: lt.torrent_info | None, *, pex: bool) -> int:
    """The flags that keep a torrent to its tracker: all of them for a private one."""
    if metadata and metadata.priv():
        return ONLY_THE_TRACKER
    return 0 if pex else lt.torrent_flags.disable_pex


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
