"""News as they happen: one stream a page, fed by what the house publishes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.responses import StreamingResponse

from matinee import __version__
from matinee.kernel.errors import MatineeError, NotFound
from matinee.kernel.events import Event, Lagging
from matinee.kernel.journal import JourneyMoved
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.news import DownloadsMoved, FileImported, RequestCancelled, TitleRequested
from matinee.pipeline.seeing_off import SEE_OFF
from matinee.store.downloads import wants_of_download
from matinee.store.titles import title_by_id
from matinee.topology.as_json import link_as_json
from matinee.topology.report import LinkProbed
from matinee.web.desk import AtDesk, Desk, Me
from matinee.web.gate import who
from matinee.web.timeline import journey_view
from matinee.web.transfers import downloads_out

router = APIRouter(prefix="/api", tags=["live"])

PULSE_SECONDS = 15.0
DOWNLOADS_EVERY_SECONDS = 0.4


@router.get("/events", response_class=StreamingResponse)
async def read_events(request: Request, desk: AtDesk, me: Me) -> StreamingResponse:
    """Server-sent events: hello, journey, request, download, library, links."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(desk, request.headers), media_type="text/event-stream", headers=headers)


async def _stream(desk: Desk, headers: Headers) -> AsyncIterator[str]:
    with desk.parts.database.bus.reading() as events:  # before the greeting: what happens after it must be told
        yield _line("hello", {"version": __version__})
        speaker, checked = _Speaker(desk), time.monotonic()
        try:
            async for event in _until(events, desk.stopping):
                if time.monotonic() - checked >= PULSE_SECONDS:
                    if await who(headers, desk.doorkeeper, desk.parts.clock()) is None:
                        return  # signed out, or the key was revoked
                    checked = time.monotonic()
                for line in await speaker.say(event):
                    yield line
        except (Lagging, MatineeError):
            return  # the page comes back and reads the whole state again


async def _until(events: AsyncIterator[Event], stopping: asyncio.Event) -> AsyncIterator[Event | None]:
    """The events until the house closes; None when it was quiet for a while."""
    stop = asyncio.ensure_future(stopping.wait())
    following: asyncio.Future[Event] = asyncio.ensure_future(anext(events))
    try:
        while not stop.done():
            waiting: set[asyncio.Future[Any]] = {stop, following}
            await asyncio.wait(waiting, timeout=PULSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                yield None
                continue
            yield following.result()
            following = asyncio.ensure_future(anext(events))
    finally:
        stop.cancel()
        following.cancel()


class _Speaker:
    """Puts events into words for one page, downloads not more often than it can look."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last_downloads = 0.0
        self._last_told: list[dict[str, Any]] = []
        self._tellers: dict[type[Event], Callable[[Any], Awaitable[list[str]]]] = {
            JourneyMoved: self._journey,
            TitleRequested: self._asked,
            RequestCancelled: self._cancelled,
            FileImported: self._library,
            DownloadsMoved: self._downloads,
            LinkProbed: self._link,
        }

    async def say(self, event: Event | None) -> list[str]:
        """The lines for one event, none for events that are not for pages; a pulse when it was quiet."""
        if event is None:
            return [": still here\n\n"]
        tell = self._tellers.get(type(event))
        return await tell(event) if tell else []

    async def _asked(self, event: TitleRequested) -> list[str]:
        return [_line("request", {"request_id": event.request_id, "state": "running"})]

    async def _cancelled(self, event: RequestCancelled) -> list[str]:
        return [_line("request", {"request_id": event.request_id, "state": "cancelled"})]

    async def _journey(self, event: JourneyMoved) -> list[str]:
        if event.tale == SEE_OFF:  # what a download gives back stands below the journeys that it worked for
            wants = await self._desk.parts.database.read(lambda db: wants_of_download(db, event.subject))
            return [line for want_id in wants for line in await self._journey_of(want_id)]
        return await self._journey_of(event.subject) if event.tale == TALE else []

    async def _journey_of(self, want_id: int) -> list[str]:
        parts = self._desk.parts
        try:
            wish, told = await parts.database.read(lambda db: journey_view(db, parts, want_id))
        except NotFound:
            return []
        lines = [_line("journey", {"request_id": wish.id, "journey": told.model_dump(mode="json")})]
        if told.state != "running":
            lines.append(_line("request", {"request_id": wish.id, "state": wish.state}))
        return lines

    async def _library(self, event: FileImported) -> list[str]:
        known = await self._desk.parts.database.read(lambda db: title_by_id(db, event.title_id))
        return [_line("library", {"title_id": event.title_id, "ref": str(known.title.ref)})]

    async def _link(self, event: LinkProbed) -> list[str]:
        report = event.report
        link = self._desk.topology.link(report.link_id)
        return [_line("links", {"links": [link_as_json(link, {report.link_id: report})]})] if link else []

    async def _downloads(self, event: DownloadsMoved) -> list[str]:
        settled = all(status.speed == 0 for status in event.downloads)
        if time.monotonic() - self._last_downloads < DOWNLOADS_EVERY_SECONDS and not settled:
            return []
        parts = self._desk.parts
        told = _plain(await parts.database.read(lambda db: downloads_out(db, parts)))
        if told == self._last_told:
            return []
        self._last_downloads, self._last_told = time.monotonic(), told
        return [_line("download", {"downloads": told})]


def _plain(messages: list[Any]) -> list[dict[str, Any]]:
    return [message.model_dump(mode="json") for message in messages if isinstance(message, BaseModel)]


def _line(name: str, told: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n"
