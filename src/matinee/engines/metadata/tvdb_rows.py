"""What TheTVDB's answers mean: a hit becomes a poster, a record becomes a title in the house's language."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from matinee.engines.metadata.reading import (
    address,
    day,
    decimal,
    each,
    imdb,
    inner,
    language,
    listed,
    minutes,
    status,
    text,
    whole,
    wikidata,
    year,
)
from matinee.media.language import find_language
from matinee.media.title import Episode, ExternalIds, Kind, Title, TitleCard, TitleRef

Row = dict[str, Any]

SOURCE = "tvdb"
PICTURES = "https://artworks.thetvdb.com"

_ENGLISH = "eng"
_KINDS = {"movie": Kind.MOVIE, "series": Kind.SERIES}
_POSTERS = {Kind.SERIES: 2, Kind.MOVIE: 14}  # TheTVDB's numbers for sorts of artwork
_BACKDROPS = {Kind.SERIES: 3, Kind.MOVIE: 15}
_NO_PICTURE = "/images/missing/"


def code(told: str) -> str:
    """TheTVDB's code of a language: three letters (`eng`), but `pt` for the Portuguese of Brazil."""
    found = find_language(told) or find_language(told.replace("_", "-").partition("-")[0])
    if found is None:
        return _ENGLISH
    if found.name == "Portuguese (Brazil)":
        return "pt"
    return next((one for one in found.codes if len(one) == 3), _ENGLISH)


def card(row: Row, language: str) -> TitleCard | None:
    """A hit as a poster, None for people and companies; ValueError when it has no id or no name."""
    kind = _KINDS.get(text(row.get("type")) or text(row.get("primary_type")))
    if kind is None:
        return None
    id_ = whole(row.get("tvdb_id")) or whole(text(row.get("objectID")).rpartition("-")[2])
    name = text(inner(row.get("translations")).get(language)) or text(row.get("name"))
    if id_ is None or not name:
        raise ValueError("it has no id or no name")
    return TitleCard(
        ref=TitleRef(kind, SOURCE, str(id_)),
        name=name,
        year=_year(row) or year(row.get("first_air_time")),
        overview=text(inner(row.get("overviews")).get(language)) or text(row.get("overview")),
        poster=picture(row.get("image_url")) or picture(row.get("thumbnail")),
        ids=_elsewhere(id_, listed(row.get("remote_ids"))),
    )


def title(row: Row, kind: Kind, house: str, episodes: tuple[Episode, ...]) -> Title:
    """A record as a title, `house` being the language; ValueError when it has no id or no name."""
    id_, original = whole(row.get("id")), text(row.get("name"))
    spoken = (house, _ENGLISH, text(row.get("originalLanguage")))
    name = _translated(row, "nameTranslations", "name", spoken[:1]) or original
    if id_ is None or not name:
        raise ValueError("it has no id or no name")
    released = day(row.get("firstAired")) or _released(row)
    return Title(
        ref=TitleRef(kind, SOURCE, str(id_)),
        name=name,
        year=_year(row) or (released.year if released else None),
        ids=ids(row),
        overview=_translated(row, "overviewTranslations", "overview", spoken) or text(row.get("overview")),
        tagline=_translated(row, "overviewTranslations", "tagline", spoken[:1]),
        runtime_minutes=minutes(row.get("averageRuntime")) or minutes(row.get("runtime")),
        genres=tuple(filter(None, (text(inner(genre).get("name")) for genre in listed(row.get("genres"))))),
        status=status(inner(row.get("status")).get("name")),
        released=released,
        original_name=original or None,
        poster=_artwork(row, _POSTERS[kind], (house,)) or picture(row.get("image")),
        backdrop=_artwork(row, _BACKDROPS[kind], ("", house, _ENGLISH)),
        original_language=language(row.get("originalLanguage")),
        episodes=episodes,
    )


def ids(row: Row) -> ExternalIds:
    """A record's numbers here and elsewhere."""
    return _elsewhere(whole(row.get("id")), listed(row.get("remoteIds")))


def numbers(rows: Any, kind: Kind) -> list[int]:
    """The numbers of the titles of a kind that a search by an id elsewhere has found, three at most."""
    records = (inner(inner(row).get("movie" if kind is Kind.MOVIE else "series")) for row in listed(rows))
    found = (whole(record.get("id")) for record in records)
    return [number for number in found if number][:3]


def episodes(translated: Iterable[Any], original: Iterable[Any]) -> tuple[Episode, ...]:
    """Episodes in order; what was not translated keeps its original words."""
    found = {one.source_id: one for one in each("TheTVDB", original, lambda row: _episode(row, {}))}
    words = {one.source_id: one for one in found.values()}
    for one in each("TheTVDB", translated, lambda row: _episode(row, words)):
        found[one.source_id] = one
    return tuple(sorted(found.values(), key=lambda one: (one.season, one.number)))


def picture(value: object) -> str | None:
    """The whole address of a picture, which TheTVDB sometimes shortens; None for its picture of no picture."""
    found = text(value)
    whole_address = address(PICTURES + found if found.startswith("/") else found)
    return None if whole_address is None or _NO_PICTURE in whole_address else whole_address


def _episode(row: Row, words: dict[str, Episode]) -> Episode:
    source_id, season, number = whole(row.get("id")), whole(row.get("seasonNumber")), whole(row.get("number"))
    if source_id is None or season is None or number is None:
        raise ValueError("an episode has no id, season or number")
    original = words.get(str(source_id))
    return Episode(
        season=season,
        number=number,
        name=text(row.get("name")) or (original.name if original else f"Episode {number}"),
        source_id=str(source_id),
        air_date=day(row.get("aired")),
        runtime_minutes=minutes(row.get("runtime")),
        overview=text(row.get("overview")) or (original.overview if original else ""),
    )


def _translated(row: Row, group: str, key: str, languages: Iterable[str]) -> str:
    """Words in the first of these languages that has them."""
    rows = [inner(one) for one in listed(inner(row.get("translations")).get(group))]
    for wanted in languages:
        for one in rows:
            if wanted and one.get("language") == wanted and (found := text(one.get(key))):
                return found
    return ""


def _artwork(row: Row, sort: int, languages: tuple[str, ...]) -> str | None:
    """The best liked picture of a sort in one of these languages (empty: without words), the first preferred."""
    fitting = [one for one in map(inner, listed(row.get("artworks"))) if whole(one.get("type")) == sort]
    for wanted in languages:
        own = [one for one in fitting if text(one.get("language")) == wanted]
        for one in sorted(own, key=lambda one: decimal(one.get("score")) or 0.0, reverse=True):
            if found := picture(one.get("image")):
                return found
    return None


def _year(row: Row) -> int | None:
    told = whole(row.get("year"))
    return told if told and 1800 <= told <= 9999 else None


def _released(row: Row) -> date | None:
    """When a film first came out anywhere."""
    told = (row.get("first_release"), *listed(row.get("releases")))
    days = [found for one in told if (found := day(inner(one).get("date")))]
    return min(days, default=None)


def _elsewhere(id_: int | None, rows: Iterable[Any]) -> ExternalIds:
    told: dict[str, str] = {}
    for row in map(inner, rows):
        told.setdefault(re.sub(r"[^a-z]", "", text(row.get("sourceName")).lower()), text(row.get("id")))
    return ExternalIds(
        tmdb=whole(told.get("themoviedbcom") or told.get("themoviedb")) or None,
        imdb=imdb(told.get("imdb")),
        tvdb=id_,
        tvmaze=whole(told.get("tvmaze")) or None,
        rage=whole(told.get("tvrage")) or None,
        wikidata=wikidata(told.get("wikidata")),
    )
