"""The field sorts releases by numbers: 2000 are movies, 5040 is television in high definition."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

CUSTOM = 100_000  # an indexer's own categories begin here

_PARENTS: tuple[tuple[int, str, str], ...] = (
    (0, "Other", "10 Misc, 20 Hashed"),
    (
        1000,
        "Console",
        "1010 NDS, 1020 PSP, 1030 Wii, 1040 XBox, 1050 XBox 360, 1060 Wiiware, 1070 XBox 360 DLC, 1080 PS3, "
        "1090 Other, 1110 3DS, 1120 PS Vita, 1130 WiiU, 1140 XBox One, 1180 PS4",
    ),
    (
        2000,
        "Movies",
        "2010 Foreign, 2020 Other, 2030 SD, 2040 HD, 2045 UHD, 2050 BluRay, 2060 3D, 2070 DVD, 2080 WEB-DL, 2090 x265",
    ),
    (3000, "Audio", "3010 MP3, 3020 Video, 3030 Audiobook, 3040 Lossless, 3050 Other, 3060 Foreign"),
    (
        4000,
        "PC",
        "4010 0day, 4020 ISO, 4030 Mac, 4040 Mobile-Other, 4050 Games, 4060 Mobile-iOS, 4070 Mobile-Android",
    ),
    (
        5000,
        "TV",
        "5010 WEB-DL, 5020 Foreign, 5030 SD, 5040 HD, 5045 UHD, 5050 Other, 5060 Sport, 5070 Anime, 5080 Documentary, "
        "5090 x265",
    ),
    (
        6000,
        "XXX",
        "6010 DVD, 6020 WMV, 6030 XviD, 6040 x264, 6045 UHD, 6050 Pack, 6060 ImageSet, 6070 Other, 6080 SD, "
        "6090 WEB-DL",
    ),
    (7000, "Books", "7010 Mags, 7020 EBook, 7030 Comics, 7040 Technical, 7050 Other, 7060 Foreign"),
    (8000, "Other", "8010 Misc, 8020 Hashed"),
)


class Standard(NamedTuple):
    """A standard category: its full name (`Movies/HD`), and the number of the one above it (None at the top)."""

    id: int
    name: str
    parent: int | None


def _standard() -> dict[int, Standard]:
    found: dict[int, Standard] = {}
    for number, name, children in _PARENTS:
        found[number] = Standard(number, name, None)
        for child in children.split(", "):
            id_, _, short = child.partition(" ")
            found[int(id_)] = Standard(int(id_), f"{name}/{short}", number)
    return found


STANDARD: dict[int, Standard] = _standard()
# `Other` is said of 8000 and what is below it; 0, 10 and 20 are what an indexer says that knows no better.
_BY_NAME = {one.name.casefold(): one.id for one in STANDARD.values()}


def category_named(name: str) -> int | None:
    """The number of `Movies/HD`; None for a name that the field does not know."""
    return _BY_NAME.get(name.strip().casefold())


def name_of(category: int) -> str:
    """`Movies/HD`; the number itself where it has no name."""
    return STANDARD[category].name if category in STANDARD else str(category)


def parent_of(category: int) -> int | None:
    """The category above a standard one; None for one at the top and for an indexer's own."""
    return STANDARD[category].parent if category in STANDARD else None


def with_children(categories: Iterable[int]) -> frozenset[int]:
    """The categories, and all standard ones below them."""
    told = frozenset(categories)
    return told | {one.id for one in STANDARD.values() if one.parent in told}


def custom_category(tracker_id: str) -> int:
    """The number of a tracker's own category: 100,000 and its id, or two bytes of a digest where that is a word."""
    if tracker_id.isascii() and tracker_id.isdigit() and len(tracker_id) < 8:
        return CUSTOM + int(tracker_id)
    return CUSTOM + int.from_bytes(hashlib.sha1(tracker_id.encode()).digest()[:2], "little")  # noqa: S324 - no secret
