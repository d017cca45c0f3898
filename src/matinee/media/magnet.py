"""A magnet link names a torrent by its infohash instead of carrying it."""

import base64
import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

_HEX = re.compile(r"[0-9a-fA-F]{40}")
_BASE32 = re.compile(r"[a-zA-Z2-7]{32}")
_V2 = re.compile(r"[0-9a-fA-F]{64}")


def infohash_of(magnet: str) -> str | None:
    """In hex, of a torrent of v2 alone the first 40 digits; None when this is no magnet link to a torrent."""
    if magnet[:8].lower() != "magnet:?":
        return None
    try:
        pairs = parse_qsl(magnet[8:])
    except ValueError:
        return None
    topics = [value for name, value in pairs if name.lower().partition(".")[0] == "xt"]
    return _first("urn:btih:", v1_infohash, topics) or _first("urn:btmh:1220", v2_infohash, topics)


def v1_infohash(told: str) -> str | None:
    """An infohash by itself, written in hex or in base32, as 40 small digits; None for anything else."""
    if _HEX.fullmatch(told):
        return told.lower()
    return base64.b32decode(told.upper()).hex() if _BASE32.fullmatch(told) else None


def v2_infohash(told: str) -> str | None:
    """The same of v2: the first 40 of its 64 digits."""
    return told[:40].lower() if _V2.fullmatch(told) else None


def _first(front: str, read: Callable[[str], str | None], topics: Iterable[str]) -> str | None:
    told = (topic[len(front) :] for topic in topics if topic[: len(front)].lower() == front)
    return next((found for one in told if (found := read(one))), None)
