"""TMDB: what films and series there are, in the shapes of its API version 3."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from matinee.lab import tmdb_shapes as shapes
from matinee.lab.catalogue import MOVIES, SERIES, TITLES, LabTitle, words
from matinee.lab.street import TMDB_KEY, street
from matinee.lab.tmdb_shapes import Json

Call = Callable[[Request], Awaitable[Response]]
BY_KIND = {"movie": MOVIES, "tv": SERIES, "all": TITLES}


def routes() -> list[BaseRoute]:
    """The part of the API that asks for titles."""
    calls: dict[str, Call] = {
        "/configuration": configuration,
        "/search/{kind:str}": search,
        "/trending/{kind:str}/{window:str}": trending,
        "/discover/{kind:str}": discover,
        "/genre/{kind:str}/list": genres,
        "/find/{external:str}": find,
        "/movie/{id:int}": movie,
        "/movie/{id:int}/{part:str}": part,
        "/tv/{id:int}": tv,
        "/tv/{id:int}/season/{season:int}": season,
        "/tv/{id:int}/{part:str}": part,
        "/{kind:str}/{shelf:str}": shelf,
    }
    return [Mount("/tmdb/3", routes=[Route(path, guarded(call)) for path, call in calls.items()])]


def guarded(call: Call) -> Call:
    """Answer only with a key, and not at all while metadata is down."""

    async def checked(request: Request) -> Response:
        if street(request).faults.metadata_down:
            return _no(500, 11, "Internal error: Something went wrong, contact TMDb.")
        if not _has_key(request):
            return _no(401, 7, "Invalid API key: You must be granted a valid key.")
        return await call(request)

    return checked


async def configuration(request: Request) -> Response:
    """Picture addresses."""
    return JSONResponse(shapes.configuration(street(request).base))


async def search(request: Request) -> Response:
    """Titles whose name has all words asked for; the last word may be unfinished."""
    kind = request.path_params["kind"]
    titles = BY_KIND.get("all" if kind == "multi" else kind)
    if titles is None or kind == "all":
        return not_found()
    asked = words(request.query_params.get("query", ""))
    found = [title for title in titles if _fits(title, asked) and _of_year(title, request)]
    return _listing(request, _by_popularity(found), media_type=kind == "multi")


async def trending(request: Request) -> Response:
    """What everybody looks at."""
    titles = BY_KIND.get(request.path_params["kind"])
    if titles is None or request.path_params["window"] not in ("day", "week"):
        return not_found()
    return _listing(request, _by_popularity(titles), media_type=True)


async def discover(request: Request) -> Response:
    """Titles by genre and year, sorted as asked."""
    titles = BY_KIND.get(request.path_params["kind"])
    if titles is None:
        return not_found()
    asked = set(
        map(int, filter(str.isdecimal, request.query_params.get("with_genres", "").replace("|", ",").split(",")))
    )
    found = [
        title
        for title in titles
        if _of_year(title, request) and (not asked or asked & {number for _, number in shapes.genres(title)})
    ]
    return _listing(request, _sorted(found, request.query_params.get("sort_by", "popularity.desc")))


async def shelf(request: Request) -> Response:
    """The ready-made lists: popular, top rated, newest."""
    titles, name = BY_KIND.get(request.path_params["kind"]), request.path_params["shelf"]
    order = {
        "popular": "popularity.desc",
        "top_rated": "vote_average.desc",
        "now_playing": "release_date.desc",
        "upcoming": "release_date.desc",
        "on_the_air": "release_date.desc",
        "airing_today": "release_date.desc",
    }.get(name)
    if titles is None or order is None:
        return not_found()
    return _listing(request, _sorted(titles, order))


async def genres(request: Request) -> Response:
    """The genres of films or series."""
    titles = BY_KIND.get(request.path_params["kind"])
    return JSONResponse(shapes.genre_list(titles)) if titles else not_found()


async def find(request: Request) -> Response:
    """Titles by their id elsewhere."""
    external, source = request.path_params["external"], request.query_params.get("external_source")
    if source not in ("imdb_id", "tvdb_id"):
        return _no(400, 5, "Invalid parameters: Your request parameters are incorrect.")
    found = [title for title in TITLES if external == (title.imdb if source == "imdb_id" else str(title.tvdb or ""))]
    films, series = (
        [shapes.listed(title, media_type=True) for title in found if title.kind == kind] for kind in ("movie", "tv")
    )
    rest: Json = {"person_results": [], "tv_episode_results": [], "tv_season_results": []}
    return JSONResponse({"movie_results": films, "tv_results": series, **rest})


async def movie(request: Request) -> Response:
    """A film, with what is to be appended."""
    title = _by_id(MOVIES, request)
    return JSONResponse(shapes.movie(title) | _appended(title, request)) if title else not_found()


async def tv(request: Request) -> Response:
    """A series, with what is to be appended."""
    title = _by_id(SERIES, request)
    return JSONResponse(shapes.tv(title) | _appended(title, request)) if title else not_found()


async def season(request: Request) -> Response:
    """A season with its episodes."""
    title, number = _by_id(SERIES, request), request.path_params["season"]
    return JSONResponse(shapes.season(title, number)) if title and number in title.seasons else not_found()


async def part(request: Request) -> Response:
    """One part of a title, for itself."""
    titles = MOVIES if "/movie/" in request.url.path else SERIES
    title = _by_id(titles, request)
    found = _part(title, request.path_params["part"]) if title else None
    return JSONResponse({"id": title.tmdb, **found}) if title and found is not None else not_found()


def not_found() -> Response:
    """TMDB's own 404."""
    return _no(404, 34, "The resource you requested could not be found.")


def _no(status: int, code: int, message: str) -> Response:
    return JSONResponse({"status_code": code, "status_message": message, "success": False}, status)


def _has_key(request: Request) -> bool:
    """The key as a parameter or as a bearer token."""
    bearer = request.headers.get("authorization", "")
    return TMDB_KEY in (request.query_params.get("api_key"), bearer.removeprefix("Bearer "))


def _appended(title: LabTitle, request: Request) -> Json:
    """The parts named in append_to_response, unknown ones left out."""
    names = filter(None, request.query_params.get("append_to_response", "").split(","))
    return {name: found for name in names if (found := _part(title, name)) is not None}


def _part(title: LabTitle, name: str) -> Json | None:
    """One part of a title, None if there is no such part."""
    if name.startswith("season/") and title.kind == "tv":
        number = name.removeprefix("season/")
        return shapes.season(title, int(number)) if number in map(str, title.seasons) else None
    parts: dict[str, Callable[[LabTitle], Json]] = {
        "external_ids": shapes.external_ids,
        "credits": shapes.credits,
        "aggregate_credits": shapes.credits,
        "release_dates": shapes.release_dates,
        "content_ratings": lambda _title: {"results": []},
        "videos": lambda _title: {"results": []},
        "keywords": lambda _title: {"keywords": []},
        "recommendations": lambda _title: shapes.page([], 1),
        "similar": lambda _title: shapes.page([], 1),
    }
    return parts[name](title) if name in parts else None


def _by_id(titles: Iterable[LabTitle], request: Request) -> LabTitle | None:
    return next((title for title in titles if title.tmdb == request.path_params["id"]), None)


def _fits(title: LabTitle, asked: Sequence[str]) -> bool:
    """Whether each word asked for begins a word of the name."""
    return bool(asked) and all(any(word.startswith(start) for word in words(title.name)) for start in asked)


def _of_year(title: LabTitle, request: Request) -> bool:
    """Whether the title is of the year asked for, if one is."""
    names = ("year", "primary_release_year", "first_air_date_year")
    return all(request.query_params.get(name, "") in ("", str(title.year)) for name in names)


def _by_popularity(titles: Iterable[LabTitle]) -> list[LabTitle]:
    return sorted(titles, key=lambda title: title.popularity, reverse=True)


def _sorted(titles: Iterable[LabTitle], order: str) -> list[LabTitle]:
    """Titles in one of TMDB's orders."""
    field, _, direction = order.partition(".")
    keys: dict[str, Callable[[LabTitle], float]] = {
        "popularity": lambda title: title.popularity,
        "vote_average": lambda title: title.rating,
        "release_date": lambda title: title.released.toordinal(),
        "primary_release_date": lambda title: title.released.toordinal(),
        "first_air_date": lambda title: title.released.toordinal(),
    }
    return sorted(titles, key=keys.get(field, keys["popularity"]), reverse=direction != "asc")


def _listing(request: Request, titles: Iterable[LabTitle], *, media_type: bool = False) -> Response:
    """A page of titles."""
    number = request.query_params.get("page", "1")
    items = [shapes.listed(title, media_type=media_type) for title in titles]
    return JSONResponse(shapes.page(items, int(number) if number.isdecimal() else 1))
