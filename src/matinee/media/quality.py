"""Quality is where a picture comes from and how fine it is, ordered from worst to best."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where the picture was taken from, in rising order of trust."""

    UNKNOWN = "unknown"
    CAM = "cam"
    TELESYNC = "telesync"
    TELECINE = "telecine"
    WORKPRINT = "workprint"
    DVD = "dvd"
    TV = "tv"
    WEBRIP = "webrip"
    WEBDL = "webdl"
    BLURAY = "bluray"


@dataclass(frozen=True, slots=True)
class Quality:
    """One rung of the ladder; `resolution` is the number of lines, 0 when unknown."""

    name: str
    source: Source
    resolution: int
    modifier: str = ""


UNKNOWN = Quality("Unknown", Source.UNKNOWN, 0)

LADDER: tuple[Quality, ...] = (
    UNKNOWN,
    Quality("WORKPRINT", Source.WORKPRINT, 0),
    Quality("CAM", Source.CAM, 0),
    Quality("TELESYNC", Source.TELESYNC, 0),
    Quality("TELECINE", Source.TELECINE, 0),
    Quality("REGIONAL", Source.DVD, 480, "regional"),
    Quality("DVDSCR", Source.DVD, 480, "screener"),
    Quality("SDTV", Source.TV, 480),
    Quality("DVD", Source.DVD, 480),
    Quality("DVD-R", Source.DVD, 480, "remux"),
    Quality("WEBRip-480p", Source.WEBRIP, 480),
    Quality("WEBDL-480p", Source.WEBDL, 480),
    Quality("Bluray-480p", Source.BLURAY, 480),
    Quality("Bluray-576p", Source.BLURAY, 576),
    Quality("HDTV-720p", Source.TV, 720),
    Quality("WEBRip-720p", Source.WEBRIP, 720),
    Quality("WEBDL-720p", Source.WEBDL, 720),
    Quality("Bluray-720p", Source.BLURAY, 720),
    Quality("HDTV-1080p", Source.TV, 1080),
    Quality("WEBRip-1080p", Source.WEBRIP, 1080),
    Quality("WEBDL-1080p", Source.WEBDL, 1080),
    Quality("Bluray-1080p", Source.BLURAY, 1080),
    Quality("Remux-1080p", Source.BLURAY, 1080, "remux"),
    Quality("HDTV-2160p", Source.TV, 2160),
    Quality("WEBRip-2160p", Source.WEBRIP, 2160),
    Quality("WEBDL-2160p", Source.WEBDL, 2160),
    Quality("Bluray-2160p", Source.BLURAY, 2160),
    Quality("Remux-2160p", Source.BLURAY, 2160, "remux"),
    Quality("BR-DISK", Source.BLURAY, 1080, "brdisk"),
    Quality("Raw-HD", Source.TV, 1080, "rawhd"),
)
UNTOUCHED = frozenset({"BR-DISK", "DVD-R", "Raw-HD"})  # as the disc or the broadcast held it: no film file yet

_RUNG = {quality.name: rung for rung, quality in enumerate(LADDER)}


def rung(name: str) -> int:
    """The place of a quality on the ladder, worst 0; KeyError for a name that is none."""
    return _RUNG[name]


_BY_FACTS = {(quality.source, quality.resolution, quality.modifier): quality for quality in LADDER}
_LINES = tuple(sorted({quality.resolution for quality in LADDER}, reverse=True))
# Films are wider than the screen: 1920x800 is as fine as 1920x1080. Columns or lines that make a resolution.
_FRAMES = ((3000, 2000, 2160), (1800, 1000, 1080), (1200, 700, 720), (1000, 560, 576), (200, 150, 480))


def nearest(source: Source, resolution: int, modifier: str = "") -> Quality:
    """The rung itself, or the nearest below that exists: a 576p web rip counts as 480p, a 720p remux as Bluray."""
    if exact := _BY_FACTS.get((source, resolution, modifier)):
        return exact
    for kind in dict.fromkeys((modifier, "")):
        for lines in _LINES:
            if lines <= resolution and (quality := _BY_FACTS.get((source, lines, kind))):
                return quality
    return _BY_FACTS.get((source, 480 if source is Source.DVD else 0, ""), UNKNOWN)


def lines_of_frame(width: int, height: int) -> int:
    """The lines of a picture by its size in pixels, as qualities count them; 0 for no picture."""
    return next((lines for columns, rows, lines in _FRAMES if width >= columns or height >= rows), 0)


def as_probed(quality: Quality, lines: int) -> Quality:
    """The quality of a file that turned out to have so many lines: its source is believed, its number is not."""
    is_fixed = quality.name in UNTOUCHED or quality.source in _WITHOUT_LINES
    if not lines or is_fixed or quality.resolution == lines:
        return quality
    return nearest(Source.TV if quality is UNKNOWN else quality.source, lines, quality.modifier)


_WITHOUT_LINES = frozenset({Source.CAM, Source.TELESYNC, Source.TELECINE, Source.WORKPRINT, Source.DVD})
_SERIES_WORDS: dict[tuple[Source, str], str] = {
    (Source.TV, ""): "television",
    (Source.TV, "rawhd"): "televisionraw",
    (Source.WEBDL, ""): "web",
    (Source.BLURAY, "remux"): "blurayraw",
    **{(source, ""): "unknown" for source in (Source.CAM, Source.TELESYNC, Source.TELECINE, Source.WORKPRINT)},
}
# Those who manage series know no discs, and nothing that was filmed in a cinema.
_SERIES_NAMES: dict[str, str] = {
    "Remux-1080p": "Bluray-1080p Remux",
    "Remux-2160p": "Bluray-2160p Remux",
    "BR-DISK": "Bluray-1080p",
    **dict.fromkeys(("REGIONAL", "DVDSCR", "DVD-R"), "DVD"),
    **dict.fromkeys(("WORKPRINT", "CAM", "TELESYNC", "TELECINE"), "Unknown"),
}


def name_in(quality: Quality, *, of_series: bool) -> str:
    """What a quality is called by those who manage movies, or series."""
    return _SERIES_NAMES.get(quality.name, quality.name) if of_series else quality.name


def resolution_in(quality: Quality, *, of_series: bool) -> int:
    """The lines of a quality as they are counted there: a DVD has none in particular among movies."""
    return 0 if quality.name == "DVD" and not of_series else quality.resolution


def source_in(quality: Quality, *, of_series: bool) -> str:
    """What its source is called by those who manage movies, or series."""
    if not of_series:
        return str(quality.source)
    return _SERIES_WORDS.get((quality.source, quality.modifier), str(quality.source))


@dataclass(frozen=True, order=True, slots=True)
class Revision:
    """A proper or repack corrects an earlier upload: a higher version wins."""

    version: int = 1
    real: int = 0
