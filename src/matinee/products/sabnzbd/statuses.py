"""What SABnzbd tells of a download, as the pipeline knows it."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from matinee.pipeline.ports import DownloadFile, DownloadState, DownloadStatus
from matinee.products.sabnzbd.wire import (
    DISK_FULL,
    FileRow,
    HistorySlot,
    QueueSlot,
    bytes_of,
    seconds_of,
    state_of,
)


def queued_status(slot: QueueSlot, folders: Mapping[str, Path], speed: int) -> DownloadStatus:
    """A job of the queue as the pipeline knows it; the speed of the whole is that of its first job."""
    state, size = state_of(slot.get("status")), bytes_of(slot.get("mb"))
    name = slot.get("filename", "")
    is_moving = state is DownloadState.DOWNLOADING
    return DownloadStatus(
        id=str(slot.get("nzo_id", "")),
        name=name,
        state=state,
        size=size,
        done=max(size - bytes_of(slot.get("mbleft")), 0),
        speed=speed if is_moving else 0,
        eta=(seconds_of(slot.get("timeleft")) or None) if is_moving else None,
        seeders=0,
        path=folders.get(slot.get("cat", ""), Path()) / name,
        message=_queue_message(slot),
    )


def _queue_message(slot: QueueSlot) -> str:
    """Why it waits, where the slot shows it."""
    if slot.get("filename", "").startswith("ENCRYPTED") or "ENCRYPTED" in slot.get("labels", ()):
        return "it is encrypted and no password is known"
    if bytes_of(slot.get("mbmissing")):
        return f"{float(slot['mbmissing']):,.0f} MiB of it are on no server"
    return "it is too new: its posts are still spreading" if slot.get("status") == "Propagating" else ""


def finished_status(slot: HistorySlot) -> DownloadStatus:
    """A job of the history as the pipeline knows it; it may still be repaired or unpacked."""
    state, size = state_of(slot.get("status")), max(int(slot.get("bytes") or 0), 0)
    message = slot.get("fail_message") or slot.get("action_line") or ""
    return DownloadStatus(
        id=str(slot.get("nzo_id", "")),
        name=slot.get("name", ""),
        state=state,
        size=size,
        done=0 if message == DISK_FULL else size,
        speed=0,
        eta=None,
        seeders=0,
        path=output_path(slot.get("storage") or "", slot.get("name", "")),
        message="there is no space left where it is unpacked" if message == DISK_FULL else message,
    )


def output_path(storage: str, name: str) -> Path:
    """Its own folder: `storage`, or the folder above it that is called like the download."""
    path = PurePosixPath(storage.replace("\\", "/"))
    return Path(next((parent for parent in path.parents if name and parent.name == name), path))


def file_of(row: FileRow) -> DownloadFile:
    """A file as the pipeline knows it."""
    try:
        size = int(float(row.get("bytes", "0")))
    except ValueError:
        size = bytes_of(row.get("mb"))
    done = size if row.get("status") == "finished" else max(size - bytes_of(row.get("mbleft")), 0)
    return DownloadFile(Path(PurePosixPath(row.get("filename", "")).name), size, done)
