"""What a movie's name tells."""

from collections.abc import Callable
from typing import Any

from matinee.media.parse import ReleaseName, read_name
from matinee.media.parse.paths import read_path
from matinee.media.title import Kind
from tests.corpus.languages import keys
from tests.corpus.quality import answer_quality


def _parse_movie_title(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    return _told(read_name(record["input"], Kind.MOVIE))


def _parse_movie_path(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    return _told(read_path(record["input"], Kind.MOVIE))


def _told(name: ReleaseName) -> dict[str, Any]:
    if not name.is_release:
        return {"parses": False}
    return {
        **answer_quality(name, Kind.MOVIE),
        "parses": True,
        "title": name.title,
        "all_titles": list(name.titles),
        "year": name.year or 0,
        "edition": name.edition,
        "hardcoded_subs": name.hardcoded_subtitles,
        "imdb_id": name.ids.imdb,
        "tmdb_id": name.ids.tmdb or 0,
        "release_group": name.group,
        "languages": keys(name.languages, Kind.MOVIE),
        "clean_title_equals_clean_of": name.title,
    }


ANSWERS: dict[str, Callable[[dict[str, Any], Kind | None], dict[str, Any]]] = {
    "parse_movie_title": _parse_movie_title,
    "parse_movie_path": _parse_movie_path,
}
