"""What a row tells, put into the field's terms: absolute links, bytes, categories, moments, promises."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from matinee.engines.indexer.language.categories import categories_of_description, categories_of_id
from matinee.engines.indexer.language.dates import from_unknown, rfc1123
from matinee.engines.indexer.language.definition import CategoryMapping
from matinee.engines.indexer.language.links import resolve
from matinee.engines.indexer.pages.numbers import decimal, first_number, size, whole

_GENRES = re.compile(r'[,\s/)(.;\[\]"|:]+')
_TOO_MANY = 5_000_000  # seeders or leechers: a site's mistake
_MOST_GENRES = 50
# Most links need no more than the front of an address.
_PLAIN = re.compile(r"(?!//)(?!.*\.\.)(?!.*/\./)(?!\./)/?[A-Za-z0-9_][A-Za-z0-9_./\-]*(?:\?[A-Za-z0-9_.&=%\-]*)?")
_WHOLE_LINK = re.compile(r"https?://[A-Za-z0-9.\-]+(?::\d+)?/(?!.*/\.)[A-Za-z0-9_./\-]*(?:\?[A-Za-z0-9_.&=%\-]*)?")
_URL_SIGNS = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where rows are read: the page's address, the moment, what the site's categories mean, and its encoding.

    `shelves` are the categories that a row has named already.
    """

    base_url: str
    now: datetime
    mappings: tuple[CategoryMapping, ...]
    encoding: str = "utf-8"
    shelves: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A release while its row is read; None for what was not told."""

    title: str | None = None
    description: str | None = None
    details: str | None = None
    download: str | None = None
    magnet: str | None = None
    infohash: str | None = None
    categories: list[int] | None = None
    size: int | None = None
    published: datetime | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


Taker = Callable[[Draft, str, Setting], str]


def taker_of(name: str, modifiers: Collection[str] = ()) -> Taker | None:
    """What puts a field's value into the draft and answers what later fields see of it; it raises ValueError.

    `append` adds words to those of an earlier field, `noappend` puts categories in the place of earlier ones.

    None for names that the field does not know: temporaries, which stay as they are.
    """
    if name in ("title", "description"):
        return _taker_of_words(name, appends="append" in modifiers)
    if name in _CATEGORIES:
        return _taker_of_categories(_CATEGORIES[name], replaces="noappend" in modifiers)
    if name in _WHOLE:
        return _taker_of_numbers(name, _WHOLE[name])
    if name in _DECIMAL:
        return _taker_of_factors(name)
    return _taker_of_texts(name) if name in _TEXTS else _TAKERS.get(name)


def _taker_of_words(name: str, *, appends: bool) -> Taker:
    def take(draft: Draft, value: str, _setting: Setting) -> str:
        found = ((getattr(draft, name) or "") if appends else "") + value
        setattr(draft, name, found)
        return found

    return take


def _taker_of_numbers(name: str, read: Callable[[str], int]) -> Taker:
    def take(draft: Draft, value: str, _setting: Setting) -> str:
        draft.numbers[name] = number = read(value)
        return str(number)

    return take


def _taker_of_factors(name: str) -> Taker:
    def take(draft: Draft, value: str, _setting: Setting) -> str:
        draft.factors[name] = factor = decimal(value)
        return format(factor, ".15g")

    return take


def _taker_of_texts(name: str) -> Taker:
    def take(draft: Draft, value: str, _setting: Setting) -> str:
        draft.texts[name] = value
        return value

    return take


def _peers(value: str) -> int:
    number = whole(value)
    return 0 if number >= _TOO_MANY else number


_WHOLE: dict[str, Callable[[str], int]] = {
    **dict.fromkeys(("files", "grabs", "year", "minimumseedtime"), whole),
    **dict.fromkeys(("seeders", "leechers"), _peers),
    **dict.fromkeys(("imdb", "imdbid", "tmdbid", "rageid", "tvdbid", "tvmazeid", "traktid", "doubanid"), first_number),
}
_DECIMAL = frozenset(("downloadvolumefactor", "uploadvolumefactor", "minimumratio"))
_TEXTS = frozenset(("author", "booktitle", "publisher", "artist", "album", "label", "track"))


def _take_download(draft: Draft, value: str, setting: Setting) -> str:
    if not value.strip():
        return ""
    if value[:7].lower() == "magnet:":
        draft.magnet = value
    else:
        draft.download = value = absolute(setting.base_url, value)
    return value


def _take_magnet(draft: Draft, value: str, setting: Setting) -> str:
    if value and value[:8].lower() != "magnet:?":
        value = absolute(setting.base_url, value)  # a page of the site that leads to one
        draft.download = draft.download or value
    else:
        draft.magnet = value or draft.magnet
    return value


def _take_infohash(draft: Draft, value: str, _setting: Setting) -> str:
    draft.infohash = value or draft.infohash
    return value


def _take_details(draft: Draft, value: str, setting: Setting) -> str:
    draft.details = absolute(setting.base_url, value)
    return draft.details


def _take_comments(draft: Draft, value: str, setting: Setting) -> str:
    draft.texts["comments"] = found = absolute(setting.base_url, value)
    return found


def _take_poster(draft: Draft, value: str, setting: Setting) -> str:
    if not value.strip():
        return ""
    draft.texts["coverurl"] = found = absolute(setting.base_url, value)
    return found


def _taker_of_categories(read: Callable[[str, Setting], tuple[int, ...]], *, replaces: bool) -> Taker:
    def take(draft: Draft, value: str, setting: Setting) -> str:
        found = read(value, setting)
        before = () if replaces and found else draft.categories or ()
        draft.categories = list(dict.fromkeys([*before, *found]))
        return ", ".join(map(str, draft.categories))

    return take


def _by_id(value: str, setting: Setting) -> tuple[int, ...]:
    found = setting.shelves.get(value)
    if found is None:
        found = setting.shelves[value] = categories_of_id(setting.mappings, value)
    return found


def _by_description(value: str, setting: Setting) -> tuple[int, ...]:
    return categories_of_description(setting.mappings, value)


_CATEGORIES = {"category": _by_id, "categorydesc": _by_description}


def _take_size(draft: Draft, value: str, _setting: Setting) -> str:
    draft.size = size(value)
    return str(draft.size)


def _take_date(draft: Draft, value: str, setting: Setting) -> str:
    draft.published = from_unknown(value, setting.now)
    return rfc1123(draft.published)


def _take_genre(draft: Draft, value: str, _setting: Setting) -> str:
    told = [genre for genre in draft.texts.get("genre", "").split(", ") if genre]
    new = [word.replace("_", " ") for word in _GENRES.split(value[:2000]) if word]
    draft.texts["genre"] = found = ", ".join(list(dict.fromkeys(told + new))[:_MOST_GENRES])
    return found


_TAKERS: dict[str, Taker] = {
    "download": _take_download,
    "magnet": _take_magnet,
    "infohash": _take_infohash,
    "details": _take_details,
    "comments": _take_comments,
    "poster": _take_poster,
    "size": _take_size,
    "date": _take_date,
    "genre": _take_genre,
}


def absolute(base: str, link: str) -> str:
    """The link as a whole address; what an address may not hold is escaped. Raises ValueError for other schemes."""
    link = link.strip()
    if _WHOLE_LINK.fullmatch(link):
        return link
    if _PLAIN.fullmatch(link):
        return (_origin(base) if link[0] == "/" else _folder(base)) + link
    found = quote(resolve(base, link), safe=_URL_SIGNS)
    if urlsplit(found).scheme not in ("http", "https"):
        raise ValueError("it is no link to a site")
    return found


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    return urljoin(base, "/").removesuffix("/")


@lru_cache(maxsize=256)
def _folder(base: str) -> str:
    return urljoin(base, ".")
