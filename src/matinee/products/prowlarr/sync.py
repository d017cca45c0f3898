"""Our indexers are handed to a Radarr or Sonarr: new ones added, changed ones put right, gone ones removed."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matinee.kernel.errors import MatineeError
from matinee.products.prowlarr.matching import (
    SWITCHES,
    Offered,
    changed,
    is_same,
    our_id,
    still_is,
    trial_indexer,
    wanted_there,
)
from matinee.products.servarr.dialect import IMPLEMENTATIONS
from matinee.products.servarr.failures import Failure, failure
from matinee.products.servarr.fields import Resource
from matinee.products.servarr.manager import Manager
from matinee.store.indexers import StoredApp

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Synced:
    """What was done, by the names of our indexers; `remote` is by our id the one each has there now."""

    remote: dict[int, int]
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


async def try_app(app: StoredApp, manager: Manager, own_key: str) -> list[Failure]:
    """Let the manager call our test feed back: is its address right, its key, our address as it sees us?"""
    offered = trial_indexer()
    try:
        schema = await manager.schema(IMPLEMENTATIONS[offered.protocol])
    except MatineeError as error:
        return [failure("ApiKey" if "(HTTP 401)" in str(error) else "BaseUrl", str(error))]
    return await manager.test(wanted_there(offered, manager.dialect, schema, own_url=app.own_url, own_key=own_key))


async def sync_app(app: StoredApp, manager: Manager, offered: Sequence[Offered], own_key: str) -> Synced:
    """Bring one manager up to date. One indexer's trouble does not stop the others; Unreachable when it is silent.

    `disabled` does nothing, `addOnly` adds and removes but changes nothing, `fullSync` does all.
    """
    done = Synced(dict(app.remote))
    if app.sync == "disabled":
        return done
    there = {int(one["id"]): one for one in await manager.indexers() if isinstance(one.get("id"), int)}
    done.remote = {ours: id for ours, id in done.remote.items() if id not in there or still_is(there[id], ours)}
    for id, one in there.items():
        ours = our_id(one, app.own_url, own_key)
        if ours and (ours not in done.remote or done.remote[ours] not in there):
            done.remote[ours] = id
    errand = _Errand(app, manager, own_key, there, done)
    for ours_here in offered:
        await errand.hand_over(ours_here)
    for id in set(done.remote) - {one.stored.id for one in offered}:
        await errand.take_back(id, f"indexer {id}")
    return done


@dataclass(frozen=True, slots=True)
class _Errand:
    app: StoredApp
    manager: Manager
    own_key: str
    there: Mapping[int, Resource]
    done: Synced

    async def hand_over(self, one: Offered) -> None:
        """Add, change or remove one of ours, as it is wanted there."""
        id, name = one.stored.id, one.stored.name
        if one.abilities is None and id in self.done.remote:
            return await self._leave(one, self.done.remote[id])
        if not _is_wanted(one, self.app, self.manager):
            return await self.take_back(id, name)
        try:
            if id not in self.done.remote:
                await self._add(one)
            elif self.app.sync == "fullSync":
                await self._change(one, self.done.remote[id])
        except MatineeError as error:
            self._complain(name, error)

    async def _add(self, one: Offered) -> None:
        if not one.stored.enabled:
            return
        made = await self.manager.add(await self._wanted(one))
        self.done.remote[one.stored.id] = int(made["id"])
        self.done.added.append(one.stored.name)

    async def _change(self, one: Offered, id: int) -> None:
        theirs = self.there.get(id)
        if theirs is None:  # somebody removed it there: everything is synced, so it comes back
            del self.done.remote[one.stored.id]
            return await self._add(one)
        ours = await self._wanted(one, id)
        if not is_same(ours, theirs):
            await self.manager.change(changed(ours, theirs))
            self.done.changed.append(one.stored.name)

    async def _leave(self, one: Offered, id: int) -> None:
        """It does not say what it can do now, so it stays as it is there; switched off, it is switched off there."""
        if one.stored.enabled:
            return self.done.troubles.append(f"{one.stored.name}: it is silent, so it is left there as it is")
        theirs = self.there.get(id, {})
        if self.app.sync == "fullSync" and any(theirs.get(switch) for switch in SWITCHES):
            try:
                await self.manager.change({**theirs, **dict.fromkeys(SWITCHES, False)})
            except MatineeError as error:
                return self._complain(one.stored.name, error)
            self.done.changed.append(one.stored.name)

    async def take_back(self, id: int, name: str) -> None:
        """Remove what it has of ours; nothing when it has nothing."""
        remote = self.done.remote.get(id)
        if remote is None:
            return
        try:
            if remote in self.there:
                await self.manager.remove(remote)
        except MatineeError as error:
            return self._complain(name, error)
        del self.done.remote[id]
        self.done.removed.append(id)

    async def _wanted(self, one: Offered, id: int = 0) -> Resource:
        schema = await self.manager.schema(IMPLEMENTATIONS[one.protocol])
        told = {"own_url": self.app.own_url, "own_key": self.own_key}
        return wanted_there(one, self.manager.dialect, schema, id=id, **told)

    def _complain(self, name: str, error: MatineeError) -> None:
        log.warning("%s: '%s' is not synced: %s", self.app.name, name, error)
        self.done.troubles.append(f"{name}: {error}")


def _is_wanted(one: Offered, app: StoredApp, manager: Manager) -> bool:
    """Whether the labels meet, and it has what the manager looks for."""
    meet = not app.tags or bool(set(app.tags) & set(one.stored.tags))
    return meet and one.abilities is not None and manager.dialect.is_served_by(one.abilities)
