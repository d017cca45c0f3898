"""What the owner says about the port: whose call is spoken, whom it is made to, and what is needed for it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

Arrival = Literal["public", "inner"]


class By(StrEnum):
    """Whose call it is; `program` is one of the owner's that prints the port."""

    NATPMP = "nat-pmp"
    PIA = "pia"
    PERFECT_PRIVACY = "perfect-privacy"
    PRIVATEVPN = "privatevpn"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class PortWish:
    """`gateway` is whom to ask where that is not the tunnel's own; `arrives_as` concerns NAT-PMP alone.

    `authority` (a file) and `server` (the name in the gateway's certificate) concern Private Internet Access alone,
    `program` is a file too.
    """

    by: By = By.NATPMP
    gateway: str = ""
    arrives_as: Arrival = "public"
    authority: Path | None = None
    server: str = ""
    program: Path | None = None
