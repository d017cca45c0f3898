"""TVmaze: what series there are and when their episodes air, in the shapes of its API; no key needed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from matinee.lab.catalogue import SERIES, LabEpisode, LabTitle, words
from matinee.lab.street import street

Call = Callable[[Request], Awaitable[Response]]
Json = dict[str, Any]


def routes() -> list[BaseRoute]:
    """The part of the API that asks for shows."""
    calls: dict[str, Call] = {
        "/search/shows": search,
        "/singlesearch/shows": single_search,
        "/lookup/shows": lookup,
        "/schedule": schedule,
        "/shows": index,
        "/shows/{id:int}": show,
        "/shows/{id:int}/episodes": episodes,
        "/shows/{id:int}/seasons": seasons,
    }
    return [Mount("/tvmaze", routes=[Route(path, guarded(call)) for path, call in calls.items()])]


def guarded(call: Call) -> Call:
    """Not at all while metadata is down."""

    async def checked(request: Request) -> Response:
        if street(request).faults.metadata_down:
            return JSONResponse({"name": "Internal Server Error", "message": "", "code": 0, "status": 500}, 500)
        return await call(request)

    return checked


async def search(request: Request) -> Response:
    """Shows by name, best first."""
    found = _matches(request.query_params.get("q", ""))
    return JSONResponse([{"score": score, "show": show_json(title, request)} for score, title in found])


async def single_search(request: Request) -> Response:
    """The one show that fits best."""
    found = _matches(request.query_params.get("q", ""))
    return JSONResponse(_embedding(found[0][1], request)) if found else not_found()


async def lookup(request: Request) -> Response:
    """A redirect to the show with that id elsewhere."""
    thetvdb, imdb = request.query_params.get("thetvdb"), request.query_params.get("imdb")
    found = next((title for title in SERIES if str(title.tvdb) == thetvdb or title.imdb == imdb), None)
    return RedirectResponse(f"{_root(request)}/shows/{found.tvmaze}", 301) if found else not_found()


async def index(request: Request) -> Response:
    """All shows, by page; there is but one page."""
    if request.query_params.get("page", "0") != "0":
        return not_found()
    return JSONResponse([show_json(title, request) for title in SERIES])


async def show(request: Request) -> Response:
    """One show, with what is to be embedded."""
    title = _by_id(request)
    return JSONResponse(_embedding(title, request)) if title else not_found()


async def episodes(request: Request) -> Response:
    """The episodes of a show."""
    title = _by_id(request)
    if title is None:
        return not_found()
    return JSONResponse([episode_json(title, one, request) for one in title.episodes])


async def seasons(request: Request) -> Response:
    """The seasons of a show."""
    title = _by_id(request)
    if title is None:
        return not_found()
    return JSONResponse([season_json(title, number, request) for number in title.seasons])


async def schedule(request: Request) -> Response:
    """What airs on a day: in the lab, the latest episode of each running show, whatever the day."""
    try:
        day = date.fromisoformat(request.query_params.get("date") or datetime.now(UTC).date().isoformat())
    except ValueError:
        return JSONResponse({"name": "Bad Request", "message": "Invalid date", "code": 0, "status": 400}, 400)
    return JSONResponse(
        [
            {**episode_json(title, title.episodes[-1], request, day), "show": show_json(title, request)}
            for title in SERIES
            if title.running
        ]
    )


def not_found() -> Response:
    """TVmaze's own 404."""
    return JSONResponse({"name": "Not Found", "message": "", "code": 0, "status": 404}, 404)


def show_json(title: LabTitle, request: Request) -> Json:
    """A show in full."""
    last = title.episodes[-1]
    return {
        "id": title.tvmaze,
        "url": f"https://www.tvmaze.com/shows/{title.tvmaze}/{title.slug}",
        "name": title.name,
        "type": "Scripted",
        "language": "English",
        "genres": [genre.replace(" ", "-") for genre in title.genres],
        "status": "Running" if title.running else "Ended",
        "runtime": title.runtime,
        "averageRuntime": title.runtime,
        "premiered": title.released.isoformat(),
        "ended": None if title.running else last.aired.isoformat(),
        "officialSite": None,
        "schedule": {"time": "21:00", "days": [f"{title.released:%A}"]},
        "rating": {"average": title.rating},
        "weight": round(title.popularity),
        "network": {
            "id": 9001,
            "name": "Lab One",
            "country": {"name": "United States", "code": "US", "timezone": "America/New_York"},
            "officialSite": None,
        },
        "webChannel": None,
        "dvdCountry": None,
        "externals": {"tvrage": None, "thetvdb": title.tvdb, "imdb": title.imdb},
        "image": _image(title, request),
        "summary": f"<p>{title.overview}</p>",
        "updated": 1700000000,
        "_links": {
            "self": {"href": f"{_root(request)}/shows/{title.tvmaze}"},
            "previousepisode": {"href": f"{_root(request)}/episodes/{last.tvmaze}", "name": last.name},
        },
    }


def episode_json(title: LabTitle, one: LabEpisode, request: Request, day: date | None = None) -> Json:
    """One episode, on its own day or on another."""
    aired = day or one.aired
    return {
        "id": one.tvmaze,
        "url": f"https://www.tvmaze.com/episodes/{one.tvmaze}/{title.slug}",
        "name": one.name,
        "season": one.season,
        "number": one.number,
        "type": "regular",
        "airdate": aired.isoformat(),
        "airtime": "21:00",
        "airstamp": f"{aired.isoformat()}T21:00:00+00:00",
        "runtime": title.runtime,
        "rating": {"average": title.rating},
        "image": None,
        "summary": f"<p>{one.overview}</p>" if one.overview else None,
        "_links": {
            "self": {"href": f"{_root(request)}/episodes/{one.tvmaze}"},
            "show": {"href": f"{_root(request)}/shows/{title.tvmaze}", "name": title.name},
        },
    }


def season_json(title: LabTitle, number: int, request: Request) -> Json:
    """One season."""
    aired = [one.aired for one in title.season(number)]
    return {
        "id": title.tvmaze * 100 + number,
        "url": f"https://www.tvmaze.com/seasons/{title.tvmaze * 100 + number}/{title.slug}-season-{number}",
        "number": number,
        "name": "",
        "episodeOrder": len(aired),
        "premiereDate": aired[0].isoformat(),
        "endDate": aired[-1].isoformat(),
        "network": show_json(title, request)["network"],
        "webChannel": None,
        "image": None,
        "summary": "",
        "_links": {"self": {"href": f"{_root(request)}/seasons/{title.tvmaze * 100 + number}"}},
    }


def _embedding(title: LabTitle, request: Request) -> Json:
    """A show with the embeds asked for (`embed=episodes` or `embed[]=…`)."""
    query = request.query_params
    asked = {*query.getlist("embed"), *query.getlist("embed[]")}
    parts: Json = {}
    if "episodes" in asked:
        parts["episodes"] = [episode_json(title, one, request) for one in title.episodes]
    if "seasons" in asked:
        parts["seasons"] = [season_json(title, number, request) for number in title.seasons]
    return {**show_json(title, request), **({"_embedded": parts} if parts else {})}


def _matches(text: str) -> list[tuple[float, LabTitle]]:
    """Shows that share words with the text; the share of them is the score."""
    asked = set(words(text))
    scored = [(len(asked & set(words(title.name))) / max(len(asked), 1), title) for title in SERIES]
    return sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: pair[0], reverse=True)


def _by_id(request: Request) -> LabTitle | None:
    return next((title for title in SERIES if title.tvmaze == request.path_params["id"]), None)


def _image(title: LabTitle, request: Request) -> Json:
    pictures = f"{street(request).base}/uploads/images"
    return {
        "medium": f"{pictures}/medium_portrait/{title.slug}-poster.jpg",
        "original": f"{pictures}/original_untouched/{title.slug}-poster.jpg",
    }


def _root(request: Request) -> str:
    return street(request).addresses.tvmaze
