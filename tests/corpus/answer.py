"""Answer questions about names, one JSON record a line in, one JSON object a line out.

The contract is the corpus' own. Films and series call some things by different words, and a record does not say
which of the two asks; the last question that only one of them asks tells it, as the door an app came by does.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from matinee.media.title import Kind
from tests.corpus import languages, movies, naming, quality, series, signs, titles

Record = dict[str, Any]
Answer = Callable[[Record, Kind | None], Record]

ANSWERS: dict[str, Answer] = {
    call: answer
    for module in (quality, series, movies, signs, languages, titles, naming)
    for call, answer in module.ANSWERS.items()
}

_ASKED_OF_MOVIES = frozenset({"parse_movie_title", "parse_movie_path", "clean_movie_title", "get_movie_folder"})
_ASKED_OF_SERIES = frozenset(
    {"parse_title", "parse_path", "parse_series_name", "clean_series_title", "get_series_folder", "get_season_folder"}
)


def answers(lines: Iterable[str]) -> Iterator[Record]:
    """Each line's answer, in order."""
    asker: Kind | None = None
    for line in lines:
        record = json.loads(line)
        asker = _asker(record, asker)
        answer = ANSWERS.get(record["call"])
        yield answer(record, asker) if answer else {"unsupported": True}


def _asker(record: Record, before: Kind | None) -> Kind | None:
    call = record["call"]
    naming_asks = ("given" in record and "series" in record["given"]) or "movie" in record.get("given", {})
    if call in _ASKED_OF_MOVIES or (naming_asks and "movie" in record["given"]):
        return Kind.MOVIE
    return Kind.SERIES if call in _ASKED_OF_SERIES or naming_asks else before


def main() -> None:
    """Answer standard input on standard output."""
    for answer in answers(line for line in sys.stdin if line.strip()):
        print(json.dumps(answer, ensure_ascii=False), flush=False)


if __name__ == "__main__":
    main()
