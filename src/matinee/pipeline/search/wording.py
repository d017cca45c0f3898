"""A question as a person would say it, for the history."""

from matinee.kernel.redact import redact
from matinee.media.categories import name_of
from matinee.media.indexing import Function, Question

_FUNCTIONS = {
    Function.SEARCH: "search",
    Function.TV: "series",
    Function.MOVIE: "movie",
    Function.MUSIC: "music",
    Function.BOOK: "book",
}
_WORDS = ("artist", "album", "label", "track", "author", "title", "publisher", "genre")
LONGEST = 300


def in_words(question: Question) -> str:
    """`movie 'Tin Comet' 2021 (imdbid tt0133093) in Movies`, `the newest in TV`."""
    where = ", ".join(name_of(one) for one in question.categories[:8])
    where = f" in {where}" if where else ""
    if question.is_rss:
        return f"the newest{where}" + (f" from {question.offset}" if question.offset else "")
    return redact(f"{_FUNCTIONS[question.function]} {_what(question)}{where}")[:LONGEST]


def details_of(question: Question) -> dict[str, str]:
    """The same by field, as other programs' histories have it."""
    told = {
        "function": str(question.function),
        "query": redact(question.text)[:LONGEST],
        "categories": ",".join(str(one) for one in question.categories),
        "season": "" if question.season is None else str(question.season),
        "episode": question.episode or "",
        "year": str(question.year or ""),
        **question.ids,
    }
    return {name: text for name, text in told.items() if text}


def _what(question: Question) -> str:
    told = [f"'{question.text}'"] if question.text else []
    told += [f"{name} '{word}'" for name in _WORDS if (word := getattr(question, name))]
    if question.season is not None:
        told.append(f"season {question.season}" + (f" episode {question.episode}" if question.episode else ""))
    if question.year:
        told.append(str(question.year))
    ids = ", ".join(f"{name} {number}" for name, number in question.ids.items())
    return " ".join([*told, f"({ids})"] if ids else told)
