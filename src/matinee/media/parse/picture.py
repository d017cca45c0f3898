"""The picture's quality stands in a name as a source (BluRay, WEB-DL, HDTV …) and a number of lines (1080p)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matinee.media.parse.words import Word
from matinee.media.quality import LADDER, UNKNOWN, Quality, Source
from matinee.media.title import Kind

SOURCES: dict[str, Source] = {
    phrase: source
    for source, phrases in {
        Source.CAM: "cam camrip hdcam hd-cam hqcam newcam",
        Source.TELESYNC: "ts telesync telesynch hdts hd-ts tsrip pdvd predvd predvdrip",
        Source.TELECINE: "tc telecine hdtc hd-tc",
        Source.WORKPRINT: "workprint wp",
        Source.DVD: "dvd dvdrip dvd-rip dvd5 dvd9 dvdr dvd-r mdvdr xvidvd dvdscr dvd-scr screener scr regional",
        Source.TV: "hdtv hd-tv pdtv sdtv sd-tv dsr dsrip tvrip tv-rip hdtvrip satrip dvb dvbrip raw-hd rawhd",
        Source.WEBRIP: "webrip web-rip webmux webcap web-cap",
        Source.WEBDL: "web web-dl webdl webhd web-hd amazonhd netflixhd netflixuhd disneyhd ituneshd hbomaxhd",
        Source.BLURAY: "bluray blu-ray mbluray bdrip brrip bd-rip br-rip bd bdlight bdmux bdremux bdiso bd25 bd-25 "
        "bd50 bd-50 bd66 bd-66 bd100 bd-100 br-disk bd-disk uhdbd uhd2bd uhdbdrip uhdremux hddvd hddvdrip hd-dvd",
    }.items()
    for phrase in phrases.split()
}
# Words of a language as well: they count behind the title only.
AMBIGUOUS = frozenset({"web", "cam", "ts", "tc", "wp", "bd", "dvd", "dvd-r", "scr", "regional", "screener"})
CODECS = frozenset({"x264", "x265", "h264", "h265", "hevc", "avc", "xvid", "divx", "av1", "vc1", "mpeg2"})
WEB_GROUPS = frozenset({"horriblesubs", "subsplease", "erai"})  # they record what the streaming services show

_REMUXES = frozenset({"remux", "bdremux", "uhdremux"})
_NEVER_IN_TITLES = CODECS | _REMUXES | {"4k", "repack", "rerip"}
_FILMED = frozenset({Source.CAM, Source.TELESYNC, Source.TELECINE, Source.WORKPRINT})
_DISC_PHRASES = frozenset(
    {"bdiso", "bd25", "bd-25", "bd50", "bd-50", "bd66", "bd-66", "bd100", "bd-100", "br-disk", "bd-disk"}
)
_DVD_WORDS = frozenset({"dvd5", "dvd9", "dvdr", "mdvdr", "iso", "fulldisc"})
_DVD_DISCS = frozenset({"dvd5", "dvd9", "dvdr", "dvd-r", "mdvdr"})
_SCREENERS = frozenset({"dvdscr", "dvd-scr", "screener", "scr"})
_UHD = frozenset({"4k", "uhd", "uhdbd", "uhdremux", "uhdbdrip"})
_ENCODED = frozenset({"x264", "x265", "h264", "h265", "xvid", "divx", "av1"})
_STRAIGHT_FROM_DISC = frozenset({"avc", "vc1", "vc", "mpeg2"})  # how a disc itself is coded; an encode says x264
_STATED = {"360": 480, "480": 480, "540": 480, "576": 576, "720": 720, "1080": 1080, "1440": 1440, "2160": 2160}
_LINES = {f"{told}{scan}": lines for scan in "pi" for told, lines in _STATED.items()}
_FRAME = re.compile(r"[0-9]{3,4}x([0-9]{3,4})")
_BY_FACTS = {(q.source, q.resolution, q.modifier): q for q in LADDER}
# What a kind of file holds when its name says nothing.
_BY_SUFFIX: dict[str, tuple[Source, int]] = {
    **dict.fromkeys((".mkv", ".mk3d", ".ts", ".wtv"), (Source.TV, 720)),
    **dict.fromkeys((".iso", ".img", ".vob", ".ifo"), (Source.DVD, 480)),
    **dict.fromkeys(
        (
            ".avi",
            ".divx",
            ".xvid",
            ".mp4",
            ".m4v",
            ".mov",
            ".mpg",
            ".mpeg",
            ".wmv",
            ".asf",
            ".flv",
            ".3gp",
            ".rmvb",
            ".m2v",
        ),
        (Source.TV, 480),
    ),
    ".m2ts": (Source.BLURAY, 720),
}


def _by_first_word() -> dict[str, dict[str, tuple[str, Source]]]:
    """`web` leads to `web` alone, to `web-dl` and to `web-rip`, by the word behind it."""
    found: dict[str, dict[str, tuple[str, Source]]] = {}
    for phrase, source in SOURCES.items():
        first, _, second = phrase.partition("-")
        found.setdefault(first, {})[second] = (phrase, source)
    return found


_FIRST_WORDS = _by_first_word()


@dataclass(frozen=True, slots=True)
class Picture:
    """The quality, the number of lines stated (0 when none), and whether name or file suffix told them."""

    quality: Quality = UNKNOWN
    resolution: int = 0
    is_disc: bool = False
    source_from: str = "unknown"
    resolution_from: str = "unknown"


@dataclass(frozen=True, slots=True)
class Sights:
    """All that a name says of its picture: sources and lines by the word they stand at, and every word."""

    sources: tuple[tuple[int, str, Source], ...]
    lines: tuple[tuple[int, int], ...]
    words: frozenset[str]
    plain: tuple[int, ...]

    def first_after(self, start: int, words: Sequence[Word]) -> int:
        """Where talk of the picture begins, at the latest where the title ends; the count of words when nowhere."""
        found = [at for at, _ in self.lines if at > start]
        found += [at for at in self.plain if at > start]
        found += [at for at, told, _ in self.sources if at > start and (told not in AMBIGUOUS or _opens(words[at]))]
        return min(found, default=len(words))


def look(words: Sequence[Word]) -> Sights:
    """One walk over the words."""
    sources: list[tuple[int, str, Source]] = []
    lines: list[tuple[int, int]] = []
    plain: list[int] = []
    skipped = -1
    for at, word in enumerate(words):
        text = word.text
        if text in _FIRST_WORDS and at != skipped:
            after = words[at + 1].text if at + 1 < len(words) else ""
            endings = _FIRST_WORDS[text]
            told = endings.get(after) or endings.get("")
            if told:
                sources.append((at, *told))
                skipped = at + 1 if after and after in endings else -1
        if text[0].isdigit() and (stated := _LINES.get(text) or _framed(text)):
            lines.append((at, stated))
        elif text in _NEVER_IN_TITLES:
            plain.append(at)
    return Sights(tuple(sources), tuple(lines), frozenset([word.text for word in words]), tuple(plain))


def read_picture(
    sights: Sights, words: Sequence[Word], start: int, end: int, *, suffix: str = "", kind: Kind | None = None
) -> Picture:
    """The rung of the ladder: read from what follows the title, else from unmistakable words anywhere.

    `start` and `end` are the title's first word and the one after it; `suffix` is the file's, as in `.mkv`.
    """
    told = [one for one in sights.sources if one[0] >= end]
    early = [one for one in sights.sources if start < one[0] < end and one[1] not in AMBIGUOUS]
    source = _source(told) or _source(early)
    resolution = _resolution(sights, start)
    later = sights.words if not start else frozenset([word.text for word in words[start:]])
    if is_untouched(sights, words, suffix) and (source is None or source is Source.BLURAY):
        quality = _BY_FACTS[Source.BLURAY, 1080, "brdisk"] if kind is not Kind.SERIES else _on_disc(resolution)
        return Picture(quality, resolution, True, "name", "name" if resolution else "unknown")
    modifier = _modifier(source, told, later, kind)
    if modifier == "remux" and source is None:
        source = Source.BLURAY
    if source is None:
        return _without_source(sights, words, start, resolution, suffix)
    lines = resolution or _usual_lines(source, modifier, sights, words, end)
    quality = _nearest(source, lines, modifier)
    is_disc = names_a_disc(later, words, suffix)
    return Picture(quality, resolution, is_disc, "name", "name" if resolution else "unknown")


def names_a_disc(later: frozenset[str], words: Sequence[Word], suffix: str) -> bool:
    """Whether the name is that of a disc of old, which is no film file yet: an image, or menus and parts."""
    if suffix in (".iso", ".img") or later & _DVD_WORDS:
        return True
    if "dvd" not in later and "video" not in later:
        return False
    return any(word.text in ("dvd", "video") and after.text in ("r", "ts") for word, after in pairwise(words))


def is_untouched(sights: Sights, words: Sequence[Word], suffix: str) -> bool:
    """Whether a Blu-ray lies there as it was pressed: an image, its menus, or its own coding without a remux."""
    later = sights.words
    if later & _REMUXES or later & _ENCODED:
        return False
    sources = [told for _, told, source in sights.sources if source is Source.BLURAY]
    if any(told in _DISC_PHRASES for told in sources) or "bdmv" in later:
        return True
    if not sources:
        return False
    if "untouched" in later or suffix in (".iso", ".img") or "iso" in later or _is_complete(sights, words):
        return True
    encoded_anew = any(told in ("bdrip", "brrip", "bd-rip", "br-rip", "bdlight", "bdmux") for told in sources)
    return bool(later & _STRAIGHT_FROM_DISC) and not encoded_anew


def first_technical_word(words: Sequence[Word], start: int) -> int:
    """Where talk of the picture begins, at the latest where the title ends; the count of words when nowhere."""
    return look(words).first_after(start, words)


def read_resolution(words: Sequence[Word]) -> int:
    """The number of lines the name states; 0 when it is silent."""
    return _resolution(look(words), 0)


def read_quality(told: Sequence[Word], whole: Sequence[Word]) -> Quality:
    """The rung of the ladder, by the words behind the title and the whole name."""
    return read_picture(look(whole), whole, 0, len(whole) - len(told)).quality


def _opens(word: Word) -> bool:
    return word.gap[-1:] in ("(", "[")


def _framed(text: str) -> int:
    """`1920x1080`."""
    frame = _FRAME.fullmatch(text)
    return next((lines for lines in (2160, 1080, 720, 576, 480) if frame and int(frame[1]) >= lines), 0)


def _source(found: Sequence[tuple[int, str, Source]]) -> Source | None:
    """A camera in the cinema is never outdone by a nicer word; otherwise the first source counts."""
    return next((s for _, _, s in found if s in _FILMED), found[0][2] if found else None)


def _resolution(sights: Sights, start: int) -> int:
    if sights.lines:
        return sights.lines[-1][1]
    return 2160 if sights.words & _UHD else 1080 if "fhd" in sights.words else 0


def _is_complete(sights: Sights, words: Sequence[Word]) -> bool:
    """`COMPLETE.BLURAY`, `COMPLETE.UHD.BLURAY`, `FULL.DISC`."""
    for at, _, source in sights.sources:
        before = [word.text for word in words[max(0, at - 2) : at]]
        if source is Source.BLURAY and ("complete" in before or before[-2:] == ["full", "uhd"]):
            return True
    return "fulldisc" in sights.words or ("full" in sights.words and "disc" in sights.words)


def _on_disc(resolution: int) -> Quality:
    """Series have no rung for a disc: it counts as what could be made of it."""
    return _nearest(Source.BLURAY, resolution or 1080)


def _modifier(
    source: Source | None, told: Sequence[tuple[int, str, Source]], later: frozenset[str], kind: Kind | None
) -> str:
    """What is special about the source: a remux, a disc of old, a screener, an uncut broadcast."""
    if source in (None, Source.BLURAY) and later & _REMUXES:
        return "remux"
    if source is Source.TV and ("mpeg2" in later or any(one[1] in ("raw-hd", "rawhd") for one in told)):
        return "rawhd"
    if source is Source.DVD and kind is not Kind.SERIES:
        return _dvd_modifier({one[1] for one in told}, later)
    return ""


def _dvd_modifier(told: set[str], later: frozenset[str]) -> str:
    if told & _SCREENERS:
        return "screener"
    if "regional" in told or "r5" in later:
        return "regional"
    return "remux" if told & _DVD_DISCS or later & _REMUXES else ""


def _usual_lines(source: Source, modifier: str, sights: Sights, words: Sequence[Word], end: int) -> int:
    """What a source without a number usually is."""
    later = sights.words
    if source is Source.BLURAY:
        return 1080 if modifier else 480 if later & {"xvid", "divx", "bdrip", "brrip"} else 720
    if source is Source.TV:
        return _usual_lines_of_television(modifier, sights, words, end)
    if source is Source.WEBDL and "mkv" in later and any(_opens(word) for word in words if word.text == "web"):
        return 720  # `[Web][MKV]`: what streaming services showed when nobody named the lines
    return 480


def _usual_lines_of_television(modifier: str, sights: Sights, words: Sequence[Word], end: int) -> int:
    """`[HDTV]` is how HDTV-720p is labelled, while a bare `HDTV` without lines is the old SDTV."""
    if modifier:
        return 1080
    labelled = any(told == "hdtv" and words[at].gap.endswith("[") for at, told, _ in sights.sources)
    spelled = any(told == "hd-tv" and at >= end for at, told, _ in sights.sources)
    return 720 if labelled or spelled or "hr" in sights.words else 480


def _without_source(sights: Sights, words: Sequence[Word], start: int, resolution: int, suffix: str) -> Picture:
    """Lines alone are taken for television, the humblest source that has them; else the file's suffix may tell."""
    stated = "name" if resolution else "unknown"
    first = words[0].text if words and start else ""
    if resolution and first in WEB_GROUPS and any(words[at].text.startswith("540") for at, _ in sights.lines):
        return Picture(_nearest(Source.WEBDL, resolution), resolution, False, "name", stated)
    if not resolution and sights.words & {"x264", "h264", "xvid", "divx"}:
        return Picture(_nearest(Source.TV, 480), 0, False, "name", stated)
    source, lines = _BY_SUFFIX.get(suffix, (None, 0))
    is_disc = names_a_disc(sights.words, words, suffix)
    if source is None:
        quality = _nearest(Source.TV, resolution) if resolution else UNKNOWN
        return Picture(quality, resolution, is_disc, "unknown", stated)
    quality = _nearest(Source.TV if resolution else source, resolution or lines)
    return Picture(quality, resolution, is_disc, "extension", stated if resolution else "extension")


def _nearest(source: Source, resolution: int, modifier: str = "") -> Quality:
    """The rung itself, or the nearest below that exists: a 576p web rip counts as 480p, a 720p remux as Bluray."""
    for kind in dict.fromkeys((modifier, "")):
        for lines in (resolution, 2160, 1080, 720, 576, 480, 0):
            if lines <= resolution and (quality := _BY_FACTS.get((source, lines, kind))):
                return quality
    return _BY_FACTS.get((source, 480 if source is Source.DVD else 0, ""), UNKNOWN)
