"""A question in the Internet Archive's own language, which is Lucene's."""

import re
from collections.abc import Iterable, Sequence

from matinee.media.indexing import Function, Question
from matinee.media.parse.ids import normalize_imdb

_MOST_WORDS = 20
_LONGEST_WORD = 60
_FIRST_YEAR = 1870
_WORDS = re.compile(r"\w+(?:['’]\w+)*")
_YEAR = re.compile(r"(?:18[7-9]\d|19\d\d|20\d\d)")


def lucene(question: Question, collections: Sequence[str]) -> str:
    """The query: films of the collections that can be downloaded as a torrent and answer the question.

    Every word is quoted, so that nothing in a title is taken for an operator.
    """
    shelf = " OR ".join(collections)
    clauses = ["mediatype:(movies)", 'format:("Archive BitTorrent")', f"collection:({shelf})"]
    if (wanted := _wanted(question)) is not None:
        clauses.append(wanted)
    return " AND ".join(clauses)


def quoted(text: str) -> str:
    """The text as one phrase of a query."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wanted(question: Question) -> str | None:
    """The film asked for: by its number, or by its name; either will do when both are given."""
    number = normalize_imdb(question.imdb) if question.imdb else None
    by_number = f"external-identifier:{quoted(f'urn:imdb:{number}')}" if number else None
    by_name = _by_name(question)
    if by_number and by_name:
        return f"({by_number} OR ({by_name}))"
    return by_number or by_name


def _by_name(question: Question) -> str | None:
    words = _WORDS.findall(f"{question.text} {question.title or ''}")
    year = question.year
    # A year behind the name is the year of the film: the archive keeps it in a field of its own.
    if year is None and len(words) > 1 and question.function in (Function.SEARCH, Function.MOVIE):
        year = int(words.pop()) if _YEAR.fullmatch(words[-1]) else None
    clauses = [f"title:({_all(words)})"] if words else []
    if year is not None and year >= _FIRST_YEAR:
        clauses.append(_of_year(year))
    if question.genre:
        clauses.append(f"subject:({_all(_WORDS.findall(question.genre))})")
    return " AND ".join(clauses) or None


def _of_year(year: int) -> str:
    """One year off is forgiven, and so is a film whose year nobody wrote down."""
    return f"(year:[{year - 1} TO {year + 1}] OR title:({year}) OR (mediatype:(movies) AND NOT year:[* TO *]))"


def _all(words: Iterable[str]) -> str:
    return " AND ".join(quoted(word[:_LONGEST_WORD]) for word in list(words)[:_MOST_WORDS])
