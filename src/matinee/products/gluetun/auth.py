"""Who may ask what: Gluetun's roles, each a list of calls and how one proves to be it."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from matinee.kernel.errors import Refused

EVERYTHING = ("*",)


@dataclass(frozen=True, slots=True)
class Role:
    """`routes` are written as Gluetun's config.toml has them: "GET /v1/publicip/ip"; "*" allows all."""

    name: str
    routes: tuple[str, ...]
    auth: Literal["none", "basic", "apikey"] = "apikey"
    apikey: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.auth == "apikey" and not self.apikey:
            raise Refused(f"the role '{self.name}' needs an apikey")
        if self.auth == "basic" and not (self.username and self.password):
            raise Refused(f"the role '{self.name}' needs username and password")

    def may(self, call: str) -> bool:
        """Whether this call is one of its own."""
        return self.routes == EVERYTHING or call in self.routes

    def is_proven_by(self, headers: Mapping[str, str]) -> bool:
        """Whether the caller has shown what this role wants."""
        if self.auth == "none":
            return True
        if self.auth == "apikey":
            return _equal(headers.get("x-api-key", ""), self.apikey)
        username, password = _basic(headers.get("authorization", ""))
        return _equal(username, self.username) & _equal(password, self.password)


def is_allowed(roles: Iterable[Role], call: str, headers: Mapping[str, str]) -> bool:
    """Whether any role lets this call pass; without a role for it nobody may."""
    return any(role.may(call) and role.is_proven_by(headers) for role in roles)


def _basic(header: str) -> tuple[str, str]:
    kind, _, text = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        username, _, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return username, password


def _equal(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
