"""The attributes that a filter may ask for, and what a release tells of each.

| attribute | meaning |
|---|---|
| `size<8GB` | kB MB GB TB (thousands), KiB MiB GiB TiB |
| `age<30d` | since it was published: m(inutes) h d w mo y |
| `seeders>=5` `leechers` `peers` `grabs` `files` `priority` | counts |
| `year:2021` `season:1` `episode:2` | by its name |
| `resolution:1080p` `resolution>=1080p` | lines, by its name |
| `source:webdl` | cam telesync telecine workprint dvd tv webrip webdl bluray |
| `quality:WEBDL-1080p` | by its name |
| `language:German` `subs:English` | as told by name or indexer; codes as `de` too |
| `group:GRP` `title:"Tin Comet"` `indexer:Name` `genre:Comedy` | equal but for capitals |
| `category:2040` `category:Movies/HD` | it and all below it |
| `protocol:torrent` | or usenet |
| `is:freeleech` | halfleech neutralleech doubleupload internal exclusive scene pack proper repack remux disc |
"""

from collections.abc import Callable, Mapping

from matinee.kernel.errors import Refused
from matinee.media.categories import category_named, with_children
from matinee.media.language import find_language
from matinee.media.parse import clean_title
from matinee.media.quality import LADDER, Source
from matinee.media.release import Protocol
from matinee.pipeline.search.filter_look import NO_WORD, Look, Test, nearest
from matinee.pipeline.search.filter_numbers import NUMBERS, count, number_test


def attribute_test(name: str, sign: str, value: str) -> Test:
    """What `name sign value` asks of a release. Refused, with the cure, for what cannot be asked."""
    if not value:
        raise Refused(f"behind '{name}{sign}' a value is missing; a name with a colon is written in quotes")
    if name in NUMBERS:
        return number_test(name, sign, value)
    if name not in _TEXTS:
        raise Refused(f"there is no attribute '{name}'{nearest(name, (*NUMBERS, *_TEXTS))}")
    if sign not in (":", "="):
        raise Refused(f"'{name}' is not a number: write {name}:{value}")
    return _TEXTS[name](value.strip())


def _equal(read: Callable[[Look], str | None]) -> Callable[[str], Test]:
    def made(value: str) -> Test:
        wanted = value.casefold()
        return lambda look: (read(look) or "").casefold() == wanted

    return made


def _title(value: str) -> Test:
    wanted = clean_title(value)
    return lambda look: any(clean_title(told) == wanted for told in (look.name.title, *look.name.titles) if told)


def _episode(value: str) -> Test:
    wanted = int(count("episode", value))
    return lambda look: wanted in look.name.episodes or wanted in look.name.absolute


def _category(value: str) -> Test:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else category_named(value)
    if number is None:
        raise Refused(f"'{value}' is no category: write one like 2040 or Movies/HD")
    wanted = with_children([number])
    return lambda look: not wanted.isdisjoint(look.release.categories)


def _source(value: str) -> Test:
    wanted = NO_WORD.sub("", value.casefold())
    wanted = {"hdtv": "tv", "web": "webdl", "bdrip": "bluray", "ts": "telesync"}.get(wanted, wanted)
    if wanted not in set(Source):
        raise Refused(f"'{value}' is no source{nearest(wanted, [str(one) for one in Source])}")
    return lambda look: look.name.quality.source == wanted


def _quality(value: str) -> Test:
    names = {quality.name.casefold(): quality.name for quality in LADDER}
    wanted = names.get(value.casefold())
    if wanted is None:
        raise Refused(f"'{value}' is no quality{nearest(value, list(names.values()))}")
    return lambda look: look.name.quality.name == wanted


def _language(value: str) -> Test:
    wanted = _language_named(value)
    return lambda look: wanted in look.name.languages or _speaks(look.told("language"), wanted)


def _subs(value: str) -> Test:
    wanted = _language_named(value)
    return lambda look: _speaks(look.told("subs"), wanted)


def _language_named(value: str) -> str:
    found = find_language(value)
    if found is None:
        raise Refused(f"'{value}' is no language: write one like German or de")
    return found.name


def _speaks(told: list[str], wanted: str) -> bool:
    return any((found := find_language(one)) is not None and found.name == wanted for one in told)


def _genre(value: str) -> Test:
    wanted = value.casefold()
    return lambda look: wanted in [one.casefold() for one in look.told("genre")]


def _protocol(value: str) -> Test:
    if value.casefold() not in set(Protocol):
        raise Refused(f"'{value}' is no protocol: write torrent or usenet")
    return lambda look: look.release.protocol == value.casefold()


_IS: Mapping[str, Test] = {
    "freeleech": lambda look: "freeleech" in look.release.flags or look.release.download_factor == 0,
    "halfleech": lambda look: "halfleech" in look.release.flags or look.release.download_factor == 0.5,
    "neutralleech": lambda look: "neutralleech" in look.release.flags or look.release.upload_factor == 0,
    "doubleupload": lambda look: "doubleupload" in look.release.flags or look.release.upload_factor == 2,
    "internal": lambda look: "internal" in look.release.flags,
    "exclusive": lambda look: "exclusive" in look.release.flags,
    "scene": lambda look: "scene" in look.release.flags,
    "pack": lambda look: look.name.is_season_pack or look.name.is_multi_season,
    "proper": lambda look: look.name.revision.version > 1 and not look.name.is_repack,
    "repack": lambda look: look.name.is_repack,
    "remux": lambda look: look.name.quality.modifier == "remux",
    "disc": lambda look: look.name.is_disc or look.name.quality.modifier == "brdisk",
}


def _is(value: str) -> Test:
    test = _IS.get(value.casefold())
    if test is None:
        raise Refused(f"nothing is '{value}'{nearest(value, list(_IS))}")
    return test


_TEXTS: Mapping[str, Callable[[str], Test]] = {
    "indexer": _equal(lambda look: look.release.indexer),
    "group": _equal(lambda look: look.name.group),
    "title": _title,
    "episode": _episode,
    "category": _category,
    "source": _source,
    "quality": _quality,
    "language": _language,
    "subs": _subs,
    "genre": _genre,
    "protocol": _protocol,
    "is": _is,
}
