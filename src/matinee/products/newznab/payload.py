"""Fetch what a release promises: the .torrent or NZB itself, or the magnet link an indexer sends instead."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime

import httpx2

from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.http import Wire
from matinee.media.nzb_file import read_nzb
from matinee.media.release import Protocol
from matinee.pipeline.payloads import magnet_payload, torrent_payload
from matinee.pipeline.ports import Payload
from matinee.products.newznab.document import local_name, open_document
from matinee.products.newznab.refusals import raise_error, rejection

_REDIRECTS = 5
_ANY_FAILURE = tuple(range(400, 600))
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_WORDS = {Protocol.TORRENT: "torrent", Protocol.USENET: "NZB"}


async def fetch_payload(
    wire: Wire, url: str, *, protocol: Protocol = Protocol.TORRENT, clock: Callable[[], datetime]
) -> Payload:
    """The payload at a http, https or magnet address; every redirect is judged like the first address."""
    for _ in range(_REDIRECTS + 1):
        if url.lower().startswith("magnet:") and protocol is Protocol.TORRENT:
            return magnet_payload(wire.name, url)
        answer = await wire.get(_web_address(wire.name, url, protocol), accept=_ANY_FAILURE)
        if not answer.has_redirect_location:
            _must_be_given(wire.name, answer, protocol, clock())
            return await _read(wire.name, answer, protocol)
        url = _next(wire.name, answer)
    raise Refused(f"{wire.name}: the {_WORDS[protocol]} is redirected more than {_REDIRECTS} times")


def _web_address(indexer: str, url: str, protocol: Protocol) -> str:
    if not url.lower().startswith(("http://", "https://")):
        scheme = url.partition(":")[0]
        article = "an" if protocol is Protocol.USENET else "a"
        raise Refused(f"{indexer}: {article} {_WORDS[protocol]} is not downloaded from '{scheme:.20}:' addresses")
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


def _must_be_given(indexer: str, answer: httpx2.Response, protocol: Protocol, now: datetime) -> None:
    """Raise when the answer is a refusal, by its status."""
    if answer.status_code in (404, 410):
        raise NotFound(f"{indexer}: the {_WORDS[protocol]} is gone (HTTP {answer.status_code})")
    if answer.status_code >= 400:
        raise rejection(indexer, answer, now)


async def _read(indexer: str, answer: httpx2.Response, protocol: Protocol) -> Payload:
    if protocol is Protocol.USENET:
        return await asyncio.to_thread(_nzb, indexer, answer)
    body = answer.content
    if body[:8].lower() == b"magnet:?":
        return magnet_payload(indexer, body.decode("utf-8", "replace").strip())
    if body.lstrip()[:1] == b"<":
        raise_error(indexer, open_document(indexer, body, answer.headers.get("content-type", "")))
    return torrent_payload(indexer, body)


def _nzb(indexer: str, answer: httpx2.Response) -> Payload:
    """The NZB, plain or gzipped as it came; an error or a web page in its place is told as that."""
    body = answer.content
    if b"<!ENTITY" in _head(body):
        raise Refused(f"{indexer}: what it sent is not an NZB: it declares entities")
    try:
        read_nzb(body)
    except ValueError as error:
        _raise_if_words(indexer, answer)
        raise Refused(f"{indexer}: what it sent is not an NZB: {error}") from error
    return Payload(nzb=body)


def _head(body: bytes) -> bytes:
    """What stands before the first element; a usual NZB declares a document type there, and no entities."""
    first = _FIRST_ELEMENT.search(body)
    return body[: first.start()] if first else body


def _raise_if_words(indexer: str, answer: httpx2.Response) -> None:
    if answer.content.lstrip()[:1] != b"<":
        return
    root = open_document(indexer, answer.content, answer.headers.get("content-type", ""))
    if local_name(root) == "error":
        raise_error(indexer, root)
