"""Bencoding, the way torrents and trackers write things down (BEP 3)."""

from collections.abc import Mapping, Sequence

Bencodable = int | str | bytes | Sequence["Bencodable"] | Mapping[str, "Bencodable"] | Mapping[bytes, "Bencodable"]


def bencode(thing: Bencodable) -> bytes:
    """The bytes of a number, text, list or dictionary; keys are sorted as the standard demands."""
    if isinstance(thing, int):
        return b"i%de" % thing
    if isinstance(thing, str):
        thing = thing.encode()
    if isinstance(thing, bytes):
        return b"%d:%s" % (len(thing), thing)
    if isinstance(thing, Mapping):
        pairs = sorted((key.encode() if isinstance(key, str) else key, value) for key, value in thing.items())
        return b"d" + b"".join(bencode(key) + bencode(value) for key, value in pairs) + b"e"
    return b"l" + b"".join(bencode(item) for item in thing) + b"e"
