"""The indexers of the house: what can be added, adding it, testing it step by step, and sending it away."""

import base64
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter

from matinee.kernel.errors import NotFound
from matinee.media.categories import STANDARD
from matinee.pipeline.search import Seat, TestStep
from matinee.store.indexers import StoredIndexer
from matinee.store.profiles import keep_definitions_source
from matinee.web.desk import AtDesk, Desk, Id, Me, Owner
from matinee.web.indexer_models import (
    CaptchaOut,
    CatalogueOut,
    CategoryOut,
    DefinitionsIn,
    FormOut,
    HealthOut,
    IndexerBody,
    IndexerOut,
    TestIn,
    TestOut,
    TestStepOut,
)
from matinee.web.offers import check_settings

router = APIRouter(prefix="/api/indexers", tags=["indexers"])


@router.get("")
async def read_indexers(desk: AtDesk, owner: Owner) -> list[IndexerOut]:
    """All indexers and how they do."""
    return [_out(desk, seat) for seat in desk.parts.hub.seats()]


@router.get("/categories")
async def read_categories(me: Me) -> list[CategoryOut]:
    """The standard categories, each behind the one above it."""
    return [CategoryOut(id=one.id, name=one.name, parent=one.parent) for one in STANDARD.values()]


@router.get("/catalogue")
async def read_catalogue(desk: AtDesk, owner: Owner) -> CatalogueOut:
    """All that can be added."""
    return await desk.catalogue.everything()


@router.get("/catalogue/form")
async def read_form(desk: AtDesk, owner: Owner, kind: str, definition: str = "") -> FormOut:
    """What to fill in for one of them."""
    return desk.catalogue.form(kind, definition)


@router.put("/catalogue/source")
async def change_source(body: DefinitionsIn, desk: AtDesk, owner: Owner) -> CatalogueOut:
    """Take definitions from a folder, a zip or an address; refused when there are none."""
    source = body.source.strip()
    await desk.catalogue.use(source)
    await desk.parts.database.write(lambda tx: keep_definitions_source(tx, source))
    await desk.parts.hub.reload(anew=True)
    return await desk.catalogue.everything()


@router.post("/catalogue/refresh")
async def refresh_catalogue(desk: AtDesk, owner: Owner) -> CatalogueOut:
    """Look for newer definitions now."""
    await desk.catalogue.refresh(at_once=True)
    await desk.parts.hub.reload(anew=True)
    return await desk.catalogue.everything()


@router.post("", status_code=201)
async def add_indexer(body: IndexerBody, desk: AtDesk, owner: Owner) -> IndexerOut:
    """Add one; it is asked from now on."""
    indexer_id = await desk.parts.hub.add(_stored(desk, body, None))
    return _out(desk, desk.parts.hub.seat(indexer_id))


@router.put("/{indexer_id}")
async def change_indexer(indexer_id: Id, body: IndexerBody, desk: AtDesk, owner: Owner) -> IndexerOut:
    """Change one; a secret that is left out stays as it is."""
    former = desk.parts.hub.seat(indexer_id).stored
    await desk.parts.hub.change(_stored(desk, body, former))
    return _out(desk, desk.parts.hub.seat(indexer_id))


@router.delete("/{indexer_id}", status_code=204)
async def remove_indexer(indexer_id: Id, desk: AtDesk, owner: Owner) -> None:
    """Send one away; its history stays."""
    await desk.parts.hub.remove(indexer_id)


@router.post("/test")
async def try_indexer(body: TestIn, desk: AtDesk, owner: Owner) -> TestOut:
    """Try an indexer as it is filled in, step by step up to the one that fails."""
    former = desk.parts.hub.seat(body.id).stored if body.id else None
    return _tested(await desk.parts.hub.test(_stored(desk, body, former)))


@router.post("/{indexer_id}/test")
async def test_indexer(indexer_id: Id, desk: AtDesk, owner: Owner) -> TestOut:
    """Try an indexer as it is kept."""
    return _tested(await desk.parts.hub.test(desk.parts.hub.seat(indexer_id).stored))


def _stored(desk: Desk, body: IndexerBody, former: StoredIndexer | None) -> StoredIndexer:
    """What is kept of a form: unknown settings are refused, and secrets left out are those kept before."""
    told = {name: value for name, value in body.settings.items() if value != ""}
    secrets = desk.catalogue.secrets(body.kind, body.definition)
    try:
        check_settings(desk.catalogue.form(body.kind, body.definition), told)
    except NotFound:
        if former is None or (former.kind, former.definition) != (body.kind, body.definition):
            raise  # one whose definition is gone may still be changed, but none is added without
    if former:
        told |= {name: former.settings[name] for name in secrets & former.settings.keys() - body.settings.keys()}
    fields = body.model_dump(exclude={"settings", "id", "tags", "name"})
    begun = former or StoredIndexer()
    return replace(
        begun, **fields, name=body.name.strip(), settings=told, secrets=secrets, tags=tuple(dict.fromkeys(body.tags))
    )


def _out(desk: Desk, seat: Seat) -> IndexerOut:
    stored, facts = seat.stored, desk.catalogue.facts(seat)
    shown = {name: value for name, value in stored.settings.items() if name not in stored.secrets}
    return IndexerOut(
        id=stored.id,
        name=stored.name,
        kind=stored.kind,
        definition=stored.definition,
        enabled=stored.enabled,
        priority=stored.priority,
        settings=shown,
        tags=list(stored.tags),
        query_limit=stored.query_limit,
        grab_limit=stored.grab_limit,
        limit_unit="hour" if stored.limit_unit == "hour" else "day",
        for_rss=stored.for_rss,
        for_automatic=stored.for_automatic,
        for_interactive=stored.for_interactive,
        redirect=stored.redirect,
        minimum_seeders=stored.minimum_seeders,
        seed_ratio=stored.seed_ratio,
        seed_time=stored.seed_time,
        pack_seed_time=stored.pack_seed_time,
        deadline=stored.deadline,
        origin=stored.origin,
        secrets=sorted(stored.secrets & stored.settings.keys()),
        privacy=facts.privacy.value,
        protocol=facts.protocol.value,
        language=facts.language,
        site=facts.site,
        health=HealthOut.model_validate(
            {"state": seat.health.state, "reason": seat.health.reason, "until": seat.health.until}
        ),
    )


def _tested(steps: list[TestStep]) -> TestOut:
    picture = next((one.picture for one in steps if one.picture), b"")
    return TestOut(
        ok=all(step.ok for step in steps),
        steps=[TestStepOut(name=one.name, ok=one.ok, text=one.text, seconds=one.seconds) for one in steps],
        captcha=CaptchaOut(picture=_as_address(picture), setting="cardigannCaptcha") if picture else None,
    )


_PICTURES: Mapping[bytes, str] = {b"\x89PNG": "png", b"GIF8": "gif", b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}


def _as_address(picture: bytes) -> str:
    """The picture as an address a page can show; never anything but a picture."""
    kind = next((kind for start, kind in _PICTURES.items() if picture.startswith(start)), "png")
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
