"""What the pipeline tells the house when something has happened."""

from dataclasses import dataclass

from matinee.kernel.events import Event
from matinee.pipeline.ports import DownloadStatus


@dataclass(frozen=True, slots=True)
class TitleRequested(Event):
    """Somebody wished for a title."""

    request_id: int
    title_id: int


@dataclass(frozen=True, slots=True)
class RequestCancelled(Event):
    """A wish was taken back."""

    request_id: int
    title_id: int


@dataclass(frozen=True, slots=True)
class ReleaseGrabbed(Event):
    """A release was handed to a download client."""

    want_id: int
    name: str


@dataclass(frozen=True, slots=True)
class FileImported(Event):
    """A film stands on the shelf."""

    file_id: int
    title_id: int
    want_id: int


@dataclass(frozen=True, slots=True)
class DownloadsMoved(Event):
    """A download client reports where its downloads stand."""

    client: str
    downloads: tuple[DownloadStatus, ...]
