"""The managers that our indexers are handed to: a Radarr and a Sonarr, or several of each."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from matinee.kernel.errors import MatineeError
from matinee.pipeline.search.answers import Seat
from matinee.products.prowlarr.house import House, all_abilities, facts_of
from matinee.products.prowlarr.labels import Labels
from matinee.products.prowlarr.matching import Offered
from matinee.products.prowlarr.sync import Synced, sync_app, try_app
from matinee.products.servarr.failures import Failure, Invalid, failure
from matinee.products.servarr.fields import MASK, Resource, field, filled, id_of, text, values_of
from matinee.products.servarr.pushed import is_web_address
from matinee.products.servarr.tags import labels_of, tag_ids
from matinee.store.indexers import StoredApp, add_app, change_app, read_app, read_apps, remove_app

log = logging.getLogger(__name__)

_NAMES = {"radarr": "Radarr", "sonarr": "Sonarr"}
_PORTS = {"radarr": 7878, "sonarr": 8989}
_LEVELS = ("disabled", "addOnly", "fullSync")


async def sync_all(house: House) -> list[Synced]:
    """Bring every manager up to date and remember what each has; one that is silent does not stop the others."""
    async with house.syncing:  # two at once would add everything twice
        apps = await house.database.read(read_apps)
        offered = await _offered(house.indexers.seats())
        return [await _sync_one(house, app, offered) for app in apps.values()]


async def _sync_one(house: House, app: StoredApp, offered: Sequence[Offered]) -> Synced:
    manager = house.manager(app)
    try:
        done = await sync_app(app, manager, offered, house.api_key)
    except MatineeError as error:
        log.warning("%s is not synced: %s", app.name, error)
        return Synced(dict(app.remote), troubles=[str(error)])
    finally:
        await manager.close()
    if done.remote != app.remote:
        await house.database.write(
            lambda tx: change_app(tx, replace(read_app(tx.connection, app.id), remote=done.remote))
        )
    return done


async def _offered(seats: Sequence[Seat]) -> list[Offered]:
    """What is handed on: not what a Prowlarr has handed to us, or two houses would play ball for ever."""
    seats = [seat for seat in seats if seat.stored.origin != "prowlarr"]
    abilities = await all_abilities(seats)
    return [Offered(seat.stored, facts_of(seat).protocol, told) for seat, told in zip(seats, abilities, strict=True)]


class ApplicationProvider:
    """The family of managers."""

    path = "applications"

    def __init__(self, house: House, labels: Labels) -> None:
        self._house, self._labels = house, labels

    async def all(self) -> list[Resource]:
        """All managers."""
        return [_row(one) for one in (await self._house.database.read(read_apps)).values()]

    async def one(self, id: int) -> Resource:
        """One of them."""
        return _row(await self._house.database.read(lambda db: read_app(db, id)))

    async def schema(self) -> list[Resource]:
        """The empty forms of the two."""
        return [_form(kind) for kind in _NAMES]

    async def add(self, resource: Resource, *, force: bool) -> int:
        """A new manager; it is handed our indexers at the next sync."""
        app = await self._read(resource, None)
        await self._must_work(app, force)
        return await self._house.database.write(lambda tx: add_app(tx, app))

    async def change(self, id: int, resource: Resource, *, force: bool) -> None:
        """A manager as it is to be now."""
        before = await self._house.database.read(lambda db: read_app(db, id))
        app = await self._read(resource, before)
        if app != before:
            await self._must_work(app, force)
            await self._house.database.write(lambda tx: change_app(tx, app))

    async def remove(self, id: int) -> None:
        """Forget a manager; our indexers stay with it."""
        await self._house.database.write(lambda tx: remove_app(tx, id))

    async def test(self, resource: Resource) -> list[Failure]:
        """Let it call us back."""
        id = id_of(resource)
        before = (await self._house.database.read(read_apps)).get(id)
        return await self._tested(await self._read(resource, before))

    async def test_all(self) -> dict[int, list[Failure]]:
        """Let all that are on call us back."""
        apps = [one for one in (await self._house.database.read(read_apps)).values() if one.sync != "disabled"]
        told = await asyncio.gather(*(self._tested(one) for one in apps))
        return {one.id: wrong for one, wrong in zip(apps, told, strict=True)}

    async def act(self, name: str, resource: Resource) -> Any:
        """Nothing to be done."""
        return {}

    def merged(self, resource: Resource, wanted: Mapping[str, Any]) -> Resource:
        """The level of many at once."""
        level = wanted.get("syncLevel")
        return {**resource, "syncLevel": level} if level in _LEVELS else dict(resource)

    async def _tested(self, app: StoredApp) -> list[Failure]:
        manager = self._house.manager(app)
        try:
            return await try_app(app, manager, self._house.api_key)
        finally:
            await manager.close()

    async def _must_work(self, app: StoredApp, force: bool) -> None:
        if app.sync != "disabled" and not force and (wrong := await self._tested(app)):
            raise Invalid(wrong)

    async def _read(self, resource: Resource, before: StoredApp | None) -> StoredApp:
        values = values_of(resource)
        kind = text(resource.get("implementation")).lower()
        key = text(values.get("apiKey"))
        app = replace(
            before or StoredApp(),
            name=text(resource.get("name")),
            kind=kind,
            url=text(values.get("baseUrl")),
            own_url=text(values.get("prowlarrUrl")),
            api_key=before.api_key if before and key == MASK else key,
            sync=text(resource.get("syncLevel")) or "fullSync",
            tags=labels_of(resource.get("tags"), await self._labels.all()),
        )
        _check(app)
        return app


def _check(app: StoredApp) -> None:
    complaints = [
        ("Name", "" if app.name else "'Name' must not be empty."),
        ("Implementation", "" if app.kind in _NAMES else "only Radarr and Sonarr are synced"),
        ("BaseUrl", "" if is_web_address(app.url) else "'Base Url' must be a valid URL"),
        ("ProwlarrUrl", "" if is_web_address(app.own_url) else "'Prowlarr Url' must be a valid URL"),
        ("ApiKey", "" if app.api_key and app.api_key != MASK else "'Api Key' must not be empty."),
        ("SyncLevel", "" if app.sync in _LEVELS else f"must be one of {', '.join(_LEVELS)}"),
    ]
    if wrong := [failure(name, told) for name, told in complaints if told]:
        raise Invalid(wrong)


def _row(app: StoredApp) -> Resource:
    form = _form(app.kind)
    values = {"prowlarrUrl": app.own_url, "baseUrl": app.url, "apiKey": app.api_key}
    told = {"id": app.id, "name": app.name, "syncLevel": app.sync, "tags": tag_ids(app.tags)}
    return {**form, **told, "fields": filled(form["fields"], values)}


def _form(kind: str) -> Resource:
    name = _NAMES[kind]
    fields = [
        field("prowlarrUrl", "Prowlarr Server", "http://localhost:9696", help=f"Our address as {name} sees it"),
        field("baseUrl", f"{name} Server", f"http://localhost:{_PORTS[kind]}"),
        field("apiKey", "API Key", "", privacy="apiKey"),
    ]
    return {
        "id": 0,
        "name": "",
        "syncLevel": "fullSync",
        "fields": filled(fields, {}),
        "implementationName": name,
        "implementation": name,
        "configContract": f"{name}Settings",
        "infoLink": f"https://wiki.servarr.com/prowlarr/supported#{kind}",
        "tags": [],
        "presets": [],
        "testCommand": None,
    }
