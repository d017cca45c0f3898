"""How TMDB's third API writes films and series down as JSON."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from matinee.lab.catalogue import LabEpisode, LabTitle

Json = dict[str, Any]

GENRES = {
    "Action": 28, "Adventure": 12, "Animation": 16, "Comedy": 35, "Crime": 80, "Documentary": 99, "Drama": 18,
    "Family": 10751, "Fantasy": 14, "Mystery": 9648, "Romance": 10749, "Science Fiction": 878, "Thriller": 53,
}  # fmt: skip
TV_GENRES = {"Science Fiction": ("Sci-Fi & Fantasy", 10765), "Fantasy": ("Sci-Fi & Fantasy", 10765)}
POSTER_SIZES = ["w92", "w154", "w185", "w342", "w500", "w780", "original"]
BACKDROP_SIZES = ["w300", "w780", "w1280", "original"]
VOTES = 1284


def configuration(base: str) -> Json:
    """Where pictures are and in which sizes."""
    return {
        "images": {
            "base_url": f"{base}/t/p/",
            "secure_base_url": f"{base}/t/p/",
            "backdrop_sizes": BACKDROP_SIZES,
            "logo_sizes": ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
            "poster_sizes": POSTER_SIZES,
            "profile_sizes": ["w45", "w185", "h632", "original"],
            "still_sizes": ["w92", "w185", "w300", "original"],
        },
        "change_keys": ["air_date", "images", "overview", "title", "translations"],
    }


def page(items: Sequence[Json], number: int) -> Json:
    """A page of results; all of ours fit on the first."""
    return {
        "page": number,
        "results": list(items) if number == 1 else [],
        "total_pages": 1,
        "total_results": len(items),
    }


def listed(title: LabTitle, *, media_type: bool = False) -> Json:
    """A title in a list; with its media type where films and series are mixed."""
    shape: Json = {
        **_common(title),
        "genre_ids": [number for _, number in genres(title)],
        **({"media_type": title.kind} if media_type else {}),
    }
    return shape


def movie(title: LabTitle) -> Json:
    """A film in full."""
    return {
        **_common(title),
        **_detailed(title),
        "belongs_to_collection": None,
        "budget": 0,
        "imdb_id": title.imdb,
        "revenue": 0,
        "runtime": title.runtime,
        "status": "Released",
    }


def tv(title: LabTitle) -> Json:
    """A series in full."""
    last = title.episodes[-1]
    return {
        **_common(title),
        **_detailed(title),
        "created_by": [],
        "episode_run_time": [title.runtime],
        "in_production": title.running,
        "languages": ["en"],
        "last_air_date": last.aired.isoformat(),
        "last_episode_to_air": episode(title, last),
        "next_episode_to_air": None,
        "networks": [],
        "number_of_episodes": len(title.episodes),
        "number_of_seasons": len(title.seasons),
        "seasons": [_season_in_list(title, number) for number in title.seasons],
        "status": "Returning Series" if title.running else "Ended",
        "type": "Scripted",
    }


def season(title: LabTitle, number: int) -> Json:
    """A season with its episodes."""
    listing = _season_in_list(title, number)
    del listing["episode_count"]
    episodes = [{**episode(title, one), "crew": [], "guest_stars": []} for one in title.season(number)]
    return {"_id": f"{listing['id']:024x}", **listing, "episodes": episodes}


def episode(title: LabTitle, one: LabEpisode) -> Json:
    """One episode."""
    return {
        "air_date": one.aired.isoformat(),
        "episode_number": one.number,
        "episode_type": "finale" if one == title.season(one.season)[-1] else "standard",
        "id": one.tmdb,
        "name": one.name,
        "overview": one.overview,
        "production_code": "",
        "runtime": title.runtime,
        "season_number": one.season,
        "show_id": title.tmdb,
        "still_path": f"/{title.slug}-backdrop.jpg",
        "vote_average": title.rating,
        "vote_count": 12,
    }


def external_ids(title: LabTitle) -> Json:
    """The title's ids elsewhere."""
    socials = {"wikidata_id": None, "facebook_id": None, "instagram_id": None, "twitter_id": None}
    if title.kind == "movie":
        return {"imdb_id": title.imdb, **socials}
    return {
        "imdb_id": title.imdb,
        "freebase_mid": None,
        "freebase_id": None,
        "tvdb_id": title.tvdb,
        "tvrage_id": None,
        **socials,
    }


def credits(title: LabTitle) -> Json:
    """Who plays and who made it."""
    cast = [
        {
            **_person(title.tmdb * 10 + order, name, "Acting"),
            "character": character,
            "credit_id": f"{title.tmdb:x}{order:02x}",
            "order": order,
        }
        for order, (name, character) in enumerate(title.cast)
    ]
    director = {
        **_person(title.tmdb * 10 + 9, title.director, "Directing"),
        "credit_id": f"{title.tmdb:x}ff",
        "department": "Directing",
        "job": "Director",
    }
    return {"cast": cast, "crew": [director]}


def release_dates(title: LabTitle) -> Json:
    """When it came to the cinema (type 3) and as a download (type 4), and for what age."""
    dates: list[Json] = [
        {
            "certification": "PG",
            "descriptors": [],
            "iso_639_1": "",
            "note": "",
            "release_date": f"{title.released.isoformat()}T00:00:00.000Z",
            "type": kind,
        }
        for kind in (3, 4)
    ]
    return {"results": [{"iso_3166_1": "US", "release_dates": dates}]}


def genres(title: LabTitle) -> list[tuple[str, int]]:
    """The title's genres, name and number; series have some of their own."""
    of_tv = TV_GENRES if title.kind == "tv" else {}
    return list(dict.fromkeys(of_tv.get(name, (name, GENRES[name])) for name in title.genres))


def genre_list(titles: Iterable[LabTitle]) -> Json:
    """All genres of some titles."""
    found = sorted({pair for title in titles for pair in genres(title)})
    return {"genres": [{"id": number, "name": name} for name, number in found]}


def _common(title: LabTitle) -> Json:
    """What lists and details share."""
    film = title.kind == "movie"
    shape: Json = {
        "adult": False,
        "backdrop_path": f"/{title.slug}-backdrop.jpg",
        "id": title.tmdb,
        "original_language": "en",
        "origin_country": ["US"],
        "overview": title.overview,
        "popularity": title.popularity,
        "poster_path": f"/{title.slug}-poster.jpg",
        "vote_average": title.rating,
        "vote_count": VOTES,
    }
    names = ("title", "original_title", "release_date") if film else ("name", "original_name", "first_air_date")
    shape |= dict(zip(names, (title.name, title.name, title.released.isoformat()), strict=True))
    return {**shape, "video": False} if film else shape


def _detailed(title: LabTitle) -> Json:
    """What films and series in full share."""
    return {
        "genres": [{"id": number, "name": name} for name, number in genres(title)],
        "homepage": "",
        "production_companies": [],
        "production_countries": [{"iso_3166_1": "US", "name": "United States of America"}],
        "spoken_languages": [{"english_name": "English", "iso_639_1": "en", "name": "English"}],
        "tagline": title.tagline,
    }


def _season_in_list(title: LabTitle, number: int) -> Json:
    """A season without its episodes."""
    episodes = title.season(number)
    first: date = episodes[0].aired
    return {
        "air_date": first.isoformat(),
        "episode_count": len(episodes),
        "id": title.tmdb * 100 + number,
        "name": f"Season {number}",
        "overview": "",
        "poster_path": f"/{title.slug}-poster.jpg",
        "season_number": number,
        "vote_average": title.rating,
    }


def _person(number: int, name: str, department: str) -> Json:
    return {
        "adult": False,
        "gender": 0,
        "id": number,
        "known_for_department": department,
        "name": name,
        "original_name": name,
        "popularity": 1.0,
        "profile_path": None,
    }
