"""Two keys: one for everything, and one that can add downloads and nothing else."""

import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from matinee.kernel.errors import Refused

SHORTEST_KEY = 16


class Right(StrEnum):
    """Who may make a call: everybody, whoever may add downloads, or who may do all."""

    OPEN = "open"
    ADD = "nzbkey"
    ALL = "apikey"


@dataclass(frozen=True, slots=True)
class Keys:
    """The key for everything, and the key for adding alone (none opens nothing).

    Refused when one is short enough to be guessed, or when both are the same.
    """

    api: str = field(repr=False)
    nzb: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if len(self.api) < SHORTEST_KEY or 0 < len(self.nzb) < SHORTEST_KEY:
            raise Refused(f"a key of the SABnzbd API must have at least {SHORTEST_KEY} characters")
        if self.api == self.nzb:
            raise Refused("the key for adding downloads must not be the key for everything")

    def kind(self, key: str) -> Right | None:
        """What this key is for; None when it is none of ours."""
        is_api, is_nzb = _same(key, self.api), _same(key, self.nzb)
        if is_api:
            return Right.ALL
        return Right.ADD if is_nzb and self.nzb else None

    def opens(self, key: str, right: Right) -> bool:
        """Whether a call of that right may be made with this key."""
        held = self.kind(key)
        return right is Right.OPEN or held is Right.ALL or (held is Right.ADD and right is Right.ADD)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())
