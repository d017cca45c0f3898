"""A torrent, a file, a tracker as qBittorrent writes them down."""

from matinee.pipeline.torrent_port import (
    LimitAction,
    Peer,
    Phase,
    Preferences,
    ShareLimits,
    Torrent,
    TorrentFile,
    Tracker,
    TrackerState,
    Traffic,
)
from matinee.products.qbittorrent.wire import (
    GLOBAL_LIMIT,
    NO_LIMIT,
    UNKNOWN_ETA,
    FileRow,
    Properties,
    TorrentRow,
    TrackerRow,
    TransferRow,
)

TRACKER_STATUS = {
    TrackerState.NOT_ASKED: 1,
    TrackerState.WORKING: 2,
    TrackerState.ASKING: 3,
    TrackerState.FAILING: 4,
}
PRIVATE = "This torrent is private"
ACTIONS = {
    LimitAction.DEFAULT: "Default",
    LimitAction.STOP: "Stop",
    LimitAction.REMOVE: "Remove",
    LimitAction.REMOVE_WITH_FILES: "RemoveWithContent",
    LimitAction.SUPER_SEED: "EnableSuperSeeding",
}


def state_of(torrent: Torrent) -> str:
    """The state string, as 5.x says it."""
    side = "UP" if torrent.complete else "DL"
    if torrent.error:
        return "error"
    if torrent.missing:
        return "missingFiles"
    if torrent.moving:
        return "moving"
    if torrent.stopped:
        return f"stopped{side}"
    if torrent.queued:
        return f"queued{side}"
    return _state_at_work(torrent, side)


def _state_at_work(torrent: Torrent, side: str) -> str:
    if torrent.phase is Phase.CHECKING:
        return f"checking{side}"
    if torrent.phase is Phase.METADATA:
        return "forcedMetaDL" if torrent.forced else "metaDL"
    if torrent.forced:
        return f"forced{side}"
    if torrent.complete:
        return "uploading" if torrent.up_speed else "stalledUP"
    return "downloading" if torrent.down_speed else "stalledDL"


def message_of(torrent: Torrent) -> str:
    """Why it stands still; empty when it does not."""
    return torrent.error or ("" if torrent.complete or torrent.seeds else torrent.tracker_message)


def torrent_row(torrent: Torrent, house: ShareLimits) -> TorrentRow:
    """A row of torrents/info; `house` are the limits of torrents that have none of their own."""
    return {
        "hash": torrent.id,
        "infohash_v1": torrent.infohash_v1,
        "infohash_v2": torrent.infohash_v2,
        "name": torrent.name,
        "state": state_of(torrent),
        "category": torrent.category,
        "tags": ", ".join(sorted(torrent.tags)),
        "save_path": str(torrent.folder),
        "content_path": str(torrent.content),
        "root_path": str(torrent.content),
        "download_path": torrent.incomplete,
        "magnet_uri": torrent.magnet,
        "size": torrent.size,
        "total_size": torrent.total_size or -1,
        "completed": torrent.done,
        "amount_left": torrent.size - torrent.done,
        "progress": torrent.progress,
        "eta": eta_of(torrent),
        "trackers_count": torrent.tracker_count,
        "tracker": torrent.tracker,
        "has_metadata": bool(torrent.pieces),
        "private": torrent.private if torrent.pieces else None,
        "comment": torrent.comment,
        "matinee_message": message_of(torrent),
        **_traffic_fields(torrent),
        **_time_fields(torrent),
        **_rule_fields(torrent, house),
    }


def _traffic_fields(torrent: Torrent) -> TorrentRow:
    return {
        "downloaded": torrent.downloaded,
        "uploaded": torrent.uploaded,
        "downloaded_session": torrent.session_downloaded,
        "uploaded_session": torrent.session_uploaded,
        "dlspeed": torrent.down_speed,
        "upspeed": torrent.up_speed,
        "ratio": torrent.ratio,
        "num_seeds": torrent.seeds,
        "num_leechs": torrent.peers,
        "num_complete": torrent.known_seeds,
        "num_incomplete": torrent.known_peers,
        "availability": torrent.availability,
        "popularity": 0,
    }


def _time_fields(torrent: Torrent) -> TorrentRow:
    return {
        "added_on": torrent.added_at,
        "completion_on": torrent.completed_at or -1,
        "last_activity": torrent.active_at,
        "seen_complete": torrent.seen_complete or -1,
        "time_active": torrent.seconds_active,
        "seeding_time": torrent.seconds_seeding,
        "reannounce": torrent.next_announce,
    }


def _rule_fields(torrent: Torrent, house: ShareLimits) -> TorrentRow:
    return {
        "ratio_limit": torrent.limits.ratio,
        "max_ratio": _in_force(torrent.limits.ratio, house.ratio),
        "seeding_time_limit": torrent.limits.seeding_minutes,
        "max_seeding_time": int(_in_force(torrent.limits.seeding_minutes, house.seeding_minutes)),
        "inactive_seeding_time_limit": torrent.limits.idle_minutes,
        "max_inactive_seeding_time": int(_in_force(torrent.limits.idle_minutes, house.idle_minutes)),
        "dl_limit": torrent.down_limit,
        "up_limit": torrent.up_limit,
        "priority": torrent.place_in_queue,
        "share_limit_action": ACTIONS[torrent.limits.action],
        "auto_tmm": torrent.auto,
        "seq_dl": torrent.sequential,
        "f_l_piece_prio": torrent.first_last,
        "force_start": torrent.forced,
        "super_seeding": torrent.super_seeding,
    }


def _in_force(own: float, house: float) -> float:
    """The limit that counts, in qBittorrent's way: -1 for none."""
    found = house if own == GLOBAL_LIMIT else own
    return found if found >= 0 else NO_LIMIT


def eta_of(torrent: Torrent) -> int:
    """Seconds until all wanted files are there."""
    left = torrent.size - torrent.done
    if torrent.complete or not torrent.down_speed or torrent.stopped:
        return UNKNOWN_ETA
    return min(left // torrent.down_speed, UNKNOWN_ETA)


def properties_of(torrent: Torrent) -> Properties:
    """The answer of torrents/properties."""
    return {
        "hash": torrent.id,
        "infohash_v1": torrent.infohash_v1,
        "infohash_v2": torrent.infohash_v2,
        "name": torrent.name,
        "save_path": str(torrent.folder),
        "download_path": torrent.incomplete,
        "addition_date": torrent.added_at,
        "completion_date": torrent.completed_at or -1,
        "creation_date": torrent.created_at or -1,
        "created_by": torrent.created_by,
        "comment": torrent.comment,
        "last_seen": torrent.seen_complete or -1,
        "dl_limit": torrent.down_limit or NO_LIMIT,
        "dl_speed": torrent.down_speed,
        "dl_speed_avg": torrent.downloaded // max(torrent.seconds_active - torrent.seconds_seeding, 1),
        "up_limit": torrent.up_limit or NO_LIMIT,
        "up_speed": torrent.up_speed,
        "up_speed_avg": torrent.uploaded // max(torrent.seconds_active, 1),
        "eta": eta_of(torrent),
        "nb_connections": torrent.connections,
        "nb_connections_limit": NO_LIMIT,
        "peers": torrent.peers,
        "peers_total": torrent.known_peers,
        "seeds": torrent.seeds,
        "seeds_total": torrent.known_seeds,
        "piece_size": torrent.piece_size or -1,
        "pieces_have": torrent.pieces_done,
        "pieces_num": torrent.pieces or -1,
        "reannounce": torrent.next_announce,
        "seeding_time": torrent.seconds_seeding,
        "share_ratio": torrent.ratio,
        "time_elapsed": torrent.seconds_active,
        "total_downloaded": torrent.downloaded,
        "total_downloaded_session": torrent.session_downloaded,
        "total_size": torrent.total_size or -1,
        "total_uploaded": torrent.uploaded,
        "total_uploaded_session": torrent.session_uploaded,
        "total_wasted": torrent.wasted,
        "is_private": torrent.private,
        "private": torrent.private,
        "has_metadata": bool(torrent.pieces),
        "matinee_message": message_of(torrent),
    }


def file_row(file: TorrentFile, torrent: Torrent) -> FileRow:
    """A row of torrents/files; only the first says whether the torrent is a seed, as the real one does."""
    row: FileRow = {
        "index": file.index,
        "name": str(file.path),
        "size": file.size,
        "progress": file.done / file.size if file.size else 1.0,
        "priority": file.priority,
        "piece_range": [file.first_piece, file.last_piece],
        "availability": file.availability,
    }
    return {**row, "is_seed": torrent.complete} if file.index == 0 else row


def tracker_rows(trackers: list[Tracker], preferences: Preferences, *, private: bool) -> list[TrackerRow]:
    """The rows of torrents/trackers, which begin with three that are no trackers."""
    ways = {"DHT": preferences.dht, "PeX": preferences.pex, "LSD": preferences.lsd}
    message = PRIVATE if private else ""
    others = [_other_row(f"** [{way}] **", 2 if on and not private else 0, message) for way, on in ways.items()]
    return others + [
        {
            "url": tracker.url,
            "status": TRACKER_STATUS[tracker.state],
            "tier": tracker.tier,
            "num_peers": tracker.peers,
            "num_seeds": tracker.seeds,
            "num_leeches": tracker.peers,
            "num_downloaded": tracker.downloads,
            "msg": tracker.message,
        }
        for tracker in trackers
    ]


def _other_row(name: str, status: int, message: str) -> TrackerRow:
    return {
        "url": name,
        "status": status,
        "tier": -1,
        "num_peers": 0,
        "num_seeds": 0,
        "num_leeches": 0,
        "num_downloaded": 0,
        "msg": message,
    }


def peer_row(peer: Peer) -> dict[str, object]:
    """A row of sync/torrentPeers."""
    return {
        "ip": peer.address,
        "port": peer.port,
        "client": peer.client,
        "connection": peer.connection,
        "progress": peer.progress,
        "dl_speed": peer.down_speed,
        "up_speed": peer.up_speed,
        "downloaded": peer.downloaded,
        "uploaded": peer.uploaded,
        "flags": peer.flags,
        "flags_desc": "",
        "relevance": 0,
        "files": "",
        "country": "",
        "country_code": "",
    }


def transfer_row(traffic: Traffic, preferences: Preferences) -> TransferRow:
    """The answer of transfer/info."""
    other = preferences.alternative
    reachable = "connected" if traffic.reached else "firewalled"
    return {
        "connection_status": reachable if traffic.listening else "disconnected",
        "dht_nodes": traffic.dht_nodes,
        "dl_info_data": traffic.downloaded,
        "dl_info_speed": traffic.down_speed,
        "dl_rate_limit": other.down_limit if other.on else preferences.down_limit,
        "up_info_data": traffic.uploaded,
        "up_info_speed": traffic.up_speed,
        "up_rate_limit": other.up_limit if other.on else preferences.up_limit,
    }
