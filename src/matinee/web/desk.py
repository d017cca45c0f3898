"""What stands on the desk of every page: the pipeline, the door, the pictures and the map."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Request

from matinee.engines.artwork import Artwork
from matinee.kernel.auth import Doorkeeper, Identity, Role, same
from matinee.kernel.errors import Refused
from matinee.pipeline.parts import Parts
from matinee.topology import Topology
from matinee.topology.probe import Prober


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


@dataclass(frozen=True)
class Desk:
    """Everything the pages need, put together once by the house."""

    parts: Parts
    doorkeeper: Doorkeeper
    artwork: Artwork
    topology: Topology
    prober: Prober
    facts: HouseFacts
    setup: SetupCode
    door: FrontDoor
    stopping: asyncio.Event


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
