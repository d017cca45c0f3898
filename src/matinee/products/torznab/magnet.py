"""A magnet link names a torrent by its infohash instead of carrying it."""

import base64
import re
from urllib.parse import parse_qsl

_HEX = re.compile(r"urn:btih:([0-9a-f]{40})", re.IGNORECASE)
_BASE32 = re.compile(r"urn:btih:([a-z2-7]{32})", re.IGNORECASE)
_V2 = re.compile(r"urn:btmh:1220([0-9a-f]{64})", re.IGNORECASE)


def magnet_infohash(url: str) -> str | None:
    """The infohash in hex (of v2 its first 40 digits); None when this is no magnet link to a torrent."""
    if not url.lower().startswith("magnet:?"):
        return None
    try:
        topics = [value for key, value in parse_qsl(url[8:]) if key.lower().partition(".")[0] == "xt"]
    except ValueError:
        return None
    return next((found for read in (_hex, _base32, _v2) for topic in topics if (found := read(topic))), None)


def _hex(topic: str) -> str | None:
    match = _HEX.fullmatch(topic)
    return match[1].lower() if match else None


def _base32(topic: str) -> str | None:
    match = _BASE32.fullmatch(topic)
    return base64.b32decode(match[1].upper()).hex() if match else None


def _v2(topic: str) -> str | None:
    match = _V2.fullmatch(topic)
    return match[1][:40].lower() if match else None
