"""What the attributes of a row say: numbers, promises of traffic, catalogue numbers, and all the rest."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

from lxml import etree

from matinee.kernel.redact import redact
from matinee.media.title import ExternalIds
from matinee.products.newznab.document import local_name, number
from matinee.products.newznab.wire import TAGS

LARGEST_KEPT = 2**31 - 1  # what an Integer column holds
MOST_ATTRIBUTES = 100
_LARGEST_NUMBER = 10**18
_LONGEST_TEXT = 2000
_LONGEST_NAME = 50

# Attributes that have a place of their own in a Release.
_PLACED = frozenset(
    {"category", "size", "seeders", "leechers", "peers", "infohash", "magneturl", "minimumratio", "minimumseedtime"}
    | {"downloadvolumefactor", "uploadvolumefactor", "tag", "grabs", "files", "guid", "usenetdate"}
    | {"imdb", "imdbid", "tmdb", "tmdbid", "tvdb", "tvdbid", "tvmazeid", "prematch", "haspretime"}
)

Attributes = Mapping[str, list[str]]


def read_attributes(item: etree._Element) -> Attributes:
    """The `attr` elements of a row, whatever their prefix: values by name in small letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for child in item:
        name, value = child.get("name"), child.get("value")
        if local_name(child) == "attr" and name and value and value.strip():
            found[name.strip().lower()].append(value.strip())
    return found


def first_number(attributes: Attributes, *names: str, largest: int = _LARGEST_NUMBER) -> int | None:
    """The first of the named attributes that is a number within reason."""
    values = (number(value) for name in names for value in attributes.get(name, ()))
    return next((value for value in values if value is not None and value <= largest), None)


def decimal(attributes: Attributes, name: str) -> float | None:
    """The named attribute as a fraction that is not negative; None when it is nothing of the kind."""
    for value in attributes.get(name, ()):
        try:
            read = float(value.replace(",", "."))
        except ValueError:
            continue
        if math.isfinite(read) and 0 <= read <= 1_000_000:
            return read
    return None


def factor(attributes: Attributes, name: str) -> float:
    """How much of the traffic counts; all of it when the indexer does not say."""
    told = decimal(attributes, name)
    return 1.0 if told is None else told


def leechers_of(attributes: Attributes, seeders: int | None) -> int | None:
    """Told directly, or as peers: seeders and leechers together."""
    told, peers = (first_number(attributes, name, largest=LARGEST_KEPT) for name in ("leechers", "peers"))
    if told is not None or peers is None:
        return told
    return max(0, peers - (seeders or 0))


def ids_of(attributes: Attributes) -> ExternalIds:
    """The catalogue numbers that a release has a place for; the others stay attributes."""
    return ExternalIds(
        tmdb=first_number(attributes, "tmdbid", "tmdb", largest=LARGEST_KEPT) or None,
        imdb=_imdb(attributes),
        tvdb=first_number(attributes, "tvdbid", "tvdb", largest=LARGEST_KEPT) or None,
        tvmaze=first_number(attributes, "tvmazeid", largest=LARGEST_KEPT) or None,
    )


def _imdb(attributes: Attributes) -> str | None:
    """`tt` and at least seven digits, however the indexer writes it."""
    for value in (*attributes.get("imdbid", ()), *attributes.get("imdb", ())):
        digits = number(value.lower().removeprefix("tt"))
        if digits and digits < 10**9:
            return f"tt{digits:07}"
    return None


def flags_of(attributes: Attributes, download: float, upload: float) -> Iterator[str]:
    """What the indexer promises: by its tags, by what traffic counts, and by the scene's own lists."""
    tags = {word.strip().lower() for value in attributes.get("tag", ()) for word in value.split(",")}
    yield from tags & TAGS.keys()
    if download == 0:
        yield "freeleech"
    if download == 0.5:
        yield "halfleech"
    if upload == 0:
        yield "neutralleech"
    if upload == 2:
        yield "doubleupload"
    if any(
        value not in ("0", "no", "false") for name in ("prematch", "haspretime") for value in attributes.get(name, ())
    ):
        yield "scene"


def others_of(attributes: Attributes) -> Iterator[tuple[str, str]]:
    """What else is told, by the names in use; nothing endless and no keys."""
    others = [(name, value) for name, values in attributes.items() for value in values if name not in _PLACED]
    tags = [("tag", value) for value in attributes.get("tag", ()) if value.lower() not in TAGS]
    for name, value in (*others, *tags)[:MOST_ATTRIBUTES]:
        if len(name) <= _LONGEST_NAME and len(value) <= _LONGEST_TEXT and value == redact(value):
            yield name, value
