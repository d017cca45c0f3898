"""A real Radarr or Sonarr: read, add, change, remove and test the indexers it searches."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx2

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.products.servarr.dialect import Dialect
from matinee.products.servarr.failures import Failure, failure
from matinee.products.servarr.fields import Resource

SCHEMA_HOLDS = timedelta(days=7)

Schemas = dict[str, tuple[list[Resource], datetime]]
"""The forms of managers by their address, and when they were read."""

_LONGEST_COMPLAINT = 300
_INDEXER = "api/v3/indexer"
_ANY_ANSWER = tuple(range(400, 600))


class Manager:
    """The indexers of one manager. Raises Unreachable or Refused in words that name it.

    `schemas` outlives the line, so that the forms are asked once a week and not at every sync.
    """

    def __init__(
        self,
        dialect: Dialect,
        name: str,
        url: str,
        api_key: str,
        *,
        schemas: Schemas | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Clock = now,
    ) -> None:
        redact.remember([api_key])
        self.dialect = dialect
        self.name = name
        self._clock = clock
        self._address = _folder(url)
        self._wire = Wire(name, self._address, headers={"X-Api-Key": api_key}, timeout=30, transport=transport)
        self._schemas = {} if schemas is None else schemas
        self._asking_schema = asyncio.Lock()

    async def schema(self, implementation: str) -> Resource:
        """The empty form of `Newznab` or `Torznab`, asked once a week; Refused when the manager has none."""
        async with self._asking_schema:
            known, read = self._schemas.get(self._address, ([], None))
            if read is None or self._clock() - read > SCHEMA_HOLDS:
                known = self._rows(await self._wire.get(f"{_INDEXER}/schema"))
                self._schemas[self._address] = (known, self._clock())
        for one in known:
            if one.get("implementation") == implementation:
                return one
        raise Refused(f"{self.name} has no {implementation} indexers: is the address that of a {self.dialect.name}?")

    async def indexers(self) -> list[Resource]:
        """All indexers it has, of any kind."""
        return self._rows(await self._wire.get(_INDEXER))

    async def indexer(self, id: int) -> Resource | None:
        """One indexer; None when it is gone."""
        try:
            return self._row(await self._wire.get(f"{_INDEXER}/{id}"))
        except NotFound:
            return None

    async def add(self, resource: Resource) -> Resource:
        """Add an indexer, also when its test fails there. Returns it with its id."""
        return self._row(await self._save("POST", _INDEXER, resource))

    async def change(self, resource: Resource) -> Resource:
        """Change an indexer, also when its test fails there."""
        return self._row(await self._save("PUT", f"{_INDEXER}/{resource['id']}", resource))

    async def remove(self, id: int) -> None:
        """Remove an indexer; one that is gone already is no error."""
        await self._wire.send("DELETE", f"{_INDEXER}/{id}", accept=(404,))

    async def test(self, resource: Resource) -> list[Failure]:
        """Let it call the indexer back, and look whether it is new enough; what is wrong, in Prowlarr's words."""
        try:
            answer = await self._wire.post(f"{_INDEXER}/test", json=resource, accept=_ANY_ANSWER)
        except MatineeError as error:
            return [failure("BaseUrl", f"Unable to complete application test: {error}")]
        return _failures(self.dialect, answer)

    async def probe(self) -> str:
        """One cheap real call; the answer says what was seen (for the map)."""
        told = self._row(await self._wire.get("api/v3/system/status"))
        return f"{told.get('appName', '?')} {told.get('version', '?')}"

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    async def _save(self, method: str, path: str, resource: Resource) -> httpx2.Response:
        """Once politely; when its test complains, once more by force: the owner wants it there."""
        answer = await self._wire.send(method, path, json=resource, accept=(400,))
        if answer.status_code == 400:
            answer = await self._wire.send(method, path, params={"forceSave": "true"}, json=resource, accept=(400,))
        if answer.status_code == 400:
            raise Refused(f"{self.name} does not take '{resource.get('name')}': {_complaint(answer)}")
        if answer.status_code >= 300:
            raise Refused(f"{self.name}: the address leads elsewhere; is its URL base missing?")
        return answer

    def _rows(self, answer: httpx2.Response) -> list[Resource]:
        rows = self._wire.json(answer)
        if not isinstance(rows, list):
            raise Unreachable(f"{self.name}: expected a list of indexers")
        return [one for one in rows if isinstance(one, dict)]

    def _row(self, answer: httpx2.Response) -> Resource:
        row = self._wire.json(answer)
        if not isinstance(row, dict):
            raise Unreachable(f"{self.name}: expected an object")
        return row


def _folder(url: str) -> str:
    """The address with a slash at its end, so that a URL base stays."""
    return f"{url.strip().rstrip('/')}/"


def _failures(dialect: Dialect, answer: httpx2.Response) -> list[Failure]:
    """What the answer to a test means: which of the two addresses or the key is wrong."""
    status, name = answer.status_code, dialect.name
    if status == 401:
        return [failure("ApiKey", "API Key is invalid")]
    if status == 400:
        return [failure("ProwlarrUrl", f"Prowlarr URL is invalid, {name} cannot connect to it: {_complaint(answer)}")]
    if 300 <= status < 400 or status == 404:
        return [failure("BaseUrl", f"{name} URL is invalid: no {name} answers there. Is its URL base missing?")]
    if status > 400:
        return [failure("BaseUrl", f"Unable to complete application test: {name} answers HTTP {status}")]
    version = answer.headers.get("X-Application-Version", "")
    if not version:
        return [failure("", f"Failed to fetch {name} version")]
    least = dialect.is_too_old(version)
    return [failure("", f"{name} version should be at least {least}. Version reported is {version}")] if least else []


def _complaint(answer: httpx2.Response) -> str:
    """What the manager complains of, shortened and without secrets."""
    try:
        told: Any = answer.json()
    except (ValueError, RecursionError):
        told = answer.text
    words = (
        [str(one.get("errorMessage", "")) for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    )
    return redact("; ".join(words) or str(told))[:_LONGEST_COMPLAINT]
