"""The labels that bind indexers, proxies and apps together."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import NotFound, Refused
from matinee.products.prowlarr.house import House
from matinee.products.servarr.door import resource_of
from matinee.products.servarr.failures import Invalid, failure
from matinee.products.servarr.fields import Resource, text
from matinee.products.servarr.tags import tag_row
from matinee.store.indexers import read_apps, read_proxies


@dataclass(slots=True)
class Labels:
    """All labels in use, and those that were made but are on nothing yet."""

    house: House
    made: set[str] = field(default_factory=set)

    async def all(self) -> list[str]:
        """Every label, by the alphabet."""
        return [row["label"] for row in await self.rows()]

    async def rows(self) -> list[Resource]:
        """Every label with what wears it."""
        indexers = {seat.stored.id: seat.stored.tags for seat in self.house.indexers.seats()}
        proxies, apps = await self.house.database.read(lambda db: (read_proxies(db), read_apps(db)))
        worn = {
            "indexerIds": indexers,
            "indexerProxyIds": {id: one.tags for id, one in proxies.items()},
            "applicationIds": {id: one.tags for id, one in apps.items()},
        }
        labels = {label for family in worn.values() for tags in family.values() for label in tags} | self.made
        return [
            {
                **tag_row(label),
                "notificationIds": [],
                **{name: [id for id, tags in family.items() if label in tags] for name, family in worn.items()},
            }
            for label in sorted(labels)
        ]


def label_routes(labels: Labels) -> list[Route]:
    """The addresses of labels."""
    tags = _Tags(labels)
    return [
        Route("/api/v1/tag", tags.all, methods=["GET"]),
        Route("/api/v1/tag", tags.add, methods=["POST"]),
        Route("/api/v1/tag/detail", tags.details),
        Route("/api/v1/tag/detail/{id:int}", tags.detail),
        Route("/api/v1/tag/{id:int}", tags.one, methods=["GET"]),
        Route("/api/v1/tag/{id:int}", tags.change, methods=["PUT"]),
        Route("/api/v1/tag/{id:int}", tags.remove, methods=["DELETE"]),
    ]


class _Tags:
    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    async def all(self, _request: Request) -> Response:
        """All labels."""
        return JSONResponse([tag_row(label) for label in await self._labels.all()])

    async def details(self, _request: Request) -> Response:
        """All labels with what wears them."""
        return JSONResponse(await self._labels.rows())

    async def detail(self, request: Request) -> Response:
        """One label with what wears it."""
        return JSONResponse(await self._row(request))

    async def one(self, request: Request) -> Response:
        """One label."""
        return JSONResponse(tag_row((await self._row(request))["label"]))

    async def add(self, request: Request) -> Response:
        """A new label; one that is there already is told again."""
        label = text((await resource_of(request)).get("label")).lower()
        if not label or len(label) > 100:
            raise Invalid([failure("Label", "'Label' must not be empty.")])
        self._labels.made.add(label)
        return JSONResponse(tag_row(label), 201)

    async def change(self, request: Request) -> Response:
        """A label has no other name: its number is made of it."""
        row, wanted = await self._row(request), await resource_of(request)
        if text(wanted.get("label")).lower() != row["label"]:
            raise Refused("a label cannot be renamed: make a new one and put it on", field="Label")
        return JSONResponse(tag_row(row["label"]), 202)

    async def remove(self, request: Request) -> Response:
        """Forget a label that nothing wears."""
        row = await self._row(request)
        if any(row[name] for name in ("indexerIds", "indexerProxyIds", "applicationIds")):
            raise Refused(f"the label '{row['label']}' is still worn: take it off first", field="Label")
        self._labels.made.discard(row["label"])
        return JSONResponse({})

    async def _row(self, request: Request) -> Resource:
        wanted = request.path_params["id"]
        for row in await self._labels.rows():
            if row["id"] == wanted:
                return row
        raise NotFound(f"there is no label {wanted}")
