"""What TMDB's answers mean: a row becomes a poster, an answer becomes a title with its episodes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from matinee.engines.metadata.reading import (
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
)
from matinee.media.title import Episode, ExternalIds, Kind, Title, TitleCard, TitleRef

Row = dict[str, Any]

SOURCE = "tmdb"
_KINDS = {"movie": Kind.MOVIE, "tv": Kind.SERIES}
_POSTER = "w780"
_BACKDROP = "w1280"


def card_reader(image_base: str, kind: Kind | None = None) -> Callable[[Row], TitleCard | None]:
    """A reader of list rows; without a kind each row must tell its own, and people are left out."""

    def read(row: Row) -> TitleCard | None:
        row_kind = kind or _KINDS.get(text(row.get("media_type")))
        if row_kind is None:
            return None
        released = _released(row, row_kind)
        return TitleCard(
            ref=_ref(row, row_kind),
            name=_name(row, row_kind),
            year=released.year if released else None,
            overview=text(row.get("overview")),
            poster=picture(image_base, _POSTER, row.get("poster_path")),
            rating=_rating(row),
        )

    return read


def title(row: Row, ref: TitleRef, image_base: str, episodes: tuple[Episode, ...] = ()) -> Title:
    """The details of a movie or series; ValueError when it has no id or no name."""
    released = _released(row, ref.kind)
    return Title(
        ref=_ref(row, ref.kind),  # its own number: there are many ways to write one
        name=_name(row, ref.kind),
        year=released.year if released else None,
        ids=ids(row),
        overview=text(row.get("overview")),
        tagline=text(row.get("tagline")),
        runtime_minutes=_runtime(row, ref.kind),
        genres=_genres(row),
        rating=_rating(row),
        status=status(row.get("status")),
        released=released,
        original_name=text(row.get("original_title" if ref.kind is Kind.MOVIE else "original_name")) or None,
        poster=picture(image_base, _POSTER, row.get("poster_path")),
        backdrop=picture(image_base, _BACKDROP, row.get("backdrop_path")),
        original_language=language(row.get("original_language")),
        episodes=episodes,
    )


def ids(row: Row) -> ExternalIds:
    """A title's numbers elsewhere, from its details with `external_ids` in them."""
    outside = inner(row.get("external_ids"))
    return ExternalIds(
        tmdb=whole(row.get("id")),
        imdb=imdb(outside.get("imdb_id")) or imdb(row.get("imdb_id")),
        tvdb=whole(outside.get("tvdb_id")) or None,
        rage=whole(outside.get("tvrage_id")) or None,
        wikidata=wikidata(outside.get("wikidata_id")),
    )


def season_numbers(row: Row) -> tuple[int, ...]:
    """The seasons a series lists, specials (0) among them."""
    numbers = (whole(inner(season).get("season_number")) for season in listed(row.get("seasons")))
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def episodes(season: Row, number: int) -> list[Episode]:
    """The episodes of one season's answer."""
    return each("TMDB", listed(season.get("episodes")), lambda row: _episode(row, number))


def picture(image_base: str, size: str, path: object) -> str | None:
    """The whole address of a picture that TMDB names by its path only."""
    found = text(path)
    return f"{image_base}/{size}{found}" if found.startswith("/") else None


def _episode(row: Row, season: int) -> Episode:
    number, source_id = whole(row.get("episode_number")), whole(row.get("id"))
    if number is None or source_id is None:
        raise ValueError(f"an episode of season {season} has no number or no id")
    return Episode(
        season=season,
        number=number,
        name=text(row.get("name")) or f"Episode {number}",
        source_id=str(source_id),
        air_date=day(row.get("air_date")),
        runtime_minutes=minutes(row.get("runtime")),
        overview=text(row.get("overview")),
    )


def _ref(row: Row, kind: Kind) -> TitleRef:
    id_ = whole(row.get("id"))
    if id_ is None:
        raise ValueError("it has no id")
    return TitleRef(kind, SOURCE, str(id_))


def _name(row: Row, kind: Kind) -> str:
    spelled = ("title", "original_title") if kind is Kind.MOVIE else ("name", "original_name")
    for key in spelled:
        if name := text(row.get(key)):
            return name
    raise ValueError(f"title {row.get('id')} has no name")


def _released(row: Row, kind: Kind) -> date | None:
    return day(row.get("release_date" if kind is Kind.MOVIE else "first_air_date"))


def _rating(row: Row) -> float | None:
    """The voters' mean out of ten; None where nobody has voted."""
    return decimal(row.get("vote_average")) or None


def _genres(row: Row) -> tuple[str, ...]:
    names = (text(inner(genre).get("name")) for genre in listed(row.get("genres")))
    return tuple(name for name in names if name)


def _runtime(row: Row, kind: Kind) -> int | None:
    if kind is Kind.MOVIE:
        return minutes(row.get("runtime"))
    usual = next(iter(listed(row.get("episode_run_time"))), None)
    return minutes(usual) or minutes(inner(row.get("last_episode_to_air")).get("runtime"))
