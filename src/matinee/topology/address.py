"""Where a service is found: the parts of its address that a check needs."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from matinee.kernel.errors import Refused

PORTS = {
    "http": 80,
    "https": 443,
    "ssh": 22,
    "dns": 53,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "nntp": 119,
    "nntps": 563,
    "tcp": 2375,
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts; `path` is the socket's or folder's path for unix:// and file://."""

    scheme: str
    host: str
    port: int | None
    path: str
    user: str = ""
    password: str = ""

    def port_for(self, *schemes: str) -> int:
        """The port written in the address when it speaks one of these, the first one's usual port otherwise."""
        if self.scheme in schemes:
            return self.port or PORTS[self.scheme]
        return PORTS[schemes[0]]

    @property
    def origin(self) -> str:
        """The address of the whole site, without login and path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")


def parse(url: str) -> Address:
    """The parts of an address; Refused when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"{without_login(url)} is not an address: {error}") from error
    return Address(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=port,
        path=unquote(parts.path),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def origin_of(url: str) -> str | None:
    """The site an address belongs to, and nothing more of it; None when it names no host."""
    try:
        address = parse(url)
    except Refused:
        return None
    return address.origin if address.host else None


def without_login(url: str) -> str:
    """The address as it may be shown: user, password and query stay at home, even where it is misspelt."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + re.split(r"[?#]", rest.rpartition("@")[2])[0]
