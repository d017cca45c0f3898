"""Watches the tunnel for the house: what it is like now, and when it is back the torrents are told to listen anew."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.pipeline.tunnel_port import TunnelState
from matinee.products.gluetun.client import GluetunTunnel

log = logging.getLogger(__name__)

FOREIGN_PAUSE = 5.0  # between two looks at a tunnel of somebody else, which tells no news by itself
LONGEST_PAUSE = 120.0

Listen = Callable[[int], Awaitable[None]]


class TunnelWatch:
    """`listen` makes the torrent engine listen at a port (0: the usual one); one of our own tells its news itself."""

    def __init__(self, line: GluetunTunnel, *, is_own: bool, listen: Listen) -> None:
        self._line, self._is_own, self._listen = line, is_own, listen
        self._moves, self._moved = 0, asyncio.Event()
        self._listened: tuple[float, int] | None = None
        self.state: TunnelState | None = None

    async def follow(self) -> None:
        """For as long as the house is open."""
        if self._is_own:
            await self._line.follow_state(self._hear)
        else:
            await self._ask_again_and_again()

    async def moved(self, seen: int) -> int:
        """Returns when the tunnel went, came or has another port since the move `seen`: the newest move."""
        while self._moves == seen:
            await self._moved.wait()
        return self._moves

    async def look(self) -> None:
        """Ask once; a tunnel that does not answer has no state."""
        with contextlib.suppress(MatineeError):
            self.state = await self._state()

    async def _state(self) -> TunnelState:
        if not self._is_own:
            return await self._line.state()
        _, told = await self._line.whole_state()
        return TunnelState.from_json(told)

    async def _ask_again_and_again(self) -> None:
        pause = FOREIGN_PAUSE
        while True:
            try:
                await self._take(await self._state())
                pause = FOREIGN_PAUSE
            except MatineeError as error:
                log.warning("the tunnel gives no news: %s", error)
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _hear(self, told: dict[str, Any]) -> None:
        await self._take(TunnelState.from_json(told))

    async def _take(self, state: TunnelState) -> None:
        before, self.state = self.state, state
        if before is None or (before.up, before.port, before.words) != (state.up, state.port, state.words):
            moved, self._moved = self._moved, asyncio.Event()
            self._moves += 1
            moved.set()
        wanted = (state.since, state.port)
        if not state.up or wanted == self._listened:
            return
        try:
            await self._listen(state.port)
            self._listened = wanted
        except MatineeError as error:  # the engine may just be starting: the next look tries again
            log.info("the torrent engine cannot listen anew yet: %s", error)

    async def probe(self) -> str:
        """In words for the map. Refused while nothing passes the tunnel, or when packets left beside it."""
        if not self._is_own:
            return await self._line.probe()
        if self.state is None:
            raise Unreachable("the tunnel has not told of itself yet")
        return in_words(self.state)

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()


def in_words(state: TunnelState) -> str:
    """A tunnel that is up and shut on all other sides; Refused, with the reason, for every other one."""
    if state.outside_packets:
        raise Refused(f"{state.outside_packets} packets left the room beside the tunnel: stop torrents and look why")
    if not state.up:
        raise Refused(f"{state.words}; nothing leaves until it is back")
    if state.address_inside and state.address_inside == state.address_outside:
        raise Refused(f"torrents are seen as {state.address_inside}, which is the house's own address")
    told = [state.words]
    if state.handshake_age is not None:
        told.append(f"heard {state.handshake_age:.0f} s ago")
    if state.address_inside:
        told.append(f"seen as {state.address_inside}")
    if state.port:
        told.append(f"port {state.port} leads here")
    return ", ".join([*told, "0 packets beside it"])
