"""The messages of SABnzbd's API, once for both directions: its words for states and priorities, its sizes and times."""

from typing import Any, Final, TypedDict

from matinee.pipeline.ports import DownloadState
from matinee.pipeline.usenet_port import JobState, Priority

VERSION: Final = "5.0.0"
KEY_REQUIRED: Final = "API Key Required"
KEY_INCORRECT: Final = "API Key Incorrect"
NO_VALUE: Final = "expects one parameter"
NO_VALUES: Final = "expects two parameters"
NO_INTEGER: Final = "expects integer value"
NO_ITEM: Final = "item does not exist"
NO_FILE: Final = "no file given"
NO_CONFIG: Final = "Config item does not exist"
LOCKED: Final = "Configuration locked"
NOT_IMPLEMENTED: Final = "not implemented"
DENIED: Final = "Access denied"

DEFAULT_CATEGORY: Final = "*"
DEFAULT_PRIORITY: Final = -100
DISK_FULL: Final = "Unpacking failed, write error or disk is full?"
ENCRYPTED: Final = "ENCRYPTED"
MIB: Final = 2**20

PRIORITY_WORDS: Final[dict[Priority, str]] = {
    Priority.FORCE: "Force",
    Priority.HIGH: "High",
    Priority.NORMAL: "Normal",
    Priority.LOW: "Low",
}
"""The only words that are told; a job that is paused by its priority is Normal and its status says the rest."""

STATES: Final[dict[JobState, DownloadState]] = {
    JobState.GRABBING: DownloadState.METADATA,
    JobState.QUEUED: DownloadState.QUEUED,
    JobState.PAUSED: DownloadState.PAUSED,
    JobState.PROPAGATING: DownloadState.QUEUED,
    JobState.CHECKING: DownloadState.CHECKING,
    JobState.DOWNLOADING: DownloadState.DOWNLOADING,
    JobState.QUICK_CHECK: DownloadState.CHECKING,
    JobState.VERIFYING: DownloadState.CHECKING,
    JobState.REPAIRING: DownloadState.CHECKING,
    JobState.FETCHING: DownloadState.DOWNLOADING,
    JobState.EXTRACTING: DownloadState.CHECKING,
    JobState.MOVING: DownloadState.CHECKING,
    JobState.RUNNING: DownloadState.CHECKING,
    JobState.COMPLETED: DownloadState.COMPLETE,
    JobState.FAILED: DownloadState.FAILED,
    JobState.DELETED: DownloadState.FAILED,
}
"""Every status a slot may have, and where the download stands then. A slot's status is never "Idle"."""

WORKED_ON: Final = frozenset(
    {
        JobState.QUICK_CHECK,
        JobState.VERIFYING,
        JobState.REPAIRING,
        JobState.EXTRACTING,
        JobState.MOVING,
        JobState.RUNNING,
    }
)
"""A job in one of these has left the queue for the top of the history, as SABnzbd shows it."""


class QueueSlot(TypedDict, total=False):
    """One job of the queue; `mb` and its like are texts of MiB, `timeleft` is h:mm:ss or d:hh:mm:ss."""

    index: int
    nzo_id: str
    unpackopts: str
    priority: str
    script: str
    filename: str
    labels: list[str]
    password: str
    cat: str
    mb: str
    mbleft: str
    mbmissing: str
    size: str
    sizeleft: str
    percentage: str
    direct_unpack: str | None
    status: str
    timeleft: str
    avg_age: str
    time_added: int


class HistorySlot(TypedDict, total=False):
    """One job of the history; `bytes` and `completed` are numbers, `storage` is the final path."""

    nzo_id: str
    name: str
    nzb_name: str
    category: str
    status: str
    bytes: int
    downloaded: int
    size: str
    storage: str
    path: str
    fail_message: str
    completed: int
    download_time: int
    postproc_time: int
    stage_log: list[dict[str, Any]]
    action_line: str
    loaded: bool
    retry: int
    archive: bool
    script: str
    script_line: str
    pp: str
    report: str
    url: str
    url_info: str
    meta: None
    series: str
    md5sum: str
    duplicate_key: str
    password: str
    completeness: int | None
    time_added: int


class FileRow(TypedDict):
    """One file of a job in get_files; status is finished, active or queued, `bytes` a text."""

    filename: str
    mb: str
    mbleft: str
    bytes: str
    age: str
    nzf_id: str
    status: str


def mib(size: float) -> str:
    """Bytes as the text of MiB with two decimals that managers read."""
    return f"{size / MIB:.2f}"


def bytes_of(text: object) -> int:
    """Bytes from such a text; what is none counts as 0."""
    try:
        size = float(str(text)) * MIB
    except ValueError:
        return 0
    return round(size) if 0 <= size < 2**63 else 0


def units(size: float, suffix: str = "") -> str:
    """Bytes for a person: `1.3 G`; the suffix makes it `1.3 GB`."""
    for unit in ("", "K", "M", "G", "T"):
        if size < 1024 or unit == "T":
            break
        size /= 1024
    return f"{size:.0f} {unit}{suffix}" if unit in ("", "K") else f"{size:.1f} {unit}{suffix}"


def time_left(seconds: float) -> str:
    """`0:16:44`, and from a day on `1:02:03:04`."""
    minutes, second = divmod(max(int(seconds), 0), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{days}:{hour:02}:{minute:02}:{second:02}" if days else f"{hour}:{minute:02}:{second:02}"


def seconds_of(text: object) -> int | None:
    """Seconds from such a text; None when it is none."""
    words = str(text).split(":")
    if len(words) not in (3, 4) or not all(word.isascii() and word.isdigit() and len(word) < 7 for word in words):
        return None
    days, hours, minutes, seconds = (0, *map(int, words))[-4:]
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def state_of(word: object) -> DownloadState:
    """Where a download of this status stands; a word nobody knows is a wait."""
    try:
        return STATES[JobState(str(word))]
    except ValueError:
        return DownloadState.QUEUED
