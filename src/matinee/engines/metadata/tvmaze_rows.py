"""What TVmaze's answers mean: a show becomes a poster, and its episodes get their places."""

from collections.abc import Iterable
from dataclasses import replace
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
    plain,
    status,
    text,
    whole,
    year,
)
from matinee.media.title import Episode, ExternalIds, Kind, Title, TitleCard, TitleRef

Row = dict[str, Any]

SOURCE = "tvmaze"
_SPECIALS = 0


def card(row: Row) -> TitleCard:
    """A show as a poster in a grid; ValueError when it has no id or no name."""
    id_, name = whole(row.get("id")), text(row.get("name"))
    if id_ is None or not name:
        raise ValueError("it has no id or no name")
    return TitleCard(
        ref=TitleRef(Kind.SERIES, SOURCE, str(id_)),
        name=name,
        year=year(row.get("premiered")),
        overview=plain(row.get("summary")),
        poster=_poster(row),
        rating=_rating(row),
        ids=ids(row),
    )


def title(row: Row, episodes: tuple[Episode, ...]) -> Title:
    """A show with its episodes; ValueError when it has no id or no name."""
    poster = card(row)
    return Title(
        ref=poster.ref,
        name=poster.name,
        year=poster.year,
        ids=ids(row),
        overview=poster.overview,
        runtime_minutes=minutes(row.get("averageRuntime")) or minutes(row.get("runtime")),
        genres=tuple(filter(None, map(text, listed(row.get("genres"))))),
        rating=poster.rating,
        status=status(row.get("status")),
        released=day(row.get("premiered")),
        poster=poster.poster,
        backdrop=_backdrop(row),
        original_language=language(row.get("language")),
        episodes=episodes,
    )


def ids(row: Row) -> ExternalIds:
    """A show's numbers elsewhere."""
    outside = inner(row.get("externals"))
    return ExternalIds(
        imdb=imdb(outside.get("imdb")),
        tvdb=whole(outside.get("thetvdb")) or None,
        tvmaze=whole(row.get("id")),
        rage=whole(outside.get("tvrage")) or None,
    )


def episodes(rows: Iterable[Any]) -> tuple[Episode, ...]:
    """Episodes in order. Specials have no number at TVmaze: they get one in season 0 by air date."""
    found = each("TVmaze", rows, _episode)
    specials = sorted((one for one in found if one.season == _SPECIALS), key=_by_air_date)
    numbered = [replace(one, number=number) for number, one in enumerate(specials, start=1)]
    ordinary = sorted((one for one in found if one.season != _SPECIALS), key=lambda one: (one.season, one.number))
    return (*numbered, *ordinary)


def popularity(row: Row) -> tuple[float, float]:
    """What a show weighs among its viewers, then what they think of it."""
    return (decimal(row.get("weight")) or 0.0, _rating(row) or 0.0)


def has_poster(row: Row) -> bool:
    """Whether there is something to look at."""
    return _poster(row) is not None


def _episode(row: Row) -> Episode:
    source_id, season, number = whole(row.get("id")), whole(row.get("season")), whole(row.get("number"))
    if source_id is None or season is None:
        raise ValueError("an episode has no id or no season")
    return Episode(
        season=_SPECIALS if number is None else season,
        number=number or 0,
        name=text(row.get("name")),
        source_id=str(source_id),
        air_date=day(row.get("airdate")),
        runtime_minutes=minutes(row.get("runtime")),
        overview=plain(row.get("summary")),
    )


def _by_air_date(episode: Episode) -> tuple[date, int]:
    return (episode.air_date or date.max, int(episode.source_id))


def _poster(row: Row) -> str | None:
    image = inner(row.get("image"))
    return address(image.get("original")) or address(image.get("medium"))


def _backdrop(row: Row) -> str | None:
    """The first picture that is wide: TVmaze calls it a background."""
    for image in map(inner, listed(inner(row.get("_embedded")).get("images"))):
        if text(image.get("type")) == "background":
            return address(inner(inner(image.get("resolutions")).get("original")).get("url"))
    return None


def _rating(row: Row) -> float | None:
    return decimal(inner(row.get("rating")).get("average")) or None
