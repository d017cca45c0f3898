"""Wishing for a title, following the wish, and taking it back."""

from fastapi import APIRouter

from matinee.kernel.auth import Identity, Role
from matinee.kernel.errors import Refused
from matinee.pipeline.asking import DEFAULT_SLOT, Wish, ask, cancel, search_now
from matinee.store.requests import latest_requests, request_by_id
from matinee.web.browse import parse_ref
from matinee.web.desk import AtDesk, Desk, Forbidden, Id, Me
from matinee.web.models import RequestOut
from matinee.web.models import Wish as WishIn
from matinee.web.timeline import request_out, requests_out

router = APIRouter(prefix="/api/requests", tags=["requests"])


@router.post("", status_code=201)
async def make_request(body: WishIn, desk: AtDesk, me: Me) -> RequestOut:
    """Please get this."""
    if body.slot not in (None, DEFAULT_SLOT):
        raise Refused(f"there is no slot '{body.slot}'; there is: {DEFAULT_SLOT}", field="slot")
    wish = Wish(
        ref=parse_ref(body.ref),
        slot=body.slot,
        seasons=tuple(body.seasons),
        episodes=tuple((pick.season, pick.number) for pick in body.episodes),
    )
    request_id = await ask(desk.parts, me.user, wish)
    return await _shown(desk, request_id)


@router.get("")
async def read_requests(desk: AtDesk, me: Me) -> list[RequestOut]:
    """The wishes of the house, newest first."""
    return await desk.parts.database.read(lambda db: requests_out(db, desk.parts, latest_requests(db), steps=False))


@router.get("/{request_id}")
async def read_request(request_id: Id, desk: AtDesk, me: Me) -> RequestOut:
    """One wish with the timeline of each of its journeys."""
    return await _shown(desk, request_id)


@router.post("/{request_id}/search-now")
async def search_again(request_id: Id, desk: AtDesk, me: Me) -> RequestOut:
    """Do not wait any longer: try what waits or has failed again."""
    await _mine(desk, request_id, me)
    await search_now(desk.parts, request_id)
    return await _shown(desk, request_id)


@router.delete("/{request_id}", status_code=204)
async def cancel_request(request_id: Id, desk: AtDesk, me: Me) -> None:
    """Take the wish back; what is in the library stays."""
    await _mine(desk, request_id, me)
    await cancel(desk.parts, request_id)


async def _mine(desk: Desk, request_id: int, me: Identity) -> None:
    request = await desk.parts.database.read(lambda db: request_by_id(db, request_id))
    if request.user_id != me.user.id and me.user.role not in (Role.OWNER, Role.MANAGER):
        raise Forbidden("This is somebody else's wish.")


async def _shown(desk: Desk, request_id: int) -> RequestOut:
    return await desk.parts.database.read(lambda db: request_out(db, desk.parts, request_id))
