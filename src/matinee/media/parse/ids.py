"""Some names carry a catalogue's number: `[tt0133093]`, `{tmdb-603}`, `[tvdbid-81189]`."""

import re

from matinee.media.title import ExternalIds

_IMDB = re.compile(r"(?<![^\W_])tt([0-9]{7,9})(?![^\W_])", re.I)
_NUMBERED = re.compile(r"(?<![^\W_])(tmdb|tvdb|tvmaze|imdb)(?:id)?[-=:]\s?(?:tt)?([0-9]{1,9})(?![^\W_])", re.I)
NO_IDS = ExternalIds()


def read_ids(text: str) -> tuple[ExternalIds, int]:
    """The numbers, and where the first of them stands in the text; its length when there is none."""
    lowered = text.lower()
    if "tt" not in lowered and "tmdb" not in lowered and "tvdb" not in lowered and "tvmaze" not in lowered:
        return NO_IDS, len(text)
    found = list(_NUMBERED.finditer(text))
    numbers = {told[1].lower(): int(told[2]) for told in found}
    imdb = _IMDB.search(text)
    first = min([told.start() for told in found] + ([imdb.start()] if imdb else []), default=len(text))
    imdb_number = imdb[1] if imdb else numbers.get("imdb")
    return ExternalIds(
        tmdb=numbers.get("tmdb"),
        imdb=normalize_imdb(str(imdb_number)) if imdb_number else None,
        tvdb=numbers.get("tvdb"),
        tvmaze=numbers.get("tvmaze"),
    ), first


def normalize_imdb(told: str) -> str | None:
    """`tt0000123` from `123` or `tt123`; None for what is no number of that catalogue."""
    digits = told.strip().lower().removeprefix("tt")
    return f"tt{int(digits):07}" if digits.isascii() and digits.isdigit() and 0 < int(digits) < 10**9 else None
