"""A package of definitions at an address: asked once a day whether it changed, kept for the days it is silent."""

import asyncio
import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from matinee.engines.indexer.shelf.keeping import write_whole
from matinee.engines.indexer.shelf.package import Texts, read_zip
from matinee.engines.indexer.site.call import SiteRequest
from matinee.engines.indexer.site.cookies import CookieJar
from matinee.engines.indexer.site.line import Line
from matinee.kernel.clock import Clock
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.guard import Guard
from matinee.kernel.redact import redact

log = logging.getLogger(__name__)

_ASKED_EVERY = timedelta(days=1)
_MARKS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class RemotePackage:
    """The zip at `url`, its copy and what is known of it in the folder `state`."""

    def __init__(
        self,
        url: str,
        state: Path,
        *,
        guard: Guard | None,
        transport: httpx2.AsyncBaseTransport | None,
        clock: Clock,
    ) -> None:
        self._url, self._clock = url, clock
        self._guard, self._transport = guard, transport
        self._name = f"the definitions at {redact(url)}"
        self._package, self._notes = state / "package.zip", state / "package.json"

    def texts(self) -> Texts:
        """The definitions of the last package; NotFound when none came yet."""
        try:
            return read_zip(self._package.read_bytes(), self._name)
        except FileNotFoundError as error:
            raise NotFound(f"{self._name} were not downloaded yet") from error

    async def refresh(self, *, at_once: bool) -> bool:
        """Download the package when it changed; tells whether it did. Errors count only without an older one."""
        notes = self._read_notes()
        has_one = self._package.is_file()
        if has_one and not at_once and self._clock() - _moment(notes.get("asked")) < _ASKED_EVERY:
            return False
        try:
            answer = await self._asked(notes if has_one else {})
            return await asyncio.to_thread(self._kept, answer, notes)
        except (MatineeError, OSError) as error:
            if not has_one:
                raise
            log.warning("%s; the last ones are used", error)
            return False

    async def _asked(self, notes: dict[str, Any]) -> httpx2.Response:
        headers = tuple((header, str(notes[mark])) for mark, header in _MARKS if notes.get(mark))
        line = Line(self._name, self._url, CookieJar(clock=self._clock), guard=self._guard, transport=self._transport)
        try:
            return await line.walk(SiteRequest(self._url, headers=headers))
        finally:
            await line.close()

    def _kept(self, answer: httpx2.Response, notes: dict[str, Any]) -> bool:
        if answer.status_code == 304:
            self._note({**notes, "asked": self._clock().isoformat()})
            return False
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            raise Unreachable(f"{self._name}: the address answers HTTP {answer.status_code}")
        if answer.status_code != 200:
            raise Refused(f"{self._name}: the address answers HTTP {answer.status_code}; check it in the settings")
        if not read_zip(answer.content, self._name).found:
            raise Refused(f"{self._name}: the package holds no definitions")
        write_whole(self._package, answer.content)
        marks = {mark: answer.headers[mark] for mark, _ in _MARKS if mark in answer.headers}
        self._note({"url": self._url, "asked": self._clock().isoformat(), **marks})
        return True

    def _note(self, notes: dict[str, Any]) -> None:
        write_whole(self._notes, json.dumps(notes).encode())

    def _read_notes(self) -> dict[str, Any]:
        """What is known of the package; nothing when it came from another address."""
        try:
            notes = json.loads(self._notes.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return notes if isinstance(notes, dict) and notes.get("url") == self._url else {}


def _moment(text: object) -> datetime:
    """When it was asked last; long ago when that is not known."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    return found if found.tzinfo else datetime.fromisoformat("2000-01-01T00:00:00+00:00")
