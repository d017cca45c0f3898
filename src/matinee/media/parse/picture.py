"""The picture's quality stands in a name as a source (BluRay, WEB-DL, HDTV …) and a number of lines (1080p)."""

from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.disc import is_untouched, names_a_disc
from matinee.media.parse.sights import Sights, Told, is_label, look
from matinee.media.parse.sources import (
    AMBIGUOUS,
    CODECS,
    DVD_DISCS,
    FILMED,
    OLD_CODINGS,
    REGIONS,
    REMUXES,
    SCREENERS,
    SMALL_RIPS,
    SOURCES,
)
from matinee.media.parse.suffixes import PICTURES_BY_SUFFIX
from matinee.media.parse.words import Word
from matinee.media.quality import UNKNOWN, Quality, Source, nearest
from matinee.media.title import Kind

__all__ = ["AMBIGUOUS", "CODECS", "SOURCES", "Picture", "Sights", "look", "read_picture"]

_TELEVISION_CODINGS = frozenset({"x264", "h264", "xvid", "divx"})


class Picture(NamedTuple):
    """The quality, the number of lines stated (0 when none), and whether name or file suffix told them."""

    quality: Quality = UNKNOWN
    resolution: int = 0
    is_disc: bool = False
    source_from: str = "unknown"
    resolution_from: str = "unknown"


def read_picture(
    sights: Sights, words: Sequence[Word], start: int, end: int, *, suffix: str = "", kind: Kind | None = None
) -> Picture:
    """The rung of the ladder: read from what follows the title, else from unmistakable words anywhere.

    `start` and `end` are the title's first word and the one after it; `suffix` is the file's, as in `.mkv`.
    """
    told = _sources_told(sights, start, end)
    behind = frozenset([word.text for word in words[end:]])
    source, resolution = _source(told, words, kind), sights.resolution
    stated = "name" if resolution else "unknown"
    if source in (None, Source.BLURAY) and is_untouched(sights, behind, words, suffix):
        return Picture(_on_disc(resolution, kind), resolution, True, "name", stated)
    modifier = _modifier(source, told, sights, behind, kind)
    if source is None and modifier:
        source = Source.BLURAY
    is_disc = names_a_disc(sights, behind, words, suffix)
    if source is None:
        return _without_source(sights, words, resolution, suffix, is_disc=is_disc)
    lines = 1080 if modifier == "rawhd" else resolution or _usual_lines(source, modifier, told, sights, words)
    return Picture(nearest(source, lines, modifier), resolution, is_disc, "name", stated)


def _sources_told(sights: Sights, start: int, end: int) -> list[Told]:
    """What the name tells behind its title; if nothing, what can't be meant as a title's word."""
    told = [one for one in sights.sources if one.at >= end]
    return told or [one for one in sights.sources if start < one.at < end and one.phrase not in AMBIGUOUS]


def _source(told: Sequence[Told], words: Sequence[Word], kind: Kind | None) -> Source | None:
    """A camera in the cinema is never outdone by a nicer word; otherwise the first source counts.

    An episode's title (`The.Web.720p.HDTV`) or a group's name (`BluRay-TS`) may hold a word of two meanings.
    """
    firm = [one for one in told if one.phrase not in AMBIGUOUS or _means_a_camera(one, words, kind)]
    counted = firm or told
    for one in counted:
        if one.source in FILMED:
            return one.source
    return counted[0].source if counted else None


def _means_a_camera(told: Told, words: Sequence[Word], kind: Kind | None) -> bool:
    is_a_name = told.at == len(words) - 1 and words[told.at].gap == "-"
    return told.source in FILMED and kind is not Kind.SERIES and not is_a_name


def _on_disc(resolution: int, kind: Kind | None) -> Quality:
    """Series have no rung for a disc: it counts as what could be made of it."""
    return nearest(Source.BLURAY, resolution or 1080) if kind is Kind.SERIES else nearest(Source.BLURAY, 1080, "brdisk")


def _modifier(
    source: Source | None, told: Sequence[Told], sights: Sights, behind: frozenset[str], kind: Kind | None
) -> str:
    """What is special about the source: a remux, a disc of old, a screener, an uncut broadcast."""
    if source in (None, Source.BLURAY) and behind & REMUXES:
        return "remux"
    if source is not Source.TV and source is not Source.DVD:
        return ""
    phrases = {one.phrase for one in told}
    if source is Source.TV and phrases & {"raw-hd", "rawhd"}:
        return "rawhd"
    if source is Source.TV and "mpeg2" in sights.codings and phrases & {"hdtv", "hd-tv"} and sights.resolution != 480:
        return "rawhd"
    return _dvd_modifier(phrases, behind) if source is Source.DVD and kind is not Kind.SERIES else ""


def _dvd_modifier(phrases: set[str], behind: frozenset[str]) -> str:
    if phrases & SCREENERS:
        return "screener"
    if phrases & REGIONS:
        return "regional"
    return "remux" if phrases & DVD_DISCS or behind & REMUXES else ""


def _usual_lines(source: Source, modifier: str, told: Sequence[Told], sights: Sights, words: Sequence[Word]) -> int:
    """What a source without a number usually is."""
    phrases = {one.phrase for one in told}
    if source is Source.BLURAY:
        is_small = sights.codings & OLD_CODINGS or phrases & SMALL_RIPS
        return 1080 if modifier else 480 if is_small else 720
    if source is Source.TV and ("hd-tv" in phrases or "hr" in sights.words):
        return 720  # `HR.WS.PDTV`: more lines than the old television had
    is_labelled = source in (Source.TV, Source.WEBDL) and any(
        is_label(words, one) for one in told if one.source is source and one.phrase not in ("sdtv", "sd-tv")
    )
    return 720 if is_labelled else 480


def _without_source(sights: Sights, words: Sequence[Word], resolution: int, suffix: str, *, is_disc: bool) -> Picture:
    """Lines alone are taken for television, the humblest source that has them; else the file's suffix may tell."""
    stated = "name" if resolution else "unknown"
    if any(words[at].text == "540p" for at, _ in sights.lines):  # only streaming services show so many
        return Picture(nearest(Source.WEBDL, resolution), resolution, is_disc, "name", stated)
    if not resolution and sights.codings & _TELEVISION_CODINGS:
        return Picture(nearest(Source.TV, 480), 0, is_disc, "name", stated)
    source, lines = PICTURES_BY_SUFFIX.get(suffix, (None, 0))
    if source is None:
        return Picture(
            nearest(Source.TV, resolution) if resolution else UNKNOWN, resolution, is_disc, "unknown", stated
        )
    quality = nearest(Source.TV if resolution else source, resolution or lines)
    return Picture(quality, resolution, is_disc, "extension", stated if resolution else "extension")
