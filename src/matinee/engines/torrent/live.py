"""A torrent that is in the session: its handle, its page, and what it looked like last."""

import time
from dataclasses import dataclass, field

import libtorrent as lt

from matinee.engines.torrent.record import Record
from matinee.engines.torrent.snapshot import Description, Trouble, snapshot
from matinee.pipeline.torrent_port import Torrent


@dataclass(slots=True, eq=False)
class Live:
    """Changes all the time; `torrent` is the frozen picture others are given. `unsaved` means new pieces.

    libtorrent sends no news of quiet seeders: their seconds are counted on from the last that came.
    """

    handle: lt.torrent_handle
    record: Record
    about: Description
    status: lt.torrent_status
    trouble: Trouble = field(default_factory=Trouble)
    unsaved: bool = True
    times_unsaved: bool = False
    seen_at: float = field(default_factory=time.monotonic)
    torrent: Torrent = field(init=False)

    def __post_init__(self) -> None:
        self.torrent = self._picture()

    @property
    def seeds(self) -> bool:
        """Whether it is complete and gives to others."""
        return self.torrent.complete and not self.record.stopped

    def refresh(self, status: lt.torrent_status | None = None) -> bool:
        """Take the picture again; whether anything in it changed."""
        if status:
            self.status, self.seen_at = status, time.monotonic()
        before, self.torrent = self.torrent, self._keep_if_same(self._picture())
        return before is not self.torrent

    def _picture(self) -> Torrent:
        return snapshot(self.status, self.record, self.about, self.trouble, int(time.monotonic() - self.seen_at))

    def _keep_if_same(self, fresh: Torrent) -> Torrent:
        return self.torrent if fresh == self.torrent else fresh
