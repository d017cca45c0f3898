"""Small torrents made for the tests."""

import hashlib
from typing import Any


def bencode(value: Any) -> bytes:
    """The bencoded form of numbers, bytes, text, lists and dictionaries."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        return bencode(value.encode())
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    pairs = sorted((key.encode() if isinstance(key, str) else key, one) for key, one in value.items())
    return b"d" + b"".join(bencode(key) + bencode(one) for key, one in pairs) + b"e"


INFO: dict[str, Any] = {"name": "Tin.Comet.2021.1080p.mkv", "piece length": 16384, "length": 20000, "pieces": bytes(40)}


def torrent(**info: Any) -> bytes:
    """A torrent of one small film; `info` replaces what it says."""
    return bencode({"announce": "http://tracker.test/announce", "info": {**INFO, **info}})


def infohash(**info: Any) -> str:
    """The v1 infohash of the same torrent."""
    return hashlib.sha1(bencode({**INFO, **info})).hexdigest()
