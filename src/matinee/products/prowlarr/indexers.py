"""The indexers of the house: listed, added, changed, tested and removed as in Prowlarr."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import MatineeError
from matinee.media.categories import STANDARD, name_of
from matinee.media.indexing import Abilities, Category, IndexerFacts
from matinee.pipeline.search.answers import Seat
from matinee.products.prowlarr.capabilities import category_tree
from matinee.products.prowlarr.forms import IMPLEMENTATIONS, kind_of, presets
from matinee.products.prowlarr.house import Definition, House, Summary, abilities_of, all_abilities
from matinee.products.prowlarr.indexer_rows import form_row, guessed_facts, indexer_row, stored_of
from matinee.products.prowlarr.labels import Labels
from matinee.products.servarr.failures import Failure, Invalid, failure
from matinee.products.servarr.fields import Resource, filled, id_of, text, values_of
from matinee.products.servarr.receiving import failures
from matinee.store.indexers import StoredIndexer

_BULK = {  # what can be changed of many at once, and the field it is
    "minimumSeeders": "torrentBaseSettings.appMinimumSeeders",
    "seedRatio": "torrentBaseSettings.seedRatio",
    "seedTime": "torrentBaseSettings.seedTime",
    "packSeedTime": "torrentBaseSettings.packSeedTime",
    "preferMagnetUrl": "torrentBaseSettings.preferMagnetUrl",
}


class IndexerProvider:
    """The family of indexers."""

    path = "indexer"

    def __init__(self, house: House, labels: Labels) -> None:
        self._house, self._labels = house, labels

    async def all(self) -> list[Resource]:
        """All, with what each can do; one that is silent is told without."""
        seats = self._house.indexers.seats()
        told = zip(seats, await all_abilities(seats), strict=True)
        return [indexer_row(seat, abilities, self._definition(seat.stored)) for seat, abilities in told]

    async def one(self, id: int) -> Resource:
        """One of them."""
        seat: Seat = self._house.indexers.seat(id)
        return indexer_row(seat, await abilities_of(seat), self._definition(seat.stored))

    async def schema(self) -> list[Resource]:
        """Every definition and every kind that needs none; read in a thread, for there may be hundreds."""
        return [*_plain_forms(), *await asyncio.to_thread(self._definition_forms)]

    async def add(self, resource: Resource, *, force: bool) -> int:
        """A new one; it must pass its test when it is on and not forced."""
        stored = await self._read(resource, None)
        self._must_be_alone(stored)
        if stored.enabled and not force:
            await self._must_work(stored)
        return await self._house.indexers.add(stored)

    async def change(self, id: int, resource: Resource, *, force: bool) -> None:
        """One as it is to be now; tested only when something changed."""
        before = self._house.indexers.seat(id).stored
        stored = await self._read(resource, before)
        self._must_be_alone(stored)
        if stored == before:
            return
        if stored.enabled and not force:
            await self._must_work(stored)
        await self._house.indexers.change(stored)

    async def remove(self, id: int) -> None:
        """Forget one."""
        await self._house.indexers.remove(id)

    async def test(self, resource: Resource) -> list[Failure]:
        """Try it as it is told."""
        id = id_of(resource)
        before = self._house.indexers.seat(id).stored if id else None
        return failures(await self._house.indexers.test(await self._read(resource, before)))

    async def test_all(self) -> dict[int, list[Failure]]:
        """Try all that are on, at the same time."""
        stored = [seat.stored for seat in self._house.indexers.seats() if seat.stored.enabled]
        steps = await asyncio.gather(*(self._house.indexers.test(one) for one in stored))
        return {one.id: failures(told) for one, told in zip(stored, steps, strict=True)}

    async def act(self, name: str, resource: Resource) -> Any:
        """The addresses of a site, for the form; nothing else."""
        if name != "geturls":
            return {}
        definition = self._named(text(_told(resource).get("definitionFile")))
        links = definition.links if definition else ()
        return {"options": [{"value": link, "name": link} for link in links]}

    def merged(self, resource: Resource, wanted: Mapping[str, Any]) -> Resource:
        """The switches and numbers that are told."""
        plain = {name: wanted[name] for name in ("enable", "appProfileId", "priority") if wanted.get(name) is not None}
        told = {field: wanted[name] for name, field in _BULK.items() if wanted.get(name) is not None}
        return {**resource, **plain, "fields": filled(resource["fields"], told)}

    async def _read(self, resource: Resource, before: StoredIndexer | None) -> StoredIndexer:
        definition = None
        if kind_of(text(resource.get("implementation"))) == "cardigann":
            id = text(values_of(resource).get("definitionFile")) or text(resource.get("definitionName"))
            definition = self._named(id or (before.definition if before else ""))
            if definition is None:
                raise Invalid([failure("DefinitionFile", f"there is no definition '{id:.100}'")])
        return stored_of(resource, before, definition, await self._labels.all())

    def _must_be_alone(self, stored: StoredIndexer) -> None:
        for seat in self._house.indexers.seats():
            if seat.stored.id != stored.id and seat.stored.name.casefold() == stored.name.casefold():
                raise Invalid([failure("Name", "Should be unique")])

    async def _must_work(self, stored: StoredIndexer) -> None:
        if wrong := failures(await self._house.indexers.test(stored)):
            raise Invalid(wrong)

    def _definition(self, stored: StoredIndexer) -> Definition | None:
        return self._named(stored.definition) if stored.kind == "cardigann" else None

    def _named(self, id: str) -> Definition | None:
        """The definition with this id; None when nobody has it, or it cannot be read."""
        if self._house.definitions is None or not id:
            return None
        try:
            return self._house.definitions.get(id)
        except MatineeError:
            return None

    def _definition_forms(self) -> list[Resource]:
        if self._house.definitions is None:
            return []
        forms = ((one, self._named(one.id)) for one in self._house.definitions.summaries())
        return [_definition_form(summary, definition) for summary, definition in forms if definition]


def category_route() -> Route:
    """The standard categories, for a form."""
    return Route("/api/v1/indexer/categories", _categories)


async def _categories(_request: Request) -> Response:
    return JSONResponse(category_tree(Category(one.id, one.name) for one in STANDARD.values()))


def _definition_form(summary: Summary, definition: Definition) -> Resource:
    categories = tuple(Category(id, name_of(id)) for id in summary.categories)
    facts = IndexerFacts(privacy=definition.privacy)
    return form_row("cardigann", facts, Abilities(summary.takes, categories), definition)


def _plain_forms() -> list[Resource]:
    """The kinds that need no definition, each with the well-known indexers it fits."""
    forms = []
    for kind, (_, title) in IMPLEMENTATIONS.items():
        if kind == "cardigann":
            continue
        form = form_row(kind, guessed_facts(kind), Abilities(), None, title)
        known = presets(kind) if kind in ("newznab", "torznab") else []
        filled_in = [
            {**form, "name": one.name, "fields": filled(form["fields"], {"baseUrl": one.url, "apiPath": one.api_path})}
            for one in known
        ]
        forms.append({**form, "presets": filled_in})
    return forms


def _told(resource: Resource) -> Mapping[str, Any]:
    try:
        return values_of(resource)
    except Invalid:
        return {}
