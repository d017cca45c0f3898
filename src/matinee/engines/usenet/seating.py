"""How a job whose turn it is gets what it needs, and lets it go again: its lists, its check, its opened archives."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from matinee.engines.usenet.archive import Archive
from matinee.engines.usenet.disk import room
from matinee.engines.usenet.live import Live
from matinee.engines.usenet.opening import open_check, open_direct, open_live
from matinee.engines.usenet.record import Phase, Rules
from matinee.engines.usenet.seat import Seat
from matinee.engines.usenet.servers import Roster


class Seating:
    """Opens and closes what a seat holds.

    `told` hears of files and articles, `checked` of checks that are over, `locked` of archives that need a password.
    """

    def __init__(
        self,
        archive: Archive,
        roster: Roster,
        incomplete: Path,
        *,
        least_room: int,
        told: Callable[[str, int | None], None],
        checked: Callable[[str], None],
        locked: Callable[[str], None],
    ) -> None:
        self._archive, self._roster, self._incomplete = archive, roster, incomplete
        self._least_room = least_room
        self._told, self._checked, self._locked = told, checked, locked

    async def open(self, seat: Seat, rules: Rules) -> None:
        """What it needs next; OSError or Refused when what is kept of it is gone or damaged."""
        record, wishes = seat.record, rules.preferences
        if wishes.pre_check and not record.checked and record.phase is Phase.FETCH:
            seat.check = await asyncio.to_thread(open_check, record, self._archive, self._roster, self._checked)
            seat.check.settle()
            return
        live = await self.open_live(seat)
        known = {one.name: one for one in rules.categories}
        category = known.get(record.category) or known.get("*")
        unpacks = category is None or category.unpacks
        if unpacks and wishes.direct_unpack and record.phase is Phase.FETCH:
            seat.direct = open_direct(
                live,
                record.password,
                lambda size: self._has_room_beside(live, size),
                lambda: self._locked(record.id),
            )
        live.settle()  # if nothing is to come any more, that was told before anybody could hear it

    def _has_room_beside(self, live: Live, size: int) -> bool:
        """Whether so many bytes more leave room for what the job still brings."""
        return room(live.folder) > size + live.progress().left + self._least_room

    async def open_live(self, seat: Seat) -> Live:
        """Read the job's NZB and its journal."""
        folder = self._incomplete / seat.record.folder
        seat.live = await asyncio.to_thread(open_live, seat.record, self._archive, folder, self._roster, self._told)
        return seat.live

    async def close(self, seat: Seat) -> None:
        """Let it all go; the files are synced and closed."""
        check, direct, live = seat.check, seat.direct, seat.live
        seat.check = seat.direct = seat.live = None
        if check:
            check.close()
        if direct:
            await direct.stop()
        if live:
            await asyncio.to_thread(live.sync)
            await asyncio.to_thread(live.close)
