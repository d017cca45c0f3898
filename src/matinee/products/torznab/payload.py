"""Fetch what a release promises: the .torrent itself, or the magnet link an indexer sends instead."""

import httpx2

from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.http import Wire
from matinee.media.torrent_file import read_torrent
from matinee.pipeline.ports import Payload
from matinee.products.torznab.answers import rejection
from matinee.products.torznab.document import open_document
from matinee.products.torznab.magnet import magnet_infohash
from matinee.products.torznab.wire import raise_error

LARGEST_MB = 10
_REDIRECTS = 5
_ANY_FAILURE = tuple(range(400, 600))


async def fetch_payload(wire: Wire, url: str) -> Payload:
    """The payload at a http, https or magnet address; every redirect is judged like the first address."""
    for _ in range(_REDIRECTS + 1):
        if url.lower().startswith("magnet:"):
            return _magnet(wire.name, url)
        answer = await wire.get(_web_address(wire.name, url), accept=_ANY_FAILURE)
        if not answer.has_redirect_location:
            return _read(wire.name, answer)
        url = _next(wire.name, answer)
    raise Refused(f"{wire.name}: the torrent is redirected more than {_REDIRECTS} times")


def _web_address(indexer: str, url: str) -> str:
    if not url.lower().startswith(("http://", "https://")):
        raise Refused(f"{indexer}: a torrent is not downloaded from '{url.partition(':')[0]:.20}:' addresses")
    return url


def _next(indexer: str, answer: httpx2.Response) -> str:
    """Where a redirect leads; a magnet link stays as it is written."""
    location = answer.headers["location"]
    if location.lower().startswith("magnet:"):
        return location
    try:
        return str(answer.url.join(location))
    except httpx2.InvalidURL as error:
        raise Refused(f"{indexer}: redirects to an address that is not valid") from error


def _read(indexer: str, answer: httpx2.Response) -> Payload:
    body = answer.content
    if answer.status_code == 404:
        raise NotFound(f"{indexer}: the torrent is gone (HTTP 404)")
    if answer.status_code >= 400:
        raise rejection(indexer, answer)
    if body[:8].lower() == b"magnet:?":
        return _magnet(indexer, body.decode("utf-8", "replace").strip())
    if body.lstrip()[:1] == b"<":
        raise_error(indexer, open_document(indexer, body, answer.headers.get("content-type", "")))
    return _torrent(indexer, body)


def _torrent(indexer: str, body: bytes) -> Payload:
    if len(body) > LARGEST_MB * 1024 * 1024:
        raise Refused(f"{indexer}: the torrent is larger than {LARGEST_MB} MB")
    try:
        return Payload(read_torrent(body).infohash, torrent=body)
    except ValueError as error:
        raise Refused(f"{indexer}: what it sent is not a torrent: {error}") from error


def _magnet(indexer: str, url: str) -> Payload:
    infohash = magnet_infohash(url)
    if infohash is None:
        raise Refused(f"{indexer}: its magnet link names no torrent")
    return Payload(infohash, magnet=url)
