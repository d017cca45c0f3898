"""The messages of NZBGet's JSON-RPC: its rows, its words for states, and how a history row came out."""

from typing import Any, Final, TypedDict

from matinee.pipeline.ports import DownloadState

OURS: Final = "drone"  # the parameter that managers know their downloads by

STATES: Final[dict[str, DownloadState]] = {
    "QUEUED": DownloadState.QUEUED,
    "PAUSED": DownloadState.PAUSED,
    "DOWNLOADING": DownloadState.DOWNLOADING,
    "FETCHING": DownloadState.METADATA,
    "PP_QUEUED": DownloadState.CHECKING,
    "LOADING_PARS": DownloadState.CHECKING,
    "VERIFYING_SOURCES": DownloadState.CHECKING,
    "REPAIRING": DownloadState.CHECKING,
    "VERIFYING_REPAIRED": DownloadState.CHECKING,
    "RENAMING": DownloadState.CHECKING,
    "UNPACKING": DownloadState.CHECKING,
    "POST_UNPACK_RENAMING": DownloadState.CHECKING,
    "MOVING": DownloadState.CHECKING,
    "EXECUTING_SCRIPT": DownloadState.CHECKING,
    "PP_FINISHED": DownloadState.CHECKING,
}
"""Every status of a group, and where the download stands then."""

_WELL = frozenset({"", "NONE", "SUCCESS"})


class Parameter(TypedDict):
    """One of a download's own parameters."""

    Name: str
    Value: str


class Row(TypedDict, total=False):
    """What groups and history rows have in common; sizes are halves of 32 bits each."""

    NZBID: int
    NZBName: str
    DestDir: str
    FinalDir: str
    Category: str
    Status: str
    ParStatus: str
    UnpackStatus: str
    MoveStatus: str
    ScriptStatus: str
    DeleteStatus: str
    MarkStatus: str
    FileSizeLo: int
    FileSizeHi: int
    RemainingSizeLo: int
    RemainingSizeHi: int
    PausedSizeLo: int
    PausedSizeHi: int
    Health: int
    CriticalHealth: int
    PostInfoText: str
    Parameters: list[Parameter]


class History(Row, total=False):
    """A row of the history; `ID` is its identity there."""

    ID: int
    Name: str
    Kind: str
    RetryData: bool


class FileRow(TypedDict, total=False):
    """One file that is not finished yet."""

    Filename: str
    FileSizeLo: int
    FileSizeHi: int
    RemainingSizeLo: int
    RemainingSizeHi: int


def size_of(row: Any, name: str) -> int:
    """Bytes from the two halves of a size; older ones send them signed."""
    low, high = (int(row.get(f"{name}{half}") or 0) & 0xFFFFFFFF for half in ("Lo", "Hi"))
    return high << 32 | low


def id_of(row: Row) -> str:
    """The name its manager gave it, or else NZBGet's own number."""
    for parameter in row.get("Parameters") or ():
        if parameter.get("Name", "").lower() == OURS and parameter.get("Value"):
            return str(parameter["Value"])
    return str(row.get("NZBID") or row.get("ID", 0))


def trouble_of(row: History) -> str:
    """Why it failed, in words; empty when it is well. All of NZBGet's outcomes count together."""
    there = f"{row.get('Health', 1000) / 10:g} % of it is there"
    if row.get("MarkStatus") == "BAD":
        return "it was marked as bad in NZBGet"
    for field, words, otherwise in _OUTCOMES:
        if (outcome := str(row.get(field, ""))) not in _WELL:
            return words.get(outcome, otherwise).format(there=there)
    return "nothing of it is on any server" if row.get("Health", 1000) <= 0 else ""


_DELETED = {
    "HEALTH": "too much of it is on no server ({there})",
    "MANUAL": "it was deleted in NZBGet",
    "DUPE": "NZBGet had it already",
    "COPY": "NZBGet had it already",
    "GOOD": "NZBGet had a good one already",
    "BAD": "it was deleted as bad in NZBGet",
    "SCAN": "its NZB could not be read",
}
_UNPACKED = {
    "SPACE": "there is no space left where it is unpacked",
    "PASSWORD": "it is encrypted and no password is known",
}
_OUTCOMES: tuple[tuple[str, dict[str, str], str], ...] = (
    ("DeleteStatus", _DELETED, "NZBGet deleted it"),
    ("ParStatus", {}, "it is damaged and cannot be repaired ({there})"),
    ("UnpackStatus", _UNPACKED, "it could not be unpacked"),
    ("MoveStatus", {}, "its files could not be moved to their folder"),
    ("ScriptStatus", {}, "a script of NZBGet failed on it"),
)
