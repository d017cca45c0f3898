"""Holds a port at the VPN's far end, so that others in a swarm can reach us, and says when it is another one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from matinee.kernel.errors import MatineeError, Refused

log = logging.getLogger(__name__)

AGAIN = 10.0
LATER, LATEST = 300.0, 3600.0
OnPorts = Callable[[tuple[int, ...], str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Given:
    """Ports that lead to us, the best first, and in how many seconds they must be asked for again."""

    ports: tuple[int, ...]
    again: float


class Way(Protocol):
    """One provider's way to ports."""

    async def ask(self) -> Given:
        """Ask, or ask again. Refused where there is none to be had, Unreachable where it may come to be."""


class PortKeeper:
    """Asks in time. `on_ports` is told after every answer: the ports, and in words why there are none."""

    def __init__(self, way: Way, on_ports: OnPorts) -> None:
        self._way, self._on_ports, self._later = way, on_ports, LATER

    async def run(self) -> None:
        """Until cancelled; then nothing is left open."""
        try:
            while True:
                pause = await self._ask()
                await asyncio.sleep(pause)
        finally:
            await self._on_ports((), "")

    async def _ask(self) -> float:
        """One call; how many seconds until the next. Who refuses is asked ever more rarely."""
        try:
            given = await self._way.ask()
        except Refused as error:
            log.warning("no port is forwarded: %s", error)
            await self._on_ports((), str(error))
            later, self._later = self._later, min(self._later * 2, LATEST)
            return later
        except MatineeError as error:
            log.warning("the forwarded port could not be renewed: %s", error)
            return AGAIN
        self._later = LATER
        await self._on_ports(given.ports, "")
        return given.again
