"""Looking into one torrent: its files, trackers, peers and pieces. These wait for libtorrent: call them in a thread."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import libtorrent as lt

from matinee.engines.torrent.shape import NORMAL, names_of, pieces_of_file, real_files
from matinee.pipeline.torrent_port import Peer, Piece, TorrentFile, Tracker, TrackerState

NORMAL_OUTSIDE = 1
UTP = 1 << 17  # peer_info::utp_socket, which the binding does not name


def files_of(handle: lt.torrent_handle) -> list[TorrentFile]:
    """All files with their progress; none before the metadata is there."""
    metadata = handle.torrent_file()
    if metadata is None:
        return []
    files = metadata.layout()
    done, priorities = handle.file_progress(), handle.get_file_priorities()
    availability = handle.piece_availability() or [0] * metadata.num_pieces()
    spans = [pieces_of_file(files, native) for native in range(files.num_files())]
    names = names_of(metadata, renamed(handle, metadata))
    return [
        TorrentFile(
            index=index,
            path=PurePosixPath(names[native]),
            size=files.file_size(native),
            done=done[native],
            priority=priority_outside(priorities[native]),
            first_piece=spans[native][0],
            last_piece=spans[native][1],
            availability=_share_seen(availability, *spans[native]),
        )
        for index, native in enumerate(real_files(metadata))
    ]


def renamed(handle: lt.torrent_handle, metadata: lt.torrent_info) -> dict[int, str]:
    """The names of the files that are not the torrent's own."""
    names: dict[int, str] = handle.get_renamed_files().export_filenames(metadata.layout())
    return names


def _share_seen(availability: Sequence[int], first: int, last: int) -> float:
    """Which part of these pieces anybody has."""
    seen = availability[first : last + 1]
    return sum(count > 0 for count in seen) / len(seen) if seen else 0.0


def priority_outside(native: int) -> int:
    """qBittorrent's numbers, which everybody uses: 0 unwanted, 1 normal, 6 high, 7 highest."""
    return native if native in (0, 6, 7) else NORMAL_OUTSIDE


def priority_inside(outside: int) -> int:
    """libtorrent's number for it."""
    return NORMAL if outside == NORMAL_OUTSIDE else outside


def trackers_of(handle: lt.torrent_handle) -> list[Tracker]:
    """All trackers and what they last said."""
    return [_tracker(entry) for entry in handle.trackers()]


def _tracker(entry: "lt.AnnounceEntrydict") -> Tracker:
    return Tracker(
        url=entry["url"],
        tier=entry["tier"],
        state=_tracker_state(entry),
        message=_tracker_message(entry),
        seeds=_known(entry, "scrape_complete"),
        peers=_known(entry, "scrape_incomplete"),
        downloads=_known(entry, "scrape_downloaded"),
    )


def _answers(entry: "lt.AnnounceEntrydict") -> "list[lt.AnnounceInfohashdict]":
    """One for each of our addresses and each infohash."""
    return [answer for endpoint in entry["endpoints"] for answer in endpoint["info_hashes"]]


def _tracker_state(entry: "lt.AnnounceEntrydict") -> TrackerState:
    answers = _answers(entry)
    if any(answer["updating"] for answer in answers):
        return TrackerState.ASKING
    if any(answer["fails"] for answer in answers):
        return TrackerState.FAILING
    return TrackerState.WORKING if entry["verified"] else TrackerState.NOT_ASKED


def _tracker_message(entry: "lt.AnnounceEntrydict") -> str:
    for answer in _answers(entry):
        if answer["message"]:
            return answer["message"]
        if answer["last_error"]["value"]:
            return _error_in_words(answer["last_error"])
    return ""


def _error_in_words(error: "lt.ErrorCodedict") -> str:
    categories = {"system": lt.system_category, "libtorrent": lt.libtorrent_category, "http": lt.http_category}
    category = categories.get(error["category"], lt.generic_category)
    return lt.error_code(error["value"], category()).message()


def _known(entry: "lt.AnnounceEntrydict", name: str) -> int:
    return max((int(answer[name]) for answer in _answers(entry)), default=-1)  # type: ignore[literal-required]


def peers_of(handle: lt.torrent_handle) -> list[Peer]:
    """Everybody connected."""
    return [
        Peer(
            address=peer.ip[0],
            port=peer.ip[1],
            client=peer.client.decode(errors="replace"),
            progress=peer.progress,
            down_speed=peer.payload_down_speed,
            up_speed=peer.payload_up_speed,
            downloaded=peer.total_download,
            uploaded=peer.total_upload,
            connection="µTP" if peer.flags & UTP else "BT",
            flags=_flags(peer),
        )
        for peer in handle.get_peer_info()
    ]


def _flags(peer: lt.peer_info) -> str:
    """qBittorrent's letters: who wants from whom, who gives, who began, how it is encrypted, who told of it."""
    states, sources = peer.flags, peer.source
    wants = ("d" if states & lt.peer_info.remote_choked else "D") if states & lt.peer_info.interesting else ""
    gives = ("u" if states & lt.peer_info.choked else "U") if states & lt.peer_info.remote_interested else ""
    letters = (
        (not states & lt.peer_info.local_connection, "I"),
        (sources & lt.peer_info.pex, "X"),
        (sources & lt.peer_info.dht, "H"),
        (sources & lt.peer_info.lsd, "L"),
        (states & lt.peer_info.rc4_encrypted, "E"),
        (states & lt.peer_info.plaintext_encrypted, "e"),
        (states & UTP, "P"),
    )
    return " ".join([letter for letter in (wants, gives) if letter] + [letter for holds, letter in letters if holds])


def pieces_of(handle: lt.torrent_handle) -> list[Piece]:
    """Every piece in order; none before the metadata is there."""
    coming = {piece["piece_index"] for piece in handle.get_download_queue()}
    return [
        Piece.HERE if here else Piece.COMING if index in coming else Piece.MISSING
        for index, here in enumerate(handle.status(lt.status_flags_t.query_pieces).pieces)
    ]


def piece_hashes_of(handle: lt.torrent_handle) -> list[str]:
    """The SHA-1 of every piece; none before the metadata is there, and none in version 2."""
    metadata = handle.torrent_file()
    if metadata is None or not metadata.info_hashes().has_v1():
        return []
    return [metadata.hash_for_piece(piece).hex() for piece in range(metadata.num_pieces())]


def torrent_file_of(handle: lt.torrent_handle) -> bytes | None:
    """A .torrent file made of what is known; None before the metadata is there."""
    metadata = handle.torrent_file()
    if metadata is None:
        return None
    params = lt.add_torrent_params()
    params.ti, entries = metadata, handle.trackers()
    params.trackers, params.tracker_tiers = [each["url"] for each in entries], [each["tier"] for each in entries]
    params.url_seeds = handle.url_seeds()
    made: Any = lt.write_torrent_file(params, lt.write_flags.allow_missing_piece_layer)
    return bytes(lt.bencode(made))
