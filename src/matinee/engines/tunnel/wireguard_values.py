"""The values that stand in WireGuard files, such as keys and endpoints; a wrong one is a ValueError in words."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeVar

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """32 bytes that never show themselves."""

    raw: bytes = field(repr=False)

    @property
    def hex(self) -> str:
        """As the control socket of a WireGuard program wants it."""
        return self.raw.hex()

    @property
    def base64(self) -> str:
        """As it stands in files."""
        return base64.b64encode(self.raw).decode()


def read_key(value: str) -> Key:
    """44 characters of base64."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ValueError("a key is 44 characters and ends with `=`; copy it whole")
    return Key(raw)


def read_endpoint(value: str) -> tuple[str, int]:
    """Host and port; an IPv6 address stands in brackets."""
    host, is_pair, port = value.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not is_pair or not bare:
        raise ValueError("write it as name:port or [IPv6]:port")
    if ":" in bare:
        ip_address(bare)
    elif not HOST.fullmatch(bare):
        raise ValueError("the host's name has signs that names do not have")
    return bare, read_number(port, 1, 65535)


def read_number(value: str, least: int, most: int) -> int:
    """Plain digits, within bounds."""
    if not value.isascii() or not value.isdigit() or len(value) > 6 or not least <= int(value) <= most:
        raise ValueError(f"a number from {least} to {most} is expected")
    return int(value)


def parts(value: str) -> list[str]:
    """What stands between commas."""
    return [part for part in (each.strip() for each in value.split(",")) if part]


def each_of(value: str, read: Callable[[str], T], wanted: str) -> Iterable[T]:
    """Read every part; `wanted` says in words what is expected of one."""
    for part in parts(value):
        try:
            yield read(part)
        except ValueError:
            raise ValueError(f"{wanted} is expected") from None


def is_search_domain(word: str) -> bool:
    """wg-quick takes names among the DNS servers for search domains; nothing in the tunnel wants one."""
    return bool(HOST.fullmatch(word)) and not word.replace(".", "").isdigit()
