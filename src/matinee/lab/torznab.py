"""The indexers: asked in Torznab or Newznab they answer with releases, and give out their torrents or NZBs."""

import asyncio
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from matinee.kernel.clock import now
from matinee.lab import torznab_xml as xml
from matinee.lab.faults import IndexerFault
from matinee.lab.search import Ask, find
from matinee.lab.street import TORZNAB_KEY, Street, street
from matinee.lab.torrents import Torrent

KINDS = {"search": "", "tvsearch": "tv", "tv": "tv", "movie": "movie", "m": "movie", "s": ""}
USENET_KINDS = {**KINDS, "music": "music", "audio": "music", "book": "book"}
IDS = {
    "": (),
    "tv": ("imdbid", "tmdbid", "tvdbid", "tvmazeid"),
    "movie": ("imdbid", "tmdbid"),
}


class Wrong(Exception):
    """A question the indexer cannot answer, with Newznab's code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def routes() -> list[BaseRoute]:
    """The API, the torrents and a page for each release."""
    return [
        Route("/torznab/api", api),
        Route("/torznab/download/{infohash}/{name}.torrent", download),
        Route("/torznab/details/{infohash}", details),
        Route("/newznab/api", api),
        Route("/newznab/download/{infohash}/{name}.nzb", download_nzb),
        Route("/newznab/details/{infohash}", details),
    ]


async def api(request: Request) -> Response:
    """One question, answered as the evening's fault wants it."""
    here = street(request)
    if here.faults.indexer is not IndexerFault.NONE:
        return await _misbehave(here)
    query = {key.lower(): value for key, value in request.query_params.items()}
    try:
        return _xml(_answer(here, query, usenet=request.url.path.startswith("/newznab/")))
    except Wrong as wrong:
        return _xml(xml.error(wrong.code, wrong.description))


async def download(request: Request) -> Response:
    """The .torrent; its address is all the permission it needs."""
    torrent = _asked(request)
    if torrent is None:
        return PlainTextResponse("no such torrent", 404)
    name = f'attachment; filename="{torrent.offer.name}.torrent"'
    body = torrent.file(street(request).addresses.tracker)
    return Response(body, media_type="application/x-bittorrent", headers={"Content-Disposition": name})


async def download_nzb(request: Request) -> Response:
    """The NZB; its address is all the permission it needs."""
    torrent = _asked(request)
    if torrent is None:
        return PlainTextResponse("no such NZB", 404)
    name = f'attachment; filename="{torrent.offer.name}.nzb"'
    here = street(request)
    body = xml.nzb(torrent) if torrent.offer.is_ghost else await asyncio.to_thread(here.nzb, torrent)
    return Response(body, media_type="application/x-nzb", headers={"Content-Disposition": name})


async def details(request: Request) -> Response:
    """A page a person could read."""
    torrent = _asked(request)
    return PlainTextResponse(torrent.offer.name) if torrent else PlainTextResponse("no such torrent", 404)


def _asked(request: Request) -> Torrent | None:
    """The release that the address names."""
    asked = request.path_params["infohash"]
    return next((torrent for torrent in street(request).torrents if torrent.infohash.hex() == asked), None)


def _answer(here: Street, query: Mapping[str, str], *, usenet: bool) -> bytes:
    """Caps or a feed; Wrong when the question is."""
    if query.get("apikey") != TORZNAB_KEY:
        raise Wrong(100, "Incorrect user credentials")
    if not (function := query.get("t")):
        raise Wrong(200, "Missing parameter (t)")
    if function in ("caps", "c"):
        return xml.caps(here.base, usenet=usenet)
    kinds = USENET_KINDS if usenet else KINDS
    if function not in kinds:
        raise Wrong(202, f"No such function ({function})")
    found = find(here.torrents, _ask(kinds[function], query), here.faults.climbing)
    offset = _number(query, "offset") or 0
    limit = min(_number(query, "limit") or xml.DEFAULT_LIMIT, xml.LARGEST_LIMIT)
    page = found[offset : offset + limit]
    return xml.feed(here.base, page, offset=offset, total=len(found), now=now(), usenet=usenet)


def _ask(kind: str, query: Mapping[str, str]) -> Ask:
    """The question in our words."""
    season, episode = query.get("season", ""), query.get("ep", "")
    return Ask(
        kind=kind,
        text=query.get("q", ""),
        ids=tuple((name, query[name]) for name in IDS.get(kind, ()) if query.get(name)),
        season=_digits("season", season) if kind == "tv" else None,
        episode=_digits("ep", episode) if kind == "tv" else None,
        categories=tuple(_digits("cat", part) or 0 for part in query.get("cat", "").split(",") if part),
    )


def _digits(name: str, text: str) -> int | None:
    """The number in `1`, `01`, `S01` or `E02`; None when nothing is asked."""
    if not text:
        return None
    if not (found := re.fullmatch(r"[SsEe]?(\d{1,6})", text)):
        raise Wrong(201, f"Incorrect parameter ({name})")
    return int(found[1])


def _number(query: Mapping[str, str], name: str) -> int | None:
    """A number that is not negative."""
    return _digits(name, query.get(name, ""))


async def _misbehave(here: Street) -> Response:
    """Answer as a sick indexer does."""
    match here.faults.indexer:
        case IndexerFault.MALFORMED:
            return _xml(b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>Tin.Comet.20')
        case IndexerFault.BOMB:
            return _xml(xml.BOMB)
        case IndexerFault.LIMIT:
            return PlainTextResponse("slow down", 429, {"Retry-After": str(here.faults.retry_after)})
        case IndexerFault.HANG:
            await here.closing.wait()
    return PlainTextResponse("the indexer is not well", 500)


def _xml(body: bytes) -> Response:
    return Response(body, media_type="application/rss+xml")
