"""What an indexer can do, in Prowlarr's spelling."""

from collections.abc import Iterable, Mapping

from matinee.media.categories import STANDARD, name_of, parent_of
from matinee.media.indexing import Abilities, Category, Function
from matinee.products.servarr.fields import Resource

_SPELLED = {
    "imdbid": "imdbId",
    "tvdbid": "tvdbId",
    "rid": "rId",
    "tvmazeid": "tvMazeId",
    "traktid": "traktId",
    "tmdbid": "tmdbId",
    "doubanid": "doubanId",
}
_KNOWN: Mapping[Function, tuple[str, str]] = {  # the property, and the words a typed client knows for it
    Function.SEARCH: ("searchParams", "q"),
    Function.TV: (
        "tvSearchParams",
        "q season ep imdbid tvdbid rid tvmazeid traktid tmdbid doubanid genre year",
    ),
    Function.MOVIE: ("movieSearchParams", "q imdbid tmdbid traktid genre doubanid year"),
    Function.MUSIC: ("musicSearchParams", "q album artist label year genre track"),
    Function.BOOK: ("bookSearchParams", "q title author publisher genre year"),
}


def capabilities_row(abilities: Abilities) -> Resource:
    """The `capabilities` of an indexer; `doubanid` and the like are spelled as Prowlarr spells them."""
    searches = {
        property: [_SPELLED.get(word, word) for word in words.split() if abilities.takes(function, word)]
        for function, (property, words) in _KNOWN.items()
    }
    return {
        "limitsMax": abilities.page_size,
        "limitsDefault": abilities.page_size,
        "categories": category_tree(abilities.categories),
        "supportsRawSearch": abilities.takes_raw_text,
        **searches,
    }


def category_tree(categories: Iterable[Category]) -> list[Resource]:
    """Standard categories below those above them, then an indexer's own."""
    told = list(categories)
    standard = {one.id for one in told if one.id in STANDARD}
    tops = sorted({top if (top := parent_of(id)) is not None else id for id in standard})
    rows = [_row(id, name_of(id), _below(id, standard)) for id in tops]
    return rows + [_row(one.id, one.name, []) for one in told if one.id not in STANDARD]


def category_row(id: int) -> Resource:
    """One category by itself."""
    return _row(id, name_of(id), [])


def _below(top: int, told: Iterable[int]) -> list[Resource]:
    return [category_row(id) for id in sorted(told) if parent_of(id) == top]


def _row(id: int, name: str, below: list[Resource]) -> Resource:
    return {"id": id, "name": name, "subCategories": below}
