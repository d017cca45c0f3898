"""The torrent or NZB itself comes through us: the asker never sees the site's address or its key."""

import re
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import MatineeError, NotFound, Refused
from matinee.kernel.redact import redact
from matinee.media.indexing import Privacy
from matinee.media.release import Release
from matinee.pipeline.ports import Limited, Payload
from matinee.pipeline.search.answers import Seat
from matinee.products.newznab.server import Answer, Wrong, error_document, refused
from matinee.products.prowlarr.feeds import DISABLED
from matinee.products.prowlarr.forms import is_on
from matinee.products.prowlarr.house import House, facts_of
from matinee.products.prowlarr.links import source_of
from matinee.products.prowlarr.seal import NotOurs, unseal
from matinee.store.indexers import IndexerEvent, add_event

_GONE = 410
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\"\\/]+")
_LONGEST_NAME = 150


def download_routes(house: House) -> list[Route]:
    """Prowlarr's two addresses for downloads."""
    downloads = _Downloads(house)
    return [
        Route("/{id:int}/download", downloads.fetch),
        Route("/api/v1/indexer/{id:int}/download", downloads.fetch),
    ]


class _Downloads:
    def __init__(self, house: House) -> None:
        self._house = house

    async def fetch(self, request: Request) -> Response:
        """The file, or the way to a magnet link; an error as Newznab tells it."""
        try:
            return await self._fetch(request)
        except (MatineeError, Wrong) as error:
            return _error(error)

    async def _fetch(self, request: Request) -> Response:
        seat = self._seat(request.path_params["id"])
        stored = seat.stored
        if not stored.enabled:
            raise Wrong(DISABLED, "Indexer is disabled", DISABLED)
        link = request.query_params.get("link", "")
        if not link:
            raise Wrong(200, "Missing parameter (link)")
        release = unseal(self._house.secret, stored.id, stored.name, link)
        if release.magnet_url and is_on(stored.settings.get("prefer_magnet")):
            release = replace(release, download_url=release.magnet_url)
        if stored.redirect and may_redirect(seat, release.download_url):
            await self._note(seat, release, source_of(request))
            return RedirectResponse(release.download_url, 301)
        payload = await self._house.indexers.fetch(release, source=source_of(request))
        return _file(payload, request.query_params.get("file", "") or release.name)

    def _seat(self, id: int) -> Seat:
        try:
            return self._house.indexers.seat(id)
        except NotFound as error:
            raise Wrong(201, "Indexer not found", 404) from error

    async def _note(self, seat: Seat, release: Release, source: str) -> None:
        """A redirect is a grab too, for the history and the limits."""
        event = IndexerEvent(
            indexer_id=seat.stored.id,
            indexer=seat.stored.name,
            at=self._house.clock(),
            kind="grab",
            text=release.name,
            source=source,
            details={"guid": release.guid, "method": "redirect"},
        )
        await self._house.database.write(lambda tx: add_event(tx, event))


def may_redirect(seat: Seat, url: str) -> bool:
    """Only where the address gives away nothing: a public indexer, and none of its secrets inside."""
    told = (seat.stored.settings.get(name, "") for name in seat.stored.secrets)
    secrets = [one for one in told if one]
    is_open = facts_of(seat).privacy is Privacy.PUBLIC and url == redact(url)
    return is_open and url.startswith(("http://", "https://", "magnet:")) and not any(one in url for one in secrets)


def _file(payload: Payload, name: str) -> Response:
    if payload.torrent is not None:
        return _attached(payload.torrent, "application/x-bittorrent", f"{name}.torrent")
    if payload.nzb is not None:
        return _attached(payload.nzb, "application/x-nzb", f"{name}.nzb")
    if payload.magnet:
        return RedirectResponse(payload.magnet, 301)
    raise Refused("the indexer gave neither a torrent nor a magnet link nor an NZB")


def _attached(body: bytes, type: str, name: str) -> Response:
    safe = _UNSAFE.sub(" ", name)[-_LONGEST_NAME:].strip()
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}"
    return Response(body, media_type=type, headers={"Content-Disposition": told})


def _error(error: Exception) -> Response:
    """A limit tells when to come back; what is gone is a 410; a broken link is the asker's fault."""
    if isinstance(error, Wrong | Limited):
        told = refused(error)
    elif isinstance(error, NotFound):
        told = Answer(_GONE, error_document(300, redact(str(error))))
    elif isinstance(error, NotOurs):
        told = Answer(400, error_document(201, str(error)))
    else:
        told = Answer(500, error_document(900, redact(str(error))))
    return Response(told.body, told.status, dict(told.headers), told.content_type)
