"""Every release of a journey with its score and every reason; and taking one by hand."""

from fastapi import APIRouter
from sqlalchemy import Connection

from matinee.kernel.auth import Identity, Role
from matinee.kernel.errors import NotFound
from matinee.kernel.journal import read_journey
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.choosing import look, pick
from matinee.pipeline.decide import release_key
from matinee.store.releases import BY_HAND, KeptRelease, blocked_keys, last_looked_at
from matinee.web.choice_models import Choice, ChoiceOut, ChoicesOut, ReasonOut
from matinee.web.desk import AtDesk, Desk, Forbidden, Id, Me

router = APIRouter(prefix="/api/journeys", tags=["choosing"])


@router.get("/{journey_id}/releases")
async def read_releases(journey_id: Id, desk: AtDesk, me: Me) -> ChoicesOut:
    """What the latest search found, best first."""
    want_id = await _want(desk, journey_id)
    return await desk.parts.database.read(lambda db: _choices(db, want_id, []))


@router.post("/{journey_id}/releases")
async def search_releases(journey_id: Id, desk: AtDesk, me: Me) -> ChoicesOut:
    """Ask the indexers now, for a look; the journey itself is not disturbed."""
    _may_choose(me)
    want_id = await _want(desk, journey_id)
    found = await look(desk.parts, want_id)
    return await desk.parts.database.read(lambda db: _choices(db, want_id, found.troubles))


@router.post("/{journey_id}/pick", status_code=204)
async def pick_release(journey_id: Id, body: Choice, desk: AtDesk, me: Me) -> None:
    """Take this one, whatever speaks against it; who took it and why is written down."""
    _may_choose(me)
    want_id = await _want(desk, journey_id)
    await pick(desk.parts, me.user, want_id, body.release_id, body.why)


def _may_choose(me: Identity) -> None:
    if me.user.role not in (Role.OWNER, Role.MANAGER):
        raise Forbidden("Releases are chosen by the owner and the managers.")


async def _want(desk: Desk, journey_id: int) -> int:
    """The want that a journey works for."""
    record = await desk.parts.database.read(lambda db: read_journey(db, journey_id))
    if record.tale != TALE:
        raise NotFound(f"there is no journey {journey_id}")
    return record.subject


def _choices(db: Connection, want_id: int, troubles: list[str]) -> ChoicesOut:
    kept = last_looked_at(db, want_id)
    blocked = {key.casefold() for key in blocked_keys(db, want_id)}
    return ChoicesOut(
        by_hand=any(release.step_seq == BY_HAND for release in kept),
        troubles=troubles,
        releases=[_choice(release, release_key(release.release).casefold() in blocked) for release in kept],
    )


def _choice(kept: KeptRelease, blocked: bool) -> ChoiceOut:
    cures = (*kept.cures, *[""] * len(kept.reasons))
    release = kept.release
    return ChoiceOut(
        id=kept.id,
        name=release.name,
        indexer=release.indexer,
        protocol=release.protocol.value,
        size=release.size,
        seeders=release.seeders,
        published=release.published,
        page_url=release.page_url,
        quality=kept.quality,
        score=kept.score,
        formats=list(kept.formats),
        chosen=kept.chosen,
        blocked=blocked,
        reasons=[ReasonOut(text=text, cure=cure) for text, cure in zip(kept.reasons, cures, strict=False)],
    )
