"""Who stands beside the indexers: proxies that lead to them, and the Radarr or Sonarr that gets them from us."""

from dataclasses import replace

from fastapi import APIRouter

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact
from matinee.store.indexers import (
    StoredApp,
    StoredProxy,
    add_app,
    add_proxy,
    change_app,
    change_proxy,
    read_app,
    read_apps,
    read_proxies,
    read_proxy,
    remove_app,
    remove_proxy,
)
from matinee.web.desk import AppSync, AtDesk, Desk, Id, Owner
from matinee.web.indexer_models import AppBody, AppOut, ProxyBody, ProxyOut, SyncOut

router = APIRouter(prefix="/api", tags=["indexers"])


@router.get("/proxies")
async def read_all_proxies(desk: AtDesk, owner: Owner) -> list[ProxyOut]:
    """The proxies, without their passwords."""
    return [_proxy(one) for one in (await desk.parts.database.read(read_proxies)).values()]


@router.post("/proxies", status_code=201)
async def make_proxy(body: ProxyBody, desk: AtDesk, owner: Owner) -> ProxyOut:
    """One more."""
    kept = _kept_proxy(body, StoredProxy())
    new_id = await desk.parts.database.write(lambda tx: add_proxy(tx, kept))
    await _lead_anew(desk)
    return _proxy(replace(kept, id=new_id))


@router.put("/proxies/{proxy_id}")
async def alter_proxy(proxy_id: Id, body: ProxyBody, desk: AtDesk, owner: Owner) -> ProxyOut:
    """Change one; a password that is left out stays."""
    kept = _kept_proxy(body, await desk.parts.database.read(lambda db: read_proxy(db, proxy_id)))
    await desk.parts.database.write(lambda tx: change_proxy(tx, kept))
    await _lead_anew(desk)
    return _proxy(kept)


@router.delete("/proxies/{proxy_id}", status_code=204)
async def drop_proxy(proxy_id: Id, desk: AtDesk, owner: Owner) -> None:
    """Its indexers are asked directly from now on."""
    await desk.parts.database.write(lambda tx: remove_proxy(tx, proxy_id))
    await _lead_anew(desk)


@router.get("/apps")
async def read_all_apps(desk: AtDesk, owner: Owner) -> list[AppOut]:
    """The managers that get our indexers, without their keys."""
    return [_app(one) for one in (await desk.parts.database.read(read_apps)).values()]


@router.post("/apps", status_code=201)
async def make_app(body: AppBody, desk: AtDesk, owner: Owner) -> AppOut:
    """One more; it is tried first, and refused when it does not answer."""
    kept = _kept_app(body, StoredApp())
    await _sync(desk).test(kept)
    new_id = await desk.parts.database.write(lambda tx: add_app(tx, kept))
    return await _handed_over(desk, new_id)


@router.put("/apps/{app_id}")
async def alter_app(app_id: Id, body: AppBody, desk: AtDesk, owner: Owner) -> AppOut:
    """Change one; a key that is left out stays."""
    kept = _kept_app(body, await desk.parts.database.read(lambda db: read_app(db, app_id)))
    await _sync(desk).test(kept)
    await desk.parts.database.write(lambda tx: change_app(tx, kept))
    return await _handed_over(desk, app_id)


@router.delete("/apps/{app_id}", status_code=204)
async def drop_app(app_id: Id, desk: AtDesk, owner: Owner) -> None:
    """It keeps what it has and hears no more from us."""
    await desk.parts.database.write(lambda tx: remove_app(tx, app_id))


@router.post("/apps/sync")
async def sync_apps(desk: AtDesk, owner: Owner) -> SyncOut:
    """Tell every app of our indexers now."""
    done, troubles = await _sync(desk).everything()
    return SyncOut(done=done, troubles=troubles)


def _sync(desk: Desk) -> AppSync:
    if desk.sync is None:
        raise Refused("This house tells no apps of its indexers.")
    return desk.sync


async def _handed_over(desk: Desk, app_id: int) -> AppOut:
    """The app, once it has our indexers; what goes wrong there is told by the next sync."""
    await _sync(desk).everything()
    return _app(await desk.parts.database.read(lambda db: read_app(db, app_id)))


async def _lead_anew(desk: Desk) -> None:
    await desk.seating.read()
    await desk.parts.hub.reload(anew=True)


def _kept_proxy(body: ProxyBody, former: StoredProxy) -> StoredProxy:
    password = former.password if body.password is None else body.password
    redact.remember([password])
    told = body.model_dump(exclude={"password", "tags"})
    return replace(former, **told, password=password, tags=tuple(dict.fromkeys(body.tags)))


def _proxy(one: StoredProxy) -> ProxyOut:
    return ProxyOut.model_validate(
        {
            "id": one.id,
            "name": one.name,
            "kind": one.kind,
            "url": one.url,
            "username": one.username,
            "has_password": bool(one.password),
            "tags": list(one.tags),
        }
    )


def _kept_app(body: AppBody, former: StoredApp) -> StoredApp:
    key = former.api_key if body.api_key is None else body.api_key
    redact.remember([key])
    told = body.model_dump(exclude={"api_key", "tags"})
    return replace(former, **told, api_key=key, tags=tuple(dict.fromkeys(body.tags)))


def _app(one: StoredApp) -> AppOut:
    return AppOut(
        id=one.id,
        name=one.name,
        kind=one.kind,
        url=one.url,
        own_url=one.own_url,
        sync=one.sync,
        tags=list(one.tags),
        indexers=len(one.remote),
    )
