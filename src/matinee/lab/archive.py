"""A little Internet Archive: shelves of films that belong to everybody, searched and downloaded over HTTP."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from matinee.lab.bencode import Bencodable, bencode

_PIECE = 256 * 1024
_DEEPEST = 10_000
_PHRASE = re.compile(r'(title|subject|external-identifier):\(?((?:"(?:[^"\\]|\\.)*"(?: AND )?)+)\)?')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_YEARS = re.compile(r"year:\[(\d{4}) TO (\d{4})\]")


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what its card says, beside its identifier and its torrent."""

    identifier: str
    title: str
    published: str
    year: int | None = None
    size: int = 700 * 1024 * 1024
    imdb: str = ""
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def info(self) -> bytes:
        """What is in the item's torrent, bencoded."""
        pieces = -(-self.size // _PIECE)
        told: dict[str, Bencodable] = {"length": self.size, "name": f"{self.identifier}.mp4", "piece length": _PIECE}
        return bencode({**told, "pieces": b"\0" * 20 * pieces})

    def card(self) -> dict[str, Any]:
        """The item as a search tells it; fields without a value are missing, as there."""
        told = {
            "identifier": self.identifier,
            "title": self.title,
            "publicdate": self.published,
            "item_size": self.size,
            "btih": hashlib.sha1(self.info, usedforsecurity=False).hexdigest(),
            "downloads": len(self.title),
            **({"year": str(self.year)} if self.year else {}),
            **({"external-identifier": [f"urn:imdb:{self.imdb}"]} if self.imdb else {}),
        }
        return {**told, **dict(self.more)}


@dataclass
class LabArchive:
    """The archive with its items; `asked` are the searches it was given, `has_web_seeds` as in the real one."""

    items: list[Item] = field(default_factory=list)
    has_web_seeds: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Starlette:
        """The archive to be served; torrents are redirected to another of its machines, as there."""
        return Starlette(
            routes=[
                Route("/advancedsearch.php", self._search),
                Route("/services/search/v1/scrape", self._scrape),
                Route("/download/{item}/{file}", self._download),
                Route("/machine/{item}/{file}", self._torrent),
                Route("/metadata/{item}", self._metadata),
            ]
        )

    async def _search(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        rows, page = int(asked["rows"]), int(asked["page"])
        if rows * page > _DEEPEST:
            return JSONResponse({"error": "[RANGE_OUT_OF_BOUNDS] paging is only supported through 10000 results"})
        found = self._found(asked["q"], asked.get("sort", "").lstrip("-"))
        wanted = request.query_params.getlist("fl[]")
        start = (page - 1) * rows
        docs = [_of(item, wanted) for item in found[start : start + rows]]
        return JSONResponse({"response": {"numFound": len(found), "start": start, "docs": docs}})

    async def _scrape(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        count, start = int(asked["count"]), int(asked.get("cursor", "c0")[1:])
        if not 100 <= count <= _DEEPEST:
            return JSONResponse({"error": "count must be between 100 and 10000"}, 400)
        found = self._found(asked["q"], asked["sorts"].partition(" ")[0])
        items = [_of(item, asked["fields"].split(",")) for item in found[start : start + count]]
        after = {"cursor": f"c{start + count}"} if start + count < len(found) else {}
        return JSONResponse({"items": items, "count": len(items), "total": len(found), **after})

    async def _download(self, request: Request) -> Response:
        item, file = request.path_params["item"], request.path_params["file"]
        return RedirectResponse(f"/machine/{item}/{file}", 302)

    async def _torrent(self, request: Request) -> Response:
        asked = request.path_params["item"]
        for item in self.items:
            if item.identifier == asked and request.path_params["file"] == f"{asked}_archive.torrent":
                seeds = b"8:url-listl29:https://archive.org/download/e" if self.has_web_seeds else b""
                body = b"d8:announce23:http://bt.test/announce4:info" + item.info + seeds + b"e"
                return Response(body, media_type="application/x-bittorrent")
        return PlainTextResponse("not found", 404)

    async def _metadata(self, request: Request) -> Response:
        asked = request.path_params["item"]
        return JSONResponse(next(({"metadata": item.card()} for item in self.items if item.identifier == asked), {}))

    def _found(self, query: str, order: str) -> list[Item]:
        fitting = [item for item in self.items if _fits(item, query)]
        return sorted(fitting, key=lambda item: str(item.card().get(order, "")).zfill(12), reverse=True)


def _of(item: Item, fields: list[str]) -> dict[str, Any]:
    return {name: value for name, value in item.card().items() if name in fields}


def _fits(item: Item, query: str) -> bool:
    """As much of Lucene as we speak: all words of a title, a number, a span of years."""
    told = {name: [text.lower() for text in _QUOTED.findall(words)] for name, words in _PHRASE.findall(query)}
    if f"urn:imdb:{item.imdb}" in told.get("external-identifier", ()) and item.imdb:
        return True
    if "external-identifier" in told and "title" not in told:
        return False
    years = _YEARS.search(query)
    if years and item.year and not int(years[1]) <= item.year <= int(years[2]):
        return False
    words = re.findall(r"\w+(?:['’]\w+)*", item.title.lower())
    return all(word in words for word in told.get("title", ()))
