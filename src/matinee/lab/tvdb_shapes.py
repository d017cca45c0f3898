"""How TheTVDB's fourth API writes series and films down as JSON."""

from typing import Any

from matinee.lab import numbers
from matinee.lab.catalogue import LabEpisode, LabTitle

Json = dict[str, Any]

ORDERS = ("default", "official", "absolute")
LANGUAGES = {"eng": "", "deu": "de: "}
POSTERS, BACKDROPS = {"tv": 2, "movie": 14}, {"tv": 3, "movie": 15}


def hit(title: LabTitle, base: str) -> Json:
    """A title as a search finds it."""
    type_ = "movie" if title.kind == "movie" else "series"
    return {
        "objectID": f"{type_}-{numbers.tvdb(title)}",
        "id": f"{type_}-{numbers.tvdb(title)}",
        "tvdb_id": str(numbers.tvdb(title)),
        "type": type_,
        "primary_type": type_,
        "name": title.name,
        "slug": title.slug,
        "year": str(title.year),
        "first_air_time": title.released.isoformat(),
        "overview": title.overview,
        "overviews": {code: mark + title.overview for code, mark in LANGUAGES.items()},
        "translations": {code: mark + title.name for code, mark in LANGUAGES.items()},
        "primary_language": "eng",
        "aliases": [],
        "image_url": picture(title, "poster", base),
        "thumbnail": picture(title, "poster", base),
        "remote_ids": remote_ids(title),
        "status": status(title)["name"],
        "network": "Lab One" if title.kind == "tv" else None,
    }


def found(title: LabTitle, base: str) -> Json:
    """A title as a search by a number elsewhere finds it."""
    return {"movie" if title.kind == "movie" else "series": base_record(title, base)}


def base_record(title: LabTitle, root: str) -> Json:
    """What short and extended records share."""
    shape: Json = {
        "id": numbers.tvdb(title),
        "name": title.name,
        "slug": title.slug,
        "image": picture(title, "poster", root),
        "nameTranslations": list(LANGUAGES),
        "overviewTranslations": list(LANGUAGES),
        "aliases": [],
        "score": title.popularity * 1000,
        "status": status(title),
        "year": str(title.year),
    }
    if title.kind == "movie":
        return {**shape, "runtime": title.runtime}
    return {
        **shape,
        "firstAired": title.released.isoformat(),
        "lastAired": title.episodes[-1].aired.isoformat(),
        "nextAired": "",
        "averageRuntime": title.runtime,
        "originalLanguage": "eng",
        "originalCountry": "usa",
        "overview": title.overview,
    }


def extended(title: LabTitle, root: str, *, short: bool) -> Json:
    """A title in full; a short one goes without pictures and people."""
    first = {"country": "global", "date": title.released.isoformat(), "detail": None}
    shape = {
        **base_record(title, root),
        "genres": [{"id": place, "name": name, "slug": name.lower()} for place, name in enumerate(title.genres, 1)],
        "remoteIds": remote_ids(title),
        "originalLanguage": "eng",
        "artworks": None if short else artworks(title, root),
        "characters": None if short else [],
        "contentRatings": [],
    }
    return {**shape, "first_release": first, "releases": [first]} if title.kind == "movie" else shape


def artworks(title: LabTitle, root: str) -> list[Json]:
    """Its poster and its backdrop, the latter also in a version nobody likes."""
    wide = picture(title, "backdrop", root)
    rows = [(POSTERS, "eng", picture(title, "poster", root), 10), (BACKDROPS, None, wide, 9), (BACKDROPS, None, "", 1)]
    return [
        {"id": place, "type": sorts[title.kind], "language": language, "image": image, "score": score}
        for place, (sorts, language, image, score) in enumerate(rows, 1)
    ]


def translations(title: LabTitle) -> Json:
    """Name and description in every language."""
    return {
        "nameTranslations": [{"language": code, "name": mark + title.name} for code, mark in LANGUAGES.items()],
        "overviewTranslations": [
            {"language": code, "overview": mark + title.overview, "tagline": title.tagline}
            for code, mark in LANGUAGES.items()
        ],
    }


def episodes(title: LabTitle, order: str, language: str) -> list[Json]:
    """Every episode; counted through as season 1 in the absolute order."""
    return [
        episode(title, one, (1, place) if order == "absolute" else (one.season, one.number), place, language)
        for place, one in enumerate(title.episodes, 1)
    ]


def episode(title: LabTitle, one: LabEpisode, at: tuple[int, int], place: int, language: str) -> Json:
    """One episode; those without a description were never translated."""
    translated = language == "eng" or one.overview
    return {
        "id": numbers.tvdb_episode(one),
        "seriesId": numbers.tvdb(title),
        "seasonNumber": at[0],
        "number": at[1],
        "absoluteNumber": place,
        "name": LANGUAGES[language] + one.name if translated else None,
        "overview": (LANGUAGES[language] + one.overview if one.overview else None) if translated else None,
        "aired": one.aired.isoformat(),
        "runtime": title.runtime,
        "image": None,
        "finaleType": None,
    }


def remote_ids(title: LabTitle) -> list[Json]:
    """What others call it."""
    rows = [
        (title.imdb, 2, "IMDB"),
        (str(title.tmdb), 12, "TheMovieDB.com"),
        (numbers.wikidata(title), 18, "Wikidata"),
        *([(str(title.tvmaze), 19, "TV Maze")] if title.tvmaze else []),
    ]
    return [{"id": id_, "type": type_, "sourceName": name} for id_, type_, name in rows]


def status(title: LabTitle) -> Json:
    """How far it is."""
    name = "Released" if title.kind == "movie" else "Continuing" if title.running else "Ended"
    return {"id": 1, "name": name, "recordType": title.kind, "keepUpdated": title.running}


def picture(title: LabTitle, kind: str, root: str) -> str:
    """The address of one of its pictures."""
    return f"{root}/uploads/images/original_untouched/{title.slug}-{kind}.jpg"
