"""The Internet Archive's shelf cards, read as releases."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from matinee.media.parse import read_name
from matinee.media.release import Release
from matinee.media.title import ExternalIds, Kind

FIELDS = (
    "identifier",
    "title",
    "year",
    "date",
    "item_size",
    "btih",
    "publicdate",
    "external-identifier",
    "language",
    "format",
    "downloads",
)

_MOVIES, _OTHER, _HD = 2000, 2020, 2040
_LONGEST_NAME = 200
_LARGEST = 2**53
_NAMED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,150}")
_INFOHASH = re.compile(r"[0-9a-f]{40}")
_IMDB = re.compile(r"urn:imdb:(tt\d{7,9})")
_YEAR = re.compile(r"(?:18[7-9]\d|19\d\d|20\d\d)")
_HIGH = re.compile(r"(?i)\b(?:720|1080|1440|2160)[pi]\b|\b(?:4k|uhd)\b")
_TECHNICAL = re.compile(
    r"(?i)[\s([\-]*\b(?:\d{3,4}[pi]|4k|uhd|blu-?ray|b[dr]rip|dvd(?:rip)?|vhs(?:rip)?|web-?(?:dl|rip)|hdtv|xvid|[xh]\.?26[45])\b"
)
_LANGUAGES = {
    **dict.fromkeys(("ger", "deu", "de", "german"), "German"),
    **dict.fromkeys(("fre", "fra", "fr", "french"), "French"),
    **dict.fromkeys(("ita", "it", "italian"), "Italian"),
    **dict.fromkeys(("spa", "es", "spanish"), "Spanish"),
    **dict.fromkeys(("por", "pt", "portuguese"), "Portuguese"),
    **dict.fromkeys(("rus", "ru", "russian"), "Russian"),
    **dict.fromkeys(("jpn", "ja", "japanese"), "Japanese"),
    **dict.fromkeys(("chi", "zho", "zh", "chinese"), "Chinese"),
    **dict.fromkeys(("hin", "hi", "hindi"), "Hindi"),
    **dict.fromkeys(("swe", "sv", "swedish"), "Swedish"),
    **dict.fromkeys(("dan", "da", "danish"), "Danish"),
    **dict.fromkeys(("dut", "nld", "nl", "dutch"), "Dutch"),
}


def release(row: Any, site: str, *, indexer: str, priority: int) -> Release:
    """One item as a release; ValueError says why it is none."""
    if not isinstance(row, Mapping) or not _NAMED.fullmatch(item := _text(row, "identifier")):
        raise ValueError("it has no identifier")
    name = release_name(row)
    address = quote(item)
    page = f"{site}/details/{address}"
    infohash = _text(row, "btih").lower()
    return Release(
        guid=page,
        name=name,
        indexer=indexer,
        download_url=f"{site}/download/{address}/{address}_archive.torrent",
        size=_number(row, "item_size") or 0,
        published=_moment(_text(row, "publicdate")),
        seeders=1,  # nobody counts them, and the archive itself always seeds
        leechers=1,
        categories=(_MOVIES, _HD if _HIGH.search(name) else _OTHER),
        infohash=infohash if _INFOHASH.fullmatch(infohash) else None,
        ids=ExternalIds(imdb=_imdb(row)),
        page_url=page,
        indexer_priority=priority,
        grabs=_number(row, "downloads"),
        download_factor=0.0,
        flags=frozenset({"freeleech"}),
    )


def release_name(row: Mapping[str, Any]) -> str:
    """`Title (Year)` and what else is known, as a release would be named; ValueError when there is no title.

    A copy whose source nobody told is named for where it is handed out: the web.
    """
    told = " ".join(html.unescape(_text(row, "title")).split())[:_LONGEST_NAME]
    if not any(letter.isalnum() for letter in told):
        raise ValueError("it has no title")
    year = _year(row)
    if year and year not in told:
        told = _with_year(told, year)
    source = ["WEB-DL"] if read_name(told, Kind.MOVIE).source_from == "unknown" else []
    return " ".join((told, *(word for word in (*source, *_known(row)) if word.lower() not in told.lower())))


def _with_year(told: str, year: str) -> str:
    """The year behind the title and before anything technical."""
    technical = _TECHNICAL.search(told, 1)
    if technical is None:
        return f"{told} ({year})"
    return f"{told[: technical.start()]} ({year}) {told[technical.start() :].strip()}"


def _known(row: Mapping[str, Any]) -> list[str]:
    languages = {_LANGUAGES.get(one.strip().lower(), "") for one in _texts(row, "language")}
    is_h264 = any(one.lower().startswith("h.264") for one in _texts(row, "format"))
    spoken = [one for one in languages if one] if len(languages) == 1 else []
    return [*spoken, *(["h264"] if is_h264 else [])]


def _year(row: Mapping[str, Any]) -> str | None:
    for told in (_text(row, "year"), _text(row, "date")[:4]):
        if _YEAR.fullmatch(told):
            return told
    return None


def _imdb(row: Mapping[str, Any]) -> str | None:
    found = (_IMDB.fullmatch(one.strip().lower()) for one in _texts(row, "external-identifier"))
    return next((match[1] for match in found if match), None)


def _moment(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(row: Mapping[str, Any], field: str) -> int | None:
    told = row.get(field)
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 18:
        told = int(told)
    if not isinstance(told, int) or isinstance(told, bool):
        return None
    return told if 0 <= told <= _LARGEST else None


def _text(row: Mapping[str, Any], field: str) -> str:
    """A field that may be one value, several or a number."""
    return next(iter(_texts(row, field)), "")


def _texts(row: Mapping[str, Any], field: str) -> list[str]:
    told = row.get(field)
    several = told if isinstance(told, list) else [told]
    return [str(one).strip() for one in several[:100] if isinstance(one, str | int) and not isinstance(one, bool)]
