"""Looking around: the shelves, a search, the page of a title, and the pictures."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from matinee.kernel.errors import NotFound, Unreachable
from matinee.media.title import Title, TitleRef
from matinee.pipeline.asking import DEFAULT_SLOT
from matinee.store.requests import episodes_requested, requests_of_title
from matinee.store.titles import KnownTitle, episode_ids, title_by_ref
from matinee.web.desk import AtDesk, Desk, Me
from matinee.web.models import Discover, EpisodeOut, FileOut, Found, SeasonOut, ShelfOut, TitleOut
from matinee.web.posters import availabilities, cards, episode_out, files_for, picture
from matinee.web.timeline import requests_out

router = APIRouter(prefix="/api", tags=["browse"])

_PICTURE_DAYS = 30


@router.get("/discover")
async def discover(desk: AtDesk, me: Me) -> Discover:
    """Rows of posters worth a look tonight."""
    shelves = await desk.parts.metadata.discover()
    return await desk.parts.database.read(
        lambda db: Discover(shelves=[ShelfOut(name=shelf.name, cards=cards(db, shelf.cards)) for shelf in shelves])
    )


@router.get("/search")
async def search(q: Annotated[str, Query(min_length=1, max_length=200)], desk: AtDesk, me: Me) -> Found:
    """Titles that fit the words."""
    found = await desk.parts.metadata.search(q)
    return await desk.parts.database.read(lambda db: Found(text=q, cards=cards(db, found)))


@router.get("/titles/{ref}")
async def read_title(ref: str, desk: AtDesk, me: Me) -> TitleOut:
    """All about one title, and what the house has of it."""
    reference = parse_ref(ref)
    title = await _told(desk, reference)
    return await desk.parts.database.read(lambda db: _page(db, desk, title, me.user.id))


@router.get("/images")
async def read_image(u: str, desk: AtDesk, me: Me, request: Request, w: int = 342) -> Response:
    """A picture of a metadata source, resized by the house."""
    made = await desk.artwork.picture(u, w)
    headers = {"ETag": made.etag, "Cache-Control": f"private, max-age={_PICTURE_DAYS * 86400}, immutable"}
    if request.headers.get("if-none-match") == made.etag:
        return Response(status_code=304, headers=headers)
    return Response(made.content, media_type=made.content_type, headers=headers)


def parse_ref(ref: str) -> TitleRef:
    """A title's reference from an address; NotFound when it is none."""
    try:
        return TitleRef.parse(ref)
    except ValueError as error:
        raise NotFound(str(error)) from error


async def _told(desk: Desk, ref: TitleRef) -> Title:
    """What the source tells; what the house remembers when the source is silent."""
    try:
        return await desk.parts.metadata.title(ref)
    except Unreachable:
        known = await desk.parts.database.read(lambda db: title_by_ref(db, ref))
        if known is None:
            raise
        return known.title


def _page(db: Connection, desk: Desk, title: Title, user_id: int) -> TitleOut:
    known = title_by_ref(db, title.ref)
    files = files_for(db, user_id, known.id) if known else {}
    wishes = requests_of_title(db, known.id) if known else []
    state = availabilities(db, [known.id]).get(known.id, "none") if known else "none"
    return TitleOut(
        ref=str(title.ref),
        id=known.id if known else None,
        kind=title.kind.value,
        name=title.name,
        year=title.year,
        overview=title.overview,
        tagline=title.tagline,
        runtime_minutes=title.runtime_minutes,
        genres=list(title.genres),
        rating=title.rating,
        status=title.status,
        released=title.released,
        poster=picture(title.poster),
        backdrop=picture(title.backdrop),
        availability=state,
        files=files.get(None, []),
        seasons=_seasons(db, title, known, files),
        requests=requests_out(db, desk.parts, wishes, steps=False),
        slots=[DEFAULT_SLOT],
    )


def _seasons(
    db: Connection, title: Title, known: KnownTitle | None, files: dict[int | None, list[FileOut]]
) -> list[SeasonOut]:
    wished = episodes_requested(db, known.id) if known else {}
    ids = episode_ids(db, known.id) if known else {}
    seasons: dict[int, list[EpisodeOut]] = {}
    for episode in sorted(title.episodes, key=lambda one: (one.season, one.number)):
        episode_id = ids.get((episode.season, episode.number), 0)
        held = files.get(episode_id, [])
        told = episode_out(episode, held[-1] if held else None, wished.get(episode_id))
        seasons.setdefault(episode.season, []).append(told)
    return [SeasonOut(number=number, episodes=told) for number, told in seasons.items()]
