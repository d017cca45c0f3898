"""The house in the guise of others: as Prowlarr, Radarr and Sonarr to apps that know those, and their neighbour too."""

import asyncio
import base64
import logging
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.types import ASGIApp

from matinee.kernel.auth import Doorkeeper, Role, same
from matinee.kernel.clock import now
from matinee.kernel.config import write_privately
from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.guard import Guard, GuardedTransport
from matinee.kernel.redact import redact
from matinee.media.release import Release
from matinee.pipeline.parts import Parts
from matinee.pipeline.taking import take
from matinee.products.flaresolverr import FlareSolverr
from matinee.products.prowlarr.applications import sync_all
from matinee.products.prowlarr.house import House
from matinee.products.prowlarr.server import prowlarr_app
from matinee.products.prowlarr.sync import Synced, try_app
from matinee.products.radarr.client import make_manager as make_radarr
from matinee.products.radarr.server import radarr_app
from matinee.products.servarr.manager import Manager, Schemas
from matinee.products.sonarr.client import make_manager as make_sonarr
from matinee.products.sonarr.server import sonarr_app
from matinee.seating import Seating, proxy_of
from matinee.store.indexers import StoredApp, StoredProxy

log = logging.getLogger(__name__)

SYNC_SECONDS = 6 * 3600.0
PROXY_SECONDS = 10.0
_FIELDS = {"apikey": "api_key", "baseurl": "url", "prowlarrurl": "own_url"}
_MAKERS: Mapping[str, Callable[..., Manager]] = {"radarr": make_radarr, "sonarr": make_sonarr}


class Guises:
    """Mounts the house as others, and hands its indexers to the Radarr and Sonarr beside it.

    `folder` keeps the key that those are given, and what seals download links.
    """

    def __init__(self, parts: Parts, doorkeeper: Doorkeeper, seating: Seating, folder: Path) -> None:
        catalogue = seating.catalogue
        self._parts = parts
        self._seating = seating
        self._doorkeeper = doorkeeper
        self._key = _kept(folder / "apps.secret")
        self._schemas: Schemas = {}
        self._catalogue = catalogue
        seal = base64.urlsafe_b64decode(_kept(folder / "links.secret") + "==")
        self._house = House(
            indexers=parts.hub,
            database=parts.database,
            secret=seal,
            api_key=self._key,
            manager=self._manager,
            grab=self._grab,
            definitions=catalogue,
            test_proxy=_try_proxy,
            rewire=self._rewire,
            commands={"indexerdefinitionupdate": self._refresh},
            clock=parts.clock,
        )

    def apps(self) -> dict[str, ASGIApp]:
        """The applications by the path they are mounted at."""
        hub = self._parts.hub
        return {
            "/prowlarr": prowlarr_app(self._house, self.allow),
            "/radarr": radarr_app(hub, self.allow),
            "/sonarr": sonarr_app(hub, self.allow),
        }

    async def test(self, app: StoredApp) -> None:
        """Try to reach an app and be reached by it; Refused, with the field, when that fails."""
        if await self.allow(app.api_key):
            raise Refused(f"{app.name}: this key opens this house itself; name another {app.kind}", field="api_key")
        manager = self._manager(app)
        try:
            wrong = await try_app(app, manager, self._key)
        finally:
            await manager.close()
        if wrong:
            told = f"{app.name}: {wrong[0]['errorMessage'].removeprefix(f'{app.name}: ')}"
            raise Refused(told, field=_FIELDS.get(wrong[0]["propertyName"].lower(), "url"))

    async def everything(self) -> tuple[list[str], list[str]]:
        """Hand our indexers to every app; what was done and what went wrong, in words."""
        told = await sync_all(self._house)
        return [line for one in told for line in _in_words(one)], [line for one in told for line in one.troubles]

    async def keep_in_step(self) -> None:
        """Hand them on whenever an indexer has changed, and every six hours."""
        seen = 0
        while True:
            try:
                seen = await asyncio.wait_for(self._parts.hub.changed(seen), SYNC_SECONDS)
            except TimeoutError:
                log.debug("nothing has changed in six hours; the apps are looked after all the same")
            await self.everything()

    async def allow(self, key: str) -> bool:
        """The apps' own key, or an owner's."""
        if key and same(key, self._key):
            return True
        identity = await self._doorkeeper.by_key(key, now()) if key else None
        return identity is not None and identity.user.role is Role.OWNER

    def _manager(self, app: StoredApp) -> Manager:
        make, way = _MAKERS[app.kind], GuardedTransport(Guard().allowing(app.url))
        return make(name=app.name, url=app.url, api_key=app.api_key, schemas=self._schemas, transport=way)

    async def _grab(self, release: Release, source: str) -> None:
        await take(self._parts, release, source=source)

    async def _rewire(self) -> None:
        await self._seating.read()
        await self._parts.hub.reload(anew=True)

    async def _refresh(self) -> str:
        await self._catalogue.refresh(at_once=True)
        await self._parts.hub.reload(anew=True)
        return self._catalogue.trouble or "the definitions are up to date"


def _in_words(done: Synced) -> list[str]:
    gone = [f"{len(done.removed)} removed"] if done.removed else []
    return [*(f"{name} added" for name in done.added), *(f"{name} put right" for name in done.changed), *gone]


async def _try_proxy(proxy: StoredProxy) -> str:
    """What a solver says of itself; a plain proxy must take a connection."""
    if proxy.kind == "flaresolverr":
        solver = FlareSolverr(proxy.url, transport=GuardedTransport(Guard().allowing(proxy.url)))
        try:
            return await solver.probe()
        finally:
            await solver.close()
    told = proxy_of(proxy)
    try:
        async with asyncio.timeout(PROXY_SECONDS):
            _, line = await asyncio.open_connection(told.host, told.port)
    except (OSError, TimeoutError) as error:
        raise Unreachable(f"the proxy {told.address} does not answer") from error
    line.close()
    return f"{told.address} answers"


def _kept(path: Path) -> str:
    """A secret made once; it never leaves the house but to the apps."""
    if not path.exists():
        write_privately(path, secrets.token_urlsafe(32))
    told = path.read_text().strip()
    redact.remember([told])
    return told
