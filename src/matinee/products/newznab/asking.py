"""How a question is put to an indexer: only in the words it understands, or not at all."""

from collections.abc import Iterable

from matinee.media.categories import with_children
from matinee.media.indexing import Abilities, Function, Question
from matinee.products.newznab.wire import WORDS

# Words that may as well stand among the others, where an indexer has no place of its own for them.
_IN_TEXT = ("artist", "author", "album", "title", "track")
# Words that only narrow an answer: without a place for them they are left out.
_NARROWING = ("label", "publisher")


def parameters(question: Question, abilities: Abilities) -> dict[str, str] | None:
    """The parameters of the call; None when the indexer could only answer something else.

    Of several ids those it knows are asked, for they are alternatives. A category above others stands for all of
    them. A missing function is asked as a plain search where words are enough.
    """
    categories = listed(question.categories, abilities)
    if (question.offset and not abilities.turns_pages) or (question.categories and not categories):
        return None
    function = _function(question, abilities)
    if function is None:
        return None
    told = _told(question, function, abilities.functions[function])
    if told is None:
        return None
    asked = {"t": function.value, **told}
    if categories:
        asked["cat"] = ",".join(map(str, categories))
    limit = min(question.limit, abilities.page_size) if question.limit > 0 else abilities.page_size
    return {**asked, "extended": "1", "offset": str(max(0, question.offset)), "limit": str(limit)}


def listed(categories: Iterable[int], abilities: Abilities) -> list[int]:
    """The categories of a question that the indexer lists, or what it lists below them; all where it lists none."""
    wanted = dict.fromkeys(categories)
    known = {category.id for category in abilities.categories}
    if not known:
        return list(wanted)
    below = sorted(with_children(wanted) & known)
    return list(dict.fromkeys([*(one for one in wanted if one in known), *below]))


def _function(question: Question, abilities: Abilities) -> Function | None:
    """The function that answers it."""
    if question.function in abilities.functions:
        return question.function
    if question.is_rss:
        return next(iter(abilities.functions), None)
    is_words = bool(question.text) and not question.ids and question.season is None and not question.episode
    named = any(getattr(question, name) for name in _IN_TEXT)
    return Function.SEARCH if (is_words or named) and abilities.takes(Function.SEARCH, "q") else None


def _told(question: Question, function: Function, takes: frozenset[str]) -> dict[str, str] | None:
    """Ids and words as parameters; None when one that matters is not taken."""
    ids = {name: _id(name, value, function) for name, value in question.ids.items() if name in takes}
    if question.ids and not ids:
        return None
    words = _words(question, takes)
    if ids and "q" not in takes:
        words.pop("q", None)  # the number alone says it
    return {**ids, **words} if words.keys() <= takes else None


def _id(name: str, value: str, function: Function) -> str:
    """IMDb numbers of films go without their tt, as Radarr sends them; of series with it, as Sonarr does."""
    return value.removeprefix("tt") if name == "imdbid" and function is not Function.TV else value


def _words(question: Question, takes: frozenset[str]) -> dict[str, str]:
    """All but the ids; names without a place of their own join the text."""
    told = {
        parameter: str(value)
        for field, parameter in WORDS.items()
        if (value := getattr(question, field)) not in (None, "")
    }
    joining = [name for name in _IN_TEXT if name in told and name not in takes]
    text = " ".join(filter(None, [told.get("q", ""), *(told[name] for name in joining)]))
    left = {name: value for name, value in told.items() if name not in joining and name != "q"}
    narrowing = {name for name in _NARROWING if name not in takes}
    return {**({"q": text} if text else {}), **{name: value for name, value in left.items() if name not in narrowing}}
