"""The messages of qBittorrent's WebAPI, once for both directions: what it answers and what the words in it mean."""

from typing import Any, Final, NotRequired, TypedDict

from matinee.pipeline.ports import DownloadState

PREFIX: Final = "/api/v2/"
COOKIE: Final = "SID"
OK: Final = "Ok."
FAILS: Final = "Fails."
ALL: Final = "all"

UNKNOWN_ETA: Final = 8_640_000
GLOBAL_LIMIT: Final = -2
NO_LIMIT: Final = -1

STATES: Final[dict[str, DownloadState]] = {
    "error": DownloadState.FAILED,
    "missingFiles": DownloadState.FAILED,
    "allocating": DownloadState.CHECKING,
    "checkingDL": DownloadState.CHECKING,
    "checkingUP": DownloadState.CHECKING,
    "checkingResumeData": DownloadState.CHECKING,
    "moving": DownloadState.CHECKING,
    "metaDL": DownloadState.METADATA,
    "forcedMetaDL": DownloadState.METADATA,
    "downloading": DownloadState.DOWNLOADING,
    "forcedDL": DownloadState.DOWNLOADING,
    "stalledDL": DownloadState.STALLED,
    "queuedDL": DownloadState.QUEUED,
    "pausedDL": DownloadState.PAUSED,
    "stoppedDL": DownloadState.PAUSED,
    "uploading": DownloadState.COMPLETE,
    "forcedUP": DownloadState.COMPLETE,
    "stalledUP": DownloadState.COMPLETE,
    "queuedUP": DownloadState.COMPLETE,
    "pausedUP": DownloadState.COMPLETE,
    "stoppedUP": DownloadState.COMPLETE,
    "unknown": DownloadState.STALLED,
}
"""Every state string of 4.x (paused…) and 5.x (stopped…), and where the download stands then."""


class TorrentRow(TypedDict, total=False):
    """One torrent in torrents/info and sync/maindata; in the latter only the fields that changed, without `hash`.

    Sizes in bytes, speeds in bytes a second, times in seconds since 1970. `matinee_message` is ours: why a
    torrent is in error, or what its tracker last complained of.
    """

    hash: str
    infohash_v1: str
    infohash_v2: str
    name: str
    state: str
    category: str
    tags: str
    save_path: str
    content_path: str
    root_path: str
    download_path: str
    magnet_uri: str
    size: int
    total_size: int
    completed: int
    amount_left: int
    progress: float
    downloaded: int
    uploaded: int
    downloaded_session: int
    uploaded_session: int
    dlspeed: int
    upspeed: int
    dl_limit: int
    up_limit: int
    eta: int
    ratio: float
    ratio_limit: float
    max_ratio: float
    seeding_time: int
    seeding_time_limit: int
    max_seeding_time: int
    inactive_seeding_time_limit: int
    max_inactive_seeding_time: int
    num_seeds: int
    num_leechs: int
    num_complete: int
    num_incomplete: int
    availability: float
    priority: int
    tracker: str
    trackers_count: int
    added_on: int
    completion_on: int
    last_activity: int
    seen_complete: int
    time_active: int
    reannounce: int
    popularity: float
    private: bool | None
    has_metadata: bool
    comment: str
    share_limit_action: str
    auto_tmm: bool
    seq_dl: bool
    f_l_piece_prio: bool
    force_start: bool
    super_seeding: bool
    matinee_message: str


class CategoryRow(TypedDict):
    """One category in torrents/categories and sync/maindata; `download_path` is False for no other folder."""

    name: str
    savePath: str
    download_path: NotRequired[str | bool]


class FileRow(TypedDict, total=False):
    """One file in torrents/files; `name` is relative to the save path, `progress` goes from 0 to 1."""

    index: int
    name: str
    size: int
    progress: float
    priority: int
    is_seed: bool
    piece_range: list[int]
    availability: float


class TrackerRow(TypedDict):
    """One tracker in torrents/trackers; status 0 off, 1 not asked, 2 working, 3 asking, 4 not working."""

    url: str
    status: int
    tier: int
    num_peers: int
    num_seeds: int
    num_leeches: int
    num_downloaded: int
    msg: str


class MainData(TypedDict, total=False):
    """The answer of sync/maindata: everything when `full_update`, otherwise what changed since the last `rid`."""

    rid: int
    full_update: bool
    torrents: dict[str, TorrentRow]
    torrents_removed: list[str]
    categories: dict[str, CategoryRow]
    categories_removed: list[str]
    tags: list[str]
    tags_removed: list[str]
    server_state: dict[str, Any]


class TransferRow(TypedDict):
    """The answer of transfer/info; bytes and bytes a second."""

    connection_status: str
    dht_nodes: int
    dl_info_data: int
    dl_info_speed: int
    dl_rate_limit: int
    up_info_data: int
    up_info_speed: int
    up_rate_limit: int


class Properties(TypedDict):
    """The answer of torrents/properties; -1 where unknown."""

    hash: str
    infohash_v1: str
    infohash_v2: str
    name: str
    save_path: str
    download_path: str
    addition_date: int
    completion_date: int
    creation_date: int
    created_by: str
    comment: str
    last_seen: int
    dl_limit: int
    dl_speed: int
    dl_speed_avg: int
    up_limit: int
    up_speed: int
    up_speed_avg: int
    eta: int
    nb_connections: int
    nb_connections_limit: int
    peers: int
    peers_total: int
    seeds: int
    seeds_total: int
    piece_size: int
    pieces_have: int
    pieces_num: int
    reannounce: int
    seeding_time: int
    share_ratio: float
    time_elapsed: int
    total_downloaded: int
    total_downloaded_session: int
    total_size: int
    total_uploaded: int
    total_uploaded_session: int
    total_wasted: int
    is_private: bool
    private: bool
    has_metadata: bool
    matinee_message: str
