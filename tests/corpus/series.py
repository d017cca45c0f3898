"""Series' names and paths, answered in the corpus' words."""

from typing import Any

from matinee.media.parse.paths import read_path
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.series import is_counted, read_series
from matinee.media.parse.words import tidy
from matinee.media.title import Kind
from tests.corpus.languages import keys
from tests.corpus.quality import answer_quality

Record = dict[str, Any]


def parse_title(record: Record, kind: Kind | None) -> Record:
    """Answer what a name tells."""
    return _answer(read_series(_legible(record)))


def parse_path(record: Record, kind: Kind | None) -> Record:
    """Answer what a path tells."""
    return _answer(read_path(record["input"], Kind.SERIES))


def parse_series_name(record: Record, kind: Kind | None) -> Record:
    """Answer the title alone."""
    title = read_series(record["input"]).title_with_year
    return {"title": title, "clean_title_equals_clean_of": title}


def validate_for_series_type(record: Record, kind: Kind | None) -> Record:
    """A day is no episode of a standard series."""
    wanted = record["args"]["arg1"]["series_type"]
    return {"valid": not (wanted == "Standard" and record["input"].get("air_date"))}


ANSWERS = {
    "parse_title": parse_title,
    "parse_path": parse_path,
    "parse_series_name": parse_series_name,
    "validate_for_series_type": validate_for_series_type,
}


def _legible(record: Record) -> str:
    """Text without the characters that no XML may hold."""
    text: str = record["input"]
    if "ReplaceUnicode" not in record.get("preprocess", ""):
        return text
    return "".join(sign for sign in text if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd")


def _answer(read: ReleaseName) -> Record:
    return {
        "parses": read.is_release and is_counted(read),
        "title": read.title_with_year,
        "title_without_year": read.title,
        "all_titles": list(read.titles),
        "year": read.year or 0,
        "release_title": tidy(read.raw),
        **_counted(read),
        **_made(read),
    }


def _counted(read: ReleaseName) -> Record:
    is_part_zero = read.season and read.episodes == (0,)
    return {
        "season": read.season or 0,
        "episodes": list(read.episodes),
        "absolute_episodes": list(read.absolute),
        "special_absolute_episodes": [number / 10 for number in read.special_numbers],
        "air_date": read.air_date.isoformat() if read.air_date else None,
        "daily_part": read.daily_part,
        "full_season": read.is_season_pack,
        "partial_season": read.is_partial_season,
        "season_part": read.season_part,
        "multi_season": read.is_multi_season,
        "season_extra": read.is_season_extra,
        "split_episode": read.is_split_episode,
        "special": read.is_special,
        "possible_special": bool(read.is_special or not read.title or is_part_zero),
    }


def _made(read: ReleaseName) -> Record:
    return {
        **answer_quality(read, Kind.SERIES),
        "release_group": read.group,
        "release_hash": read.hash or "",
        "languages": keys(read.languages, Kind.SERIES),
    }
