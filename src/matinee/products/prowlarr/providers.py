"""Indexers, apps, proxies and the like are all listed, added, changed, tested and removed in the same way."""

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import Refused
from matinee.products.servarr.door import is_told, resource_of
from matinee.products.servarr.failures import Failure, Invalid, failure
from matinee.products.servarr.fields import Resource, id_of, numbers
from matinee.products.servarr.receiving import applied


class Provider(Protocol):
    """One family of things. Raises NotFound, Refused or Invalid."""

    path: str

    async def all(self) -> list[Resource]:
        """All there are."""
        ...

    async def one(self, id: int) -> Resource:
        """One of them."""
        ...

    async def schema(self) -> list[Resource]:
        """The empty forms of all kinds."""
        ...

    async def add(self, resource: Resource, *, force: bool) -> int:
        """Keep a new one; unless it is forced it must pass its test."""
        ...

    async def change(self, id: int, resource: Resource, *, force: bool) -> None:
        """Keep one as it is now."""
        ...

    async def remove(self, id: int) -> None:
        """Forget one."""
        ...

    async def test(self, resource: Resource) -> list[Failure]:
        """What is wrong with it."""
        ...

    async def test_all(self) -> dict[int, list[Failure]]:
        """What is wrong with each that is on."""
        ...

    async def act(self, name: str, resource: Resource) -> Any:
        """What a button of its form does."""
        ...

    def merged(self, resource: Resource, wanted: Mapping[str, Any]) -> Resource:
        """The resource after a change of many at once."""
        ...


def provider_routes(provider: Provider) -> list[Route]:
    """The addresses of a family."""
    server, path = _Server(provider), f"/api/v1/{provider.path}"
    return [
        Route(path, server.all, methods=["GET"]),
        Route(path, server.add, methods=["POST"]),
        Route(path, server.change, methods=["PUT"]),
        Route(f"{path}/schema", server.schema),
        Route(f"{path}/test", server.test, methods=["POST"]),
        Route(f"{path}/testall", server.test_all, methods=["POST"]),
        Route(f"{path}/action/{{name}}", server.act, methods=["POST"]),
        Route(f"{path}/bulk", server.change_many, methods=["PUT"]),
        Route(f"{path}/bulk", server.remove_many, methods=["DELETE"]),
        Route(f"{path}/{{id:int}}", server.one, methods=["GET"]),
        Route(f"{path}/{{id:int}}", server.change, methods=["PUT"]),
        Route(f"{path}/{{id:int}}", server.remove, methods=["DELETE"]),
    ]


class _Server:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def all(self, _request: Request) -> Response:
        rows = await self._provider.all()
        return JSONResponse(sorted(rows, key=lambda row: str(row["name"]).casefold()))

    async def one(self, request: Request) -> Response:
        return JSONResponse(await self._provider.one(request.path_params["id"]))

    async def schema(self, _request: Request) -> Response:
        return JSONResponse([{"presets": [], **form} for form in await self._provider.schema()])

    async def add(self, request: Request) -> Response:
        resource = await resource_of(request)
        id = await self._provider.add(resource, force=is_told(request, "forceSave"))
        return JSONResponse(await self._provider.one(id), 201)

    async def change(self, request: Request) -> Response:
        resource = await resource_of(request)
        id = request.path_params.get("id") or id_of(resource)
        await self._provider.one(id)
        await self._provider.change(id, resource, force=is_told(request, "forceSave"))
        return JSONResponse(await self._provider.one(id), 202)

    async def remove(self, request: Request) -> Response:
        await self._provider.remove(request.path_params["id"])
        return JSONResponse({})

    async def test(self, request: Request) -> Response:
        if wrong := await self._provider.test(await resource_of(request)):
            raise Invalid(wrong)
        return JSONResponse({})

    async def test_all(self, _request: Request) -> Response:
        told = await self._provider.test_all()
        rows = [{"id": id, "isValid": not wrong, "validationFailures": wrong} for id, wrong in told.items()]
        return JSONResponse(rows, 400 if any(told.values()) else 200)

    async def act(self, request: Request) -> Response:
        return JSONResponse(await self._provider.act(request.path_params["name"], await resource_of(request)))

    async def change_many(self, request: Request) -> Response:
        wanted = await resource_of(request)
        ids = _ids(wanted)
        for id in ids:
            resource = self._provider.merged(await self._provider.one(id), wanted)
            if wanted.get("tags") is not None:
                resource["tags"] = applied(resource["tags"], wanted["tags"], wanted.get("applyTags", "add"))
            await self._provider.change(id, resource, force=True)
        return JSONResponse([await self._provider.one(id) for id in ids], 202)

    async def remove_many(self, request: Request) -> Response:
        for id in _ids(await resource_of(request)):
            await self._provider.remove(id)
        return JSONResponse({})


def _ids(wanted: Resource) -> tuple[int, ...]:
    ids = numbers(wanted.get("ids"))
    if not ids:
        raise Invalid([failure("Ids", "ids must be provided")])
    return ids


class Nothing:
    """A family that the house has by other means: its list is empty and nothing can be added, with the reason."""

    def __init__(self, path: str, forms: list[Resource], reason: str) -> None:
        self.path, self._forms, self._reason = path, forms, reason

    async def all(self) -> list[Resource]:
        """None."""
        return []

    async def one(self, id: int) -> Resource:
        """There is none."""
        raise HTTPException(404)

    async def schema(self) -> list[Resource]:
        """The forms, so that a client can draw them."""
        return self._forms

    async def add(self, resource: Resource, *, force: bool) -> int:
        """Not here."""
        raise Refused(self._reason)

    async def change(self, id: int, resource: Resource, *, force: bool) -> None:
        """Not here."""
        raise Refused(self._reason)

    async def remove(self, id: int) -> None:
        """There is none."""
        await self.one(id)

    async def test(self, resource: Resource) -> list[Failure]:
        """Not here."""
        return [failure("", self._reason)]

    async def test_all(self) -> dict[int, list[Failure]]:
        """None to be tested."""
        return {}

    async def act(self, name: str, resource: Resource) -> Any:
        """Nothing to be done."""
        return {}

    def merged(self, resource: Resource, wanted: Mapping[str, Any]) -> Resource:
        """Nothing to be merged."""
        return resource
