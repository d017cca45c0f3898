"""Who is asked what: an indexer gets only questions that it understands, and tells only what was asked for."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from matinee.media.categories import parent_of, with_children
from matinee.media.indexing import Abilities, Function, Page, Question
from matinee.media.release import Release
from matinee.store.indexers import StoredIndexer

_ID_FIELDS = {
    "imdbid": "imdb",
    "tmdbid": "tmdb",
    "tvdbid": "tvdb",
    "tvmazeid": "tvmaze",
    "rid": "rage",
    "traktid": "trakt",
    "doubanid": "douban",
}
_WORDS = {"text": "q", "season": "season", "episode": "ep", "year": "year", "genre": "genre"}
_MUSIC_AND_BOOKS = ("artist", "album", "label", "track", "author", "title", "publisher")


def is_for(stored: StoredIndexer, question: Question, tags: Collection[str] | None = None) -> bool:
    """Whether its owner wants it to be asked this; without `tags` nobody is asked for them."""
    if tags is not None and stored.tags and not set(stored.tags) & set(tags):
        return False
    if question.is_interactive:
        return stored.for_interactive
    return stored.for_rss if question.is_rss else stored.for_automatic


def fitted(question: Question, abilities: Abilities) -> tuple[Question | None, str]:
    """The question as this indexer can be asked it; None, and why in words, where the answer can only be empty.

    Of several catalogue numbers one is enough, and those that it does not know are left out.
    """
    if not carries(abilities, question.categories):
        return None, "it has none of these categories"
    if question.offset > 0 and not abilities.turns_pages:
        return None, "it has no further pages"
    if question.is_rss and question.function not in abilities.functions and Function.SEARCH in abilities.functions:
        return replace(question, function=Function.SEARCH), ""
    if question.function not in abilities.functions:
        return None, f"it cannot be asked for '{question.function}'"
    unknown = [parameter for parameter in _told(question) if not abilities.takes(question.function, parameter)]
    if unknown:
        return None, f"it cannot be asked by {', '.join(unknown)}"
    return _with_known_ids(question, abilities)


def carries(abilities: Abilities, categories: Collection[int]) -> bool:
    """Whether it has one of the categories, or one below; one that tells none may have all."""
    if not categories or not abilities.categories:
        return True
    own = {one.id for one in abilities.categories}
    parents = {parent for one in own if (parent := parent_of(one)) is not None}
    return not (own | parents).isdisjoint(categories)


def films_and_series(abilities: Abilities) -> tuple[int, ...]:
    """Its categories of movies and TV; none where it has only its own kinds, so that all of it is asked."""
    return tuple(one.id for one in abilities.categories if 2000 <= one.id < 3000 or 5000 <= one.id < 6000)


def asked_for(page: Page, question: Question) -> Page:
    """The page without what is of other categories; what tells no category stays."""
    if not question.categories:
        return page
    expanded = with_children(question.categories)
    kept = tuple(one for one in page.releases if not one.categories or not expanded.isdisjoint(one.categories))
    return page if len(kept) == len(page.releases) else replace(page, releases=kept)


def without_doubles(releases: Collection[Release]) -> tuple[Release, ...]:
    """Each guid once, the first of them."""
    seen: dict[str, Release] = {}
    for one in releases:
        seen.setdefault(one.guid, one)
    return tuple(seen.values())


def _told(question: Question) -> list[str]:
    """The parameters other than catalogue numbers that the question has, by Newznab's names."""
    told = [parameter for name, parameter in _WORDS.items() if getattr(question, name) not in (None, "")]
    return told + [name for name in _MUSIC_AND_BOOKS if getattr(question, name)]


def _with_known_ids(question: Question, abilities: Abilities) -> tuple[Question | None, str]:
    ids = question.ids
    known = {name for name in ids if abilities.takes(question.function, name)}
    if ids and not known:
        return None, f"it cannot be asked by {', '.join(ids)}"
    left_out: dict[str, Any] = {_ID_FIELDS[name]: None for name in ids if name not in known}
    return replace(question, **left_out), ""
