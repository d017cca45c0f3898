"""The indexer: it is asked in Torznab and answers with releases and their .torrent files."""

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

KINDS = {"search": "", "tvsearch": "tv", "tv": "tv", "movie": "movie", "m": "movie", "s": ""}
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
    ]


async def api(request: Request) -> Response:
    """One question, answered as the evening's fault wants it."""
    here = street(request)
    if here.faults.indexer is not IndexerFault.NONE:
        return await _misbehave(here)
    query = {key.lower(): value for key, value in request.query_params.items()}
    try:
        return _xml(_answer(here, query))
    except Wrong as wrong:
        return _xml(xml.error(wrong.code, wrong.description))


async def download(request: Request) -> Response:
    """The .torrent; its address is all the permission it needs."""
    here, asked = street(request), request.path_params["infohash"]
    for torrent in here.torrents:
        if torrent.infohash.hex() == asked:
            name = f'attachment; filename="{torrent.offer.name}.torrent"'
            body = torrent.file(here.addresses.tracker)
            return Response(body, media_type="application/x-bittorrent", headers={"Content-Disposition": name})
    return PlainTextResponse("no such torrent", 404)


async def details(request: Request) -> Response:
    """A page a person could read."""
    asked = request.path_params["infohash"]
    names = [torrent.offer.name for torrent in street(request).torrents if torrent.infohash.hex() == asked]
    return PlainTextResponse(names[0]) if names else PlainTextResponse("no such torrent", 404)


def _answer(here: Street, query: Mapping[str, str]) -> bytes:
    """Caps or a feed; Wrong when the question is."""
    if query.get("apikey") != TORZNAB_KEY:
        raise Wrong(100, "Incorrect user credentials")
    if not (function := query.get("t")):
        raise Wrong(200, "Missing parameter (t)")
    if function in ("caps", "c"):
        return xml.caps(here.base)
    if function not in KINDS:
        raise Wrong(202, f"No such function ({function})")
    found = find(here.torrents, _ask(KINDS[function], query), here.faults.climbing)
    offset = _number(query, "offset") or 0
    limit = min(_number(query, "limit") or xml.DEFAULT_LIMIT, xml.LARGEST_LIMIT)
    return xml.feed(here.base, found[offset : offset + limit], offset=offset, total=len(found), now=now())


def _ask(kind: str, query: Mapping[str, str]) -> Ask:
    """The question in our words."""
    season, episode = query.get("season", ""), query.get("ep", "")
    return Ask(
        kind=kind,
        text=query.get("q", ""),
        ids=tuple((name, query[name]) for name in IDS[kind] if query.get(name)),
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
