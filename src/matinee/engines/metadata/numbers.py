"""A title's numbers in several catalogues: what is missing, what contradicts, and what most agree on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from matinee.media.title import ExternalIds, Kind, TitleRef

FIELDS: tuple[str, ...] = tuple(field.name for field in fields(ExternalIds))

_LOOKED_FOR = {
    Kind.MOVIE: ("tmdb", "imdb", "tvdb", "wikidata"),
    Kind.SERIES: ("tmdb", "imdb", "tvdb", "tvmaze", "wikidata"),
}


def missing_from(kind: Kind, ids: ExternalIds) -> tuple[str, ...]:
    """The numbers that a title of this kind could have and has not."""
    return tuple(field for field in _LOOKED_FOR[kind] if getattr(ids, field) is None)


def ids_of(ref: TitleRef) -> ExternalIds:
    """The one number a reference is made of; none when it is of no catalogue with a number here."""
    if ref.source not in FIELDS:
        return ExternalIds()
    if ref.source in ("imdb", "wikidata"):
        return _with(ExternalIds(), ref.source, ref.id)
    small = ref.id.isascii() and ref.id.isdigit() and len(ref.id) < 11
    return _with(ExternalIds(), ref.source, int(ref.id)) if small else ExternalIds()


def merged(first: ExternalIds, second: ExternalIds) -> ExternalIds:
    """The first's numbers, and those of the second where the first has none."""
    extra = {field: getattr(second, field) for field in FIELDS if getattr(first, field) is None}
    return replace(first, **extra)


def contradict(one: ExternalIds, other: ExternalIds, only: Iterable[str] = FIELDS) -> bool:
    """Whether both have a number in one of these catalogues, and not the same."""
    return any(
        None not in (ours := getattr(one, field, None), theirs := getattr(other, field, None)) and ours != theirs
        for field in only
    )


def agreed(votes: Mapping[str, ExternalIds], own: str, order: Sequence[str]) -> ExternalIds:
    """Every number as most tell it; of equals as the one told by the source that stands first in the order.

    The number of the source `own`, which names the title, is what it says itself.
    """
    rank = {name: place for place, name in enumerate(order)}
    voters = sorted(votes, key=lambda name: rank.get(name, len(rank)))
    found: dict[str, Any] = {}
    for field in FIELDS:
        said = [value for name in voters if (value := getattr(votes[name], field)) is not None]
        found[field] = Counter(said).most_common(1)[0][0] if said else None
    if own in FIELDS and (anchor := getattr(votes[own], own)) is not None:
        found[own] = anchor
    return ExternalIds(**found)


def _with(ids: ExternalIds, field: str, value: Any) -> ExternalIds:
    return replace(ids, **{field: value})
