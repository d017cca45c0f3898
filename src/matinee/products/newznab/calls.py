"""A call to us as an indexer, read strictly: what is asked, and what is wrong with the asking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matinee.media.indexing import Function, Page, Question
from matinee.media.release import Release
from matinee.products.newznab.wire import (
    INCORRECT,
    LARGEST_PAGE,
    MISSING,
    NO_FUNCTION,
    NOT_AVAILABLE,
    WORDS,
    status_of,
)

CAPS = "caps"

_FUNCTIONS: Mapping[str, Function | str] = {
    **{function.value: function for function in Function},
    "s": Function.SEARCH,
    "tv": Function.TV,
    "m": Function.MOVIE,
    "audio": Function.MUSIC,
    CAPS: CAPS,
    "c": CAPS,
}
# Functions of Newznab that are about a site's own pages and members: we have none.
_NOT_HERE = frozenset(
    {"d", "details", "g", "get", "n", "getnfo", "r", "register", "cartadd", "cartdel", "comments", "commentadd", "user"}
)
_OTHER_NAMES = {"rageid": "rid", "tvrageid": "rid", "thetvdb": "tvdbid", "imdb": "imdbid"}
_NUMBERS = ("season", "ep", "year")
_LONGEST_TEXT = 500
_MOST_CATEGORIES = 200
_LARGEST = 2**31 - 1
_SEASON = re.compile(r"[Ss]?(\d{1,4})", re.ASCII)
_EPISODE = re.compile(r"[Ee]?(\d{1,5})", re.ASCII)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
_ODD_EPISODE = re.compile(r"[\w.-]{1,20}")
_IMDB = re.compile(r"(?:tt)?(\d{1,9})", re.ASCII | re.IGNORECASE)


class Wrong(Exception):
    """A call that cannot be answered: Newznab's code, the words and the HTTP status that go with it."""

    def __init__(self, code: int, description: str, status: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status or status_of(code)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the asker wants of the answer beyond the question: sizes in bytes, ages in days, tags with and without."""

    smallest: int | None = None
    largest: int | None = None
    youngest: int | None = None
    oldest: int | None = None
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()

    def pass_(self, release: Release, now: datetime) -> bool:
        """Whether the release is wanted; a size or date that is not known is no reason to drop it."""
        age = now - release.published if release.published else None
        return (
            (self.smallest is None or not release.size or release.size >= self.smallest)
            and (self.largest is None or not release.size or release.size <= self.largest)
            and (self.youngest is None or age is None or age >= timedelta(days=self.youngest))
            and (self.oldest is None or age is None or age <= timedelta(days=self.oldest))
            and (not self.tags or bool(self.tags & _tags(release)))
            and not self.not_tags & _tags(release)
        )


def read_function(params: Mapping[str, str]) -> Function | str:
    """The search that is called for, or CAPS; Wrong with 200, 202 or 203."""
    told = _plain(params).get("t", "").lower()
    if not told:
        raise Wrong(MISSING, "Missing parameter (t)")
    if told in _NOT_HERE:
        raise Wrong(NOT_AVAILABLE, f"Function not available ({told})")
    if told not in _FUNCTIONS:
        raise Wrong(NO_FUNCTION, f"No such function ({told[:40]})")
    return _FUNCTIONS[told]


def read_question(params: Mapping[str, str], *, largest_page: int = LARGEST_PAGE) -> Question:
    """The question of a search call, names in any case; Wrong with the code that Newznab has for it."""
    function = read_function(params)
    if not isinstance(function, Function):
        raise Wrong(NOT_AVAILABLE, f"Function not available as a search ({function})")
    told = _plain(params)
    text = {parameter: _text(told, parameter) for parameter in WORDS.values() if parameter not in _NUMBERS}
    if function is Function.TV:
        text["q"], text["title"] = text["q"] or text["title"], ""  # Sonarr may ask by `title`
    return Question(
        function=function,
        text=text["q"],
        categories=_categories(told),
        imdb=_imdb(told),
        tmdb=_id(told, "tmdbid"),
        tvdb=_id(told, "tvdbid"),
        tvmaze=_id(told, "tvmazeid"),
        rage=_id(told, "rid"),
        trakt=_id(told, "traktid"),
        douban=_id(told, "doubanid"),
        season=_season(told),
        episode=_episode(told),
        year=_number(told, "year"),
        genre=text["genre"] or None,
        artist=text["artist"] or None,
        album=text["album"] or None,
        label=text["label"] or None,
        track=text["track"] or None,
        author=text["author"] or None,
        title=text["title"] or None,
        publisher=text["publisher"] or None,
        offset=_number(told, "offset") or 0,
        limit=min(_number(told, "limit") or largest_page, largest_page),
    )


def read_filters(params: Mapping[str, str]) -> Filters:
    """The filters of a search call; Wrong with 201 when one cannot be read."""
    told = _plain(params)
    tags = [word.strip().lower() for word in _text(told, "tag").split(",") if word.strip()]
    return Filters(
        smallest=_number(told, "minsize", largest=10**18),
        largest=_number(told, "maxsize", largest=10**18),
        youngest=_number(told, "minage", largest=100_000),
        oldest=_number(told, "maxage", largest=100_000),
        tags=frozenset(tag for tag in tags if not tag.startswith("-")),
        not_tags=frozenset(tag[1:].strip() for tag in tags if tag.startswith("-")),
    )


def filtered(page: Page, filters: Filters, now: datetime) -> Page:
    """The page without what the asker does not want; a total that counted those is dropped."""
    if filters == Filters():
        return page
    return replace(page, releases=tuple(one for one in page.releases if filters.pass_(one, now)), total=None)


def _plain(params: Mapping[str, str]) -> dict[str, str]:
    """Names in small letters, the usual ones; values without space around."""
    plain: dict[str, str] = {}
    for name, value in params.items():
        small = str(name).strip().lower()
        plain.setdefault(_OTHER_NAMES.get(small, small), str(value).strip())
    return plain


def _text(told: Mapping[str, str], name: str) -> str:
    text = " ".join(told.get(name, "").split())
    if len(text) > _LONGEST_TEXT:
        raise _incorrect(name, f"more than {_LONGEST_TEXT} characters")
    return text


def _number(told: Mapping[str, str], name: str, *, largest: int = _LARGEST) -> int | None:
    """A whole number that is not negative; None when nothing is asked."""
    text = told.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > largest:
        raise _incorrect(name, "a whole number is expected")
    return int(text)


def _id(told: Mapping[str, str], name: str) -> int | None:
    """A catalogue number; 0 is none."""
    return _number(told, name) or None


def _imdb(told: Mapping[str, str]) -> str | None:
    """`tt0063350`, from that or from its digits with and without zeros."""
    text = told.get("imdbid", "")
    if not text:
        return None
    if not (found := _IMDB.fullmatch(text)):
        raise _incorrect("imdbid", "tt and digits, or digits alone, are expected")
    return f"tt{int(found[1]):07}" if int(found[1]) else None


def _categories(told: Mapping[str, str]) -> tuple[int, ...]:
    parts = [part.strip() for part in told.get("cat", "").split(",") if part.strip()]
    if len(parts) > _MOST_CATEGORIES or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise _incorrect("cat", "numbers with commas between them are expected")
    return tuple(dict.fromkeys(number for part in parts if (number := int(part))))


def _season(told: Mapping[str, str]) -> int | None:
    """3 of `3`, `03` and `S03`; a year stays one."""
    text = told.get("season", "")
    if not text:
        return None
    if not (found := _SEASON.fullmatch(text)):
        raise _incorrect("season", "a number, S and a number, or a year is expected")
    return int(found[1])


def _episode(told: Mapping[str, str]) -> str | None:
    """`2` of `2`, `02` and `E02`; a day as `10/18`; other words stay as they are."""
    text = told.get("ep", "")
    if not text:
        return None
    if found := _EPISODE.fullmatch(text):
        return str(int(found[1]))
    if found := _DAY.fullmatch(text):
        month, day = int(found[1]), int(found[2])
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{month:02}/{day:02}"
    elif _ODD_EPISODE.fullmatch(text):
        return text
    raise _incorrect("ep", "a number, E and a number, or a day as 10/18 is expected")


def _incorrect(name: str, why: str) -> Wrong:
    return Wrong(INCORRECT, f"Incorrect parameter ({name}): {why}")


def _tags(release: Release) -> frozenset[str]:
    """The flags of a release, and the tags its indexer told."""
    return release.flags | {value.lower() for name, value in release.attributes if name == "tag"}
