"""What stands on the desk of every page: the pipeline, the door, the pictures and the map."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Path, Request
from starlette.types import ASGIApp

from matinee.engines.artwork import Artwork
from matinee.kernel.auth import Doorkeeper, Identity, Role, same
from matinee.kernel.errors import Refused
from matinee.pipeline.parts import Parts
from matinee.pipeline.tunnel_port import TunnelState
from matinee.store.indexers import StoredApp
from matinee.topology import Topology
from matinee.topology.probe import Check, Prober
from matinee.web.catalogue import Catalogue
from matinee.web.finds import Finds


@dataclass(frozen=True)
class HouseFacts:
    """What the settings page tells of the house."""

    started: datetime
    database: str
    schema: str
    tunnel: str


@dataclass
class SetupCode:
    """The code that makes the first owner; it stands on the terminal only, and is void once used."""

    code: str = field(default_factory=lambda: secrets.token_hex(8))

    def accepts(self, code: str) -> bool:
        """Whether this is the code, typed with or without blanks."""
        return same("".join(code.split()).lower(), self.code)


@dataclass
class FrontDoor:
    """Where the house is visited; known for sure once it is open."""

    url: str


class Rereads(Protocol):
    """Whoever gives indexers their way through the net."""

    async def read(self) -> None:
        """Look up anew what has been changed about it."""
        ...


class AppSync(Protocol):
    """Tells a Radarr or Sonarr beside the house of our indexers."""

    async def test(self, app: StoredApp) -> None:
        """Try to reach it and be reached by it; Unreachable or Refused, with the field."""
        ...

    async def keep_in_step(self) -> None:
        """Tell all of them whenever something has changed, for as long as the house is open."""
        ...

    async def everything(self) -> tuple[list[str], list[str]]:
        """Tell all of them; what was done and what went wrong, in words."""
        ...


class TunnelNews(Protocol):
    """Whoever looks after the tunnel."""

    @property
    def state(self) -> TunnelState | None:
        """How it was last seen; None while nothing is known."""


@dataclass
class Desk:
    """Everything the pages need, put together by the house; only the map is drawn anew as indexers come and go."""

    parts: Parts
    doorkeeper: Doorkeeper
    artwork: Artwork
    topology: Topology
    prober: Prober
    facts: HouseFacts
    setup: SetupCode
    door: FrontDoor
    stopping: asyncio.Event
    catalogue: Catalogue
    seating: Rereads
    draw: Callable[[], tuple[Topology, Mapping[str, Check]]]
    tunnel: TunnelNews | None = None
    sync: AppSync | None = None
    guises: Mapping[str, ASGIApp] = field(default_factory=dict)
    finds: Finds = field(default_factory=Finds)


class Forbidden(Refused):
    """Signed in, but not allowed to do this."""


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _identity(request: Request) -> Identity:
    identity: Identity = request.scope["identity"]
    return identity


def _owner(request: Request) -> Identity:
    identity = _identity(request)
    if identity.user.role is not Role.OWNER:
        raise Forbidden("Only the owner may do this.")
    return identity


Id = Annotated[int, Path(ge=1, le=2**31 - 1)]  # as large as the memory can hold
AtDesk = Annotated[Desk, Depends(_desk)]
Me = Annotated[Identity, Depends(_identity)]
Owner = Annotated[Identity, Depends(_owner)]
