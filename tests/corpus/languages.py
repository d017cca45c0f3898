"""Which languages a name or a code tells."""

from collections.abc import Callable, Iterable
from typing import Any

from matinee.media.language import MULTI, UNKNOWN, find_language, key_in
from matinee.media.parse import read_name
from matinee.media.parse.subtitles import SubtitleName, read_subtitle
from matinee.media.title import Kind


def keys(languages: Iterable[str], asker: Kind | None) -> list[str]:
    """Languages in the words of whoever asks; a name that tells none is of an unknown one."""
    told = [key_in(name, of_series=asker is Kind.SERIES) for name in languages if name != MULTI]
    return told or [UNKNOWN]


def _parse_languages(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    return {"languages": keys(read_name(record["input"], asker).languages, asker)}


def _parse_subtitle(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    read = read_subtitle(record["input"])
    return {
        "language": key_in(read.language or UNKNOWN, of_series=asker is Kind.SERIES),
        "tags": list(read.tags),
        **_titles(read),
    }


def _titles(read: SubtitleName) -> dict[str, Any]:
    return {"subtitle_title": read.title, "raw_title": read.raw_title}


def _find(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    found = find_language(record["input"])
    return {"language": key_in(found.name, of_series=asker is Kind.SERIES) if found else None}


ANSWERS: dict[str, Callable[[dict[str, Any], Kind | None], dict[str, Any]]] = {
    "parse_languages": _parse_languages,
    "parse_subtitle_language": _parse_subtitle,
    "parse_subtitle_language_information": _parse_subtitle,
    "iso_language_find": _find,
}
