"""How a wish is put to an indexer: by catalogue number where it understands one, in words otherwise."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from matinee.media.categories import CUSTOM
from matinee.media.indexing import Abilities, Function, Question
from matinee.media.title import Kind
from matinee.pipeline.ports import Query

_RANGES = {Kind.MOVIE: range(2000, 3000), Kind.SERIES: range(5000, 6000)}


def questions(
    query: Query,
    abilities: Abilities,
    chosen: Sequence[int] = (),
    *,
    aired: date | None = None,
    absolute: int | None = None,
) -> list[Question]:
    """The searches to try, best first: the next only when the one before found nothing.

    `chosen` are the categories the owner wants of this indexer; none means all that fit the kind. `aired` is the day
    of an episode that is known by its day, `absolute` the number of one that is counted through all seasons.
    """
    asked = _of_movie(query, abilities) if query.kind is Kind.MOVIE else _of_series(query, abilities, aired, absolute)
    wanted = categories(query.kind, abilities, chosen)
    whole = (replace(one, categories=wanted, limit=abilities.page_size) for one in asked)
    return list(dict.fromkeys(whole))


def categories(kind: Kind, abilities: Abilities, chosen: Sequence[int] = ()) -> tuple[int, ...]:
    """The categories that can hold this kind of title."""
    wanted = _RANGES[kind]
    fitting = [id_ for id_ in chosen if id_ in wanted or id_ >= CUSTOM]
    listed = (category.id for category in abilities.categories if category.id in wanted)
    return tuple(fitting or listed) or (wanted.start,)


def words(text: str) -> str:
    """A name as upload names spell it: no signs, `and` for `&`."""
    text = re.sub(r"['’`]", "", text.replace("&", " and "))
    return " ".join(re.sub(r"[\W_]+", " ", text).split()) or text


def _of_movie(query: Query, abilities: Abilities) -> Iterator[Question]:
    """As Radarr asks: all numbers in one call, then name and year."""
    if numbered := _numbered(Question(Function.MOVIE, imdb=query.imdb, tmdb=query.tmdb), abilities):
        yield numbered
    text = f"{words(query.text)} {query.year}" if query.year else words(query.text)
    for function in (Function.SEARCH, Function.MOVIE):
        if abilities.takes(function, "q"):
            yield Question(function, text)
            return


def _of_series(query: Query, abilities: Abilities, aired: date | None, absolute: int | None) -> Iterator[Question]:
    """As Sonarr asks: by numbers with season and episode, then by name; by day or by the count of all before."""
    if absolute is not None:
        yield from _counted(query, abilities, absolute)
    place = _place(query, abilities, aired)
    if place is not None and (numbered := _numbered(_with_ids(query, place), abilities)):
        yield numbered
    if place is not None and abilities.takes(Function.TV, "q"):
        yield replace(place, text=words(query.text))
    elif abilities.takes(Function.SEARCH, "q"):
        yield Question(Function.SEARCH, f"{words(query.text)} {_label(query, aired)}".strip())


def _counted(query: Query, abilities: Abilities, absolute: int) -> Iterator[Question]:
    """By the number that fans count with: as the only word beside the numbers, then behind the name."""
    number = f"{absolute:02}"
    numbered = _numbered(_with_ids(query, Question(Function.TV, number)), abilities)
    if numbered and abilities.takes(Function.TV, "q"):
        yield numbered
    if abilities.takes(Function.SEARCH, "q"):
        yield Question(Function.SEARCH, f"{words(query.text)} {number}")


def _with_ids(query: Query, question: Question) -> Question:
    return replace(question, imdb=query.imdb, tmdb=query.tmdb, tvdb=query.tvdb, tvmaze=query.tvmaze)


def _numbered(question: Question, abilities: Abilities) -> Question | None:
    """The question with the numbers that are understood; None when there are none."""
    taken = {name for name in question.ids if abilities.takes(question.function, name)}
    if not taken:
        return None
    return replace(
        question,
        imdb=question.imdb if "imdbid" in taken else None,
        tmdb=question.tmdb if "tmdbid" in taken else None,
        tvdb=question.tvdb if "tvdbid" in taken else None,
        tvmaze=question.tvmaze if "tvmazeid" in taken else None,
    )


def _place(query: Query, abilities: Abilities, aired: date | None) -> Question | None:
    """Season and episode, or year and day; None when the indexer would not narrow its answer by them."""
    if aired is not None:
        place = Question(Function.TV, season=aired.year, episode=f"{aired:%m/%d}")
    else:
        episode = None if query.episode is None else str(query.episode)
        place = Question(Function.TV, season=query.season, episode=episode)
    wanted = [name for name, value in (("season", place.season), ("ep", place.episode)) if value is not None]
    is_there = Function.TV in abilities.functions
    return place if is_there and all(abilities.takes(Function.TV, name) for name in wanted) else None


def _label(query: Query, aired: date | None) -> str:
    """`S01E02`, `S01`, `2026 10 18` of a day, or nothing for a whole series."""
    if aired is not None:
        return f"{aired:%Y %m %d}"
    if query.season is None:
        return ""
    return f"S{query.season:02}" if query.episode is None else f"S{query.season:02}E{query.episode:02}"
