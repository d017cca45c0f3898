"""What a site sends for a release: a .torrent that is checked, or a magnet link."""

import httpx2

from matinee.media.torrent_file import decode
from matinee.pipeline.payloads import magnet_payload, torrent_payload
from matinee.pipeline.ports import Payload


def payload(indexer: str, answer: httpx2.Response) -> Payload:
    """The torrent of an answer, or the magnet link it is or leads to; Refused when it is neither."""
    location = answer.headers.get("location", "")
    for text in (location, answer.content[:4096].decode("utf-8", "replace").strip()):
        if text[:8].lower() == "magnet:?":
            return magnet_payload(indexer, text)
    return torrent_payload(indexer, answer.content)


def with_web_seed(body: bytes, address: str) -> bytes:
    """The torrent with an address to download from when it names none; its infohash stays the same."""
    if b"url-list" in decode(body):
        return body
    entry = b"8:url-list%d:%s" % (len(address), address.encode("ascii"))
    return body.rstrip()[:-1] + entry + b"e"  # the standard's order of keys: nothing of a torrent comes behind it
