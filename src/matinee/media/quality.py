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
    Quality("SDTV", Source.TV, 480),
    Quality("DVD", Source.DVD, 0),
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
)

_RUNG = {quality.name: rung for rung, quality in enumerate(LADDER)}


def rung(name: str) -> int:
    """The place of a quality on the ladder, worst 0; KeyError for a name that is none."""
    return _RUNG[name]


@dataclass(frozen=True, order=True, slots=True)
class Revision:
    """A proper or repack corrects an earlier upload: a higher version wins."""

    version: int = 1
    real: int = 0
