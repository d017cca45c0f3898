"""How a wish is put to an indexer: by catalogue number where it understands one, in words otherwise."""

import re
from collections.abc import Sequence

from matinee.media.title import Kind
from matinee.pipeline.ports import Query
from matinee.products.torznab.wire import Caps

Question = dict[str, str]

_RANGES = {Kind.MOVIE: range(2000, 3000), Kind.SERIES: range(5000, 6000)}
_CUSTOM = 100_000


def questions(query: Query, caps: Caps, chosen: Sequence[int] = ()) -> list[Question]:
    """The searches to try, best first: the next only when the one before found nothing.

    `chosen` are the categories the owner wants of this indexer; none means all that fit the kind.
    """
    by_id, by_words = (_movie_by_id, _movie_by_words) if query.kind is Kind.MOVIE else (_series_by_id, _series_by_words)
    asked = [question for question in (by_id(query, caps), by_words(query, caps)) if question]
    cat = ",".join(map(str, categories(query.kind, caps, chosen)))
    return [{**question, "cat": cat} for question in asked]


def categories(kind: Kind, caps: Caps, chosen: Sequence[int] = ()) -> tuple[int, ...]:
    """The categories that can hold this kind of title."""
    wanted = _RANGES[kind]
    fitting = [id_ for id_ in chosen if id_ in wanted or id_ >= _CUSTOM]
    return tuple(fitting or (id_ for id_ in caps.categories if id_ in wanted)) or (wanted.start,)


def words(text: str) -> str:
    """A name as upload names spell it: no signs, `and` for `&`."""
    text = re.sub(r"['’`]", "", text.replace("&", " and "))
    return " ".join(re.sub(r"[\W_]+", " ", text).split()) or text


def _movie_by_id(query: Query, caps: Caps) -> Question | None:
    digits = query.imdb.removeprefix("tt") if query.imdb else None  # as Radarr sends it, and the spec has it
    ids = _understood(caps.movie, imdbid=digits, tmdbid=query.tmdb)
    return {"t": "movie", **ids} if ids else None


def _movie_by_words(query: Query, caps: Caps) -> Question | None:
    text = f"{words(query.text)} {query.year}" if query.year else words(query.text)
    if "q" in caps.movie:
        return {"t": "movie", "q": text}
    return {"t": "search", "q": text} if "q" in caps.search else None


def _series_by_id(query: Query, caps: Caps) -> Question | None:
    place = _place(query, caps)
    ids = _understood(
        caps.tv, tvdbid=query.tvdb, tvmazeid=query.tvmaze, imdbid=query.imdb, tmdbid=query.tmdb
    )  # imdbid with its tt, as Sonarr sends it
    return {"t": "tvsearch", **ids, **place} if ids and place is not None else None


def _series_by_words(query: Query, caps: Caps) -> Question | None:
    place, name = _place(query, caps), words(query.text)
    if "q" in caps.tv and place is not None:
        return {"t": "tvsearch", "q": name, **place}
    return {"t": "search", "q": f"{name} {_label(query)}".strip()} if "q" in caps.search else None


def _place(query: Query, caps: Caps) -> Question | None:
    """Season and episode as parameters; None when the indexer would not narrow its answer by them."""
    wanted = {
        name: str(value) for name, value in (("season", query.season), ("ep", query.episode)) if value is not None
    }
    return wanted if wanted.keys() <= caps.tv else None


def _label(query: Query) -> str:
    """`S01E02`, `S01`, or nothing for a whole series."""
    if query.season is None:
        return ""
    return f"S{query.season:02}" if query.episode is None else f"S{query.season:02}E{query.episode:02}"


def _understood(supported: frozenset[str], **ids: str | int | None) -> Question:
    return {name: str(value) for name, value in ids.items() if value and name in supported}
