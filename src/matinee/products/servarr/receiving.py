"""A Prowlarr pushes its indexers to us, as it does to a Radarr or a Sonarr: here is what it finds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from matinee.kernel.clock import now
from matinee.kernel.errors import NotFound
from matinee.media.release import Protocol
from matinee.pipeline.search.answers import TestStep
from matinee.products.servarr.dialect import Dialect
from matinee.products.servarr.door import Allow, is_told, resource_of, servarr_app
from matinee.products.servarr.failures import Failure, Invalid, failure
from matinee.products.servarr.fields import Resource, id_of, numbers, text
from matinee.products.servarr.house import Indexers
from matinee.products.servarr.pushed import forgotten, is_handed, stored_of, template
from matinee.products.servarr.pushed import resource_of as told
from matinee.products.servarr.status import status_row
from matinee.products.servarr.tags import tag_id, tag_row
from matinee.store.indexers import StoredIndexer

V3 = "/api/v3"
_PROPERTIES = {"settings": "", "address": "BaseUrl", "login": "ApiKey", "caps": "BaseUrl", "search": "BaseUrl"}
_PROMISED = "download link"  # a test feed offers nothing that could really be downloaded
_NOTHING = "no results"
NOTHING_FOUND = (
    "Query successful, but no results in the configured categories were returned from your indexer. "
    "This may be an issue with the indexer or your indexer category settings."
)


def receiving_app(dialect: Dialect, indexers: Indexers, allow: Allow) -> ASGIApp:
    """The indexers of the house as this manager tells them; only who has a key may see or change them."""
    return servarr_app(receiving_routes(dialect, indexers), allow, version=dialect.version)


def receiving_routes(dialect: Dialect, indexers: Indexers) -> list[Route]:
    """Every address that is answered."""
    server = _Receiver(dialect, indexers)
    one, many = f"{V3}/indexer/{{id:int}}", f"{V3}/indexer/bulk"
    return [
        Route("/ping", server.ping, methods=["GET", "HEAD"]),
        Route("/api", server.versions),
        Route(f"{V3}/system/status", server.status),
        Route(f"{V3}/tag", server.tags, methods=["GET"]),
        Route(f"{V3}/tag", server.add_tag, methods=["POST"]),
        Route(f"{V3}/tag/detail", server.tags),
        Route(f"{V3}/indexer", server.all, methods=["GET"]),
        Route(f"{V3}/indexer", server.add, methods=["POST"]),
        Route(f"{V3}/indexer", server.change, methods=["PUT"]),
        Route(f"{V3}/indexer/schema", server.schema),
        Route(f"{V3}/indexer/test", server.test, methods=["POST"]),
        Route(f"{V3}/indexer/testall", server.test_all, methods=["POST"]),
        Route(f"{V3}/indexer/action/{{name}}", server.act, methods=["POST"]),
        Route(many, server.change_many, methods=["PUT"]),
        Route(many, server.remove_many, methods=["DELETE"]),
        Route(one, server.one, methods=["GET"]),
        Route(one, server.change, methods=["PUT"]),
        Route(one, server.remove, methods=["DELETE"]),
    ]


class _Receiver:
    def __init__(self, dialect: Dialect, indexers: Indexers) -> None:
        self._dialect, self._indexers = dialect, indexers
        self._started: datetime = now()
        self._labels: set[str] = set()  # made by somebody, not on any indexer yet

    async def ping(self, _request: Request) -> Response:
        """Whether anybody is there."""
        return JSONResponse({"status": "OK"})

    async def versions(self, _request: Request) -> Response:
        """Which version of the API there is."""
        return JSONResponse({"current": "v3", "deprecated": []})

    async def status(self, _request: Request) -> Response:
        """Who answers here."""
        return JSONResponse(status_row(self._dialect.name, self._dialect.version, self._started))

    async def tags(self, _request: Request) -> Response:
        """The labels, each with the indexers that wear it."""
        stored = self._all()
        wearing = {label: [one.id for one in stored if label in one.tags] for label in self._known()}
        return JSONResponse([{**tag_row(label), "indexerIds": ids} for label, ids in wearing.items()])

    async def add_tag(self, request: Request) -> Response:
        """A new label; one that is there already is told again."""
        label = text((await resource_of(request)).get("label")).lower()
        if not label:
            raise Invalid([failure("Label", "'Label' must not be empty.")])
        self._labels.add(label)
        return JSONResponse({"label": label, "id": tag_id(label)}, 201)

    async def all(self, _request: Request) -> Response:
        """All indexers that this manager has."""
        return JSONResponse([told(one, self._dialect) for one in self._all()])

    async def one(self, request: Request) -> Response:
        """One indexer."""
        return JSONResponse(told(self._stored(request.path_params["id"]), self._dialect))

    async def schema(self, _request: Request) -> Response:
        """The empty forms of the two kinds."""
        forms = [template(self._dialect, protocol) for protocol in (Protocol.USENET, Protocol.TORRENT)]
        return JSONResponse([{**form, "presets": []} for form in forms])

    async def add(self, request: Request) -> Response:
        """A new indexer, unless its test fails and it is not forced."""
        resource = await resource_of(request)
        before = self._handed_elsewhere(resource)
        stored = self._read(resource, before)
        if stored.enabled and not is_told(request, "forceSave"):
            await self._must_work(stored)
        if before is None:
            id = await self._indexers.add(stored)
        else:
            await self._indexers.change(stored)
            id = stored.id
        return JSONResponse(told(self._stored(id), self._dialect), 201)

    async def change(self, request: Request) -> Response:
        """An indexer as it is to be now; tested only when something that matters changed."""
        resource = await resource_of(request)
        before = self._stored(request.path_params.get("id") or id_of(resource))
        stored = self._read(resource, before)
        if stored.enabled and stored != before and not is_told(request, "forceSave"):
            await self._must_work(stored)
        if stored != before:
            await self._indexers.change(stored)
        return JSONResponse(told(self._stored(stored.id), self._dialect), 202)

    async def remove(self, request: Request) -> Response:
        """Forget an indexer."""
        await self._forget(request.path_params["id"])
        return JSONResponse({})

    async def test(self, request: Request) -> Response:
        """Call the indexer as it is told, and say what is wrong with it."""
        resource = await resource_of(request)
        id = id_of(resource)
        before = next((one for one in self._all() if one.id == id), None)
        await self._must_work(self._read(resource, before, is_new=False))
        return JSONResponse({})

    async def test_all(self, _request: Request) -> Response:
        """Call all indexers that are on."""
        rows: list[Resource] = []
        for one in self._all():
            if one.enabled:
                wrong = failures(await self._indexers.test(one))
                rows.append({"id": one.id, "isValid": not wrong, "validationFailures": wrong})
        return JSONResponse(rows, 200 if all(row["isValid"] for row in rows) else 400)

    async def act(self, _request: Request) -> Response:
        """There is nothing to be done at the press of a button."""
        return JSONResponse({})

    async def change_many(self, request: Request) -> Response:
        """Priority, labels and switches of several indexers."""
        wanted = await resource_of(request)
        for id in numbers(wanted.get("ids")):
            await self._indexers.change(self._read(self._changed(id, wanted), self._stored(id)))
        return JSONResponse([told(self._stored(id), self._dialect) for id in numbers(wanted.get("ids"))], 202)

    async def remove_many(self, request: Request) -> Response:
        """Forget several indexers."""
        for id in numbers((await resource_of(request)).get("ids")):
            await self._forget(id)
        return JSONResponse({})

    def _all(self) -> list[StoredIndexer]:
        stored = (seat.stored for seat in self._indexers.seats())
        return [one for one in stored if is_handed(one, self._dialect)]

    def _stored(self, id: int) -> StoredIndexer:
        stored = self._indexers.seat(id).stored
        if not is_handed(stored, self._dialect):
            raise NotFound(f"{self._dialect.name} has no indexer {id}")
        return stored

    def _known(self) -> list[str]:
        worn = {label for seat in self._indexers.seats() for label in seat.stored.tags}
        return sorted(worn | self._labels)

    def _read(self, resource: Resource, before: StoredIndexer | None, *, is_new: bool = True) -> StoredIndexer:
        if is_new and self._is_taken(text(resource.get("name")), 0 if before is None else before.id):
            raise Invalid([failure("Name", "Should be unique")])
        return stored_of(resource, self._dialect, before, self._known())

    def _is_taken(self, name: str, but: int) -> bool:
        seats = self._indexers.seats()
        return any(seat.stored.name.casefold() == name.casefold() and seat.stored.id != but for seat in seats)

    def _handed_elsewhere(self, resource: Resource) -> StoredIndexer | None:
        """The same indexer (name and address), handed to the other manager that we are."""
        address = next((f.get("value") for f in _fields(resource) if f.get("name") == "baseUrl"), None)
        for seat in self._indexers.seats():
            stored = seat.stored
            is_same = stored.name == resource.get("name") and stored.settings.get("url") == address
            if is_same and not is_handed(stored, self._dialect):
                return stored
        return None

    async def _must_work(self, stored: StoredIndexer) -> None:
        if wrong := failures(await self._indexers.test(stored)):
            raise Invalid(wrong)

    async def _forget(self, id: int) -> None:
        stored = self._stored(id)
        left = forgotten(stored, self._dialect)
        await (self._indexers.remove(id) if left is None else self._indexers.change(left))

    def _changed(self, id: int, wanted: Resource) -> Resource:
        resource = told(self._stored(id), self._dialect)
        switches = ("enableRss", "enableAutomaticSearch", "enableInteractiveSearch", "priority")
        resource.update({name: wanted[name] for name in switches if wanted.get(name) is not None})
        if wanted.get("tags") is not None:
            resource["tags"] = applied(resource["tags"], wanted["tags"], wanted.get("applyTags"))
        return resource


def applied(before: Sequence[int], wanted: Any, how: Any) -> list[int]:
    """The numbers of labels after some were added, removed or put in their place."""
    told_ids = list(numbers(wanted))
    if how == "remove":
        return [id for id in before if id not in told_ids]
    return list(dict.fromkeys([*([] if how == "replace" else before), *told_ids]))


def failures(steps: Sequence[TestStep]) -> list[Failure]:
    """What a test found wrong, in these programs' words."""
    wrong = [step for step in steps if not step.ok and step.name != _PROMISED]
    return [_failure(step) for step in wrong]


def _failure(step: TestStep) -> Failure:
    found_nothing = step.name == "rows" or (step.name == "search" and step.text.startswith(_NOTHING))
    return failure("", f"{NOTHING_FOUND} {step.text}") if found_nothing else failure(_property(step), step.text)


def _property(step: TestStep) -> str:
    """Which field is wrong: a refused key shows at the first call, whatever that asks."""
    is_key = "key was refused" in step.text or "password was refused" in step.text
    return "ApiKey" if is_key else _PROPERTIES.get(step.name, "")


def _fields(resource: Resource) -> list[Resource]:
    fields = resource.get("fields")
    return [one for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
