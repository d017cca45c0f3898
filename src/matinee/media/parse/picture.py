"""The picture's quality stands in a name as a source (BluRay, WEB-DL, HDTV …) and a number of lines (1080p)."""

import re
from collections.abc import Iterable, Iterator, Sequence

from matinee.media.parse.words import Word, stands_at
from matinee.media.quality import LADDER, UNKNOWN, Quality, Source

SOURCES: dict[str, Source] = {
    phrase: source
    for source, phrases in {
        Source.CAM: "cam camrip hdcam hd-cam hqcam newcam",
        Source.TELESYNC: "ts telesync telesynch hdts hd-ts tsrip pdvd predvd predvdrip",
        Source.TELECINE: "tc telecine hdtc hd-tc",
        Source.WORKPRINT: "workprint wp",
        Source.DVD: "dvd dvdrip dvd-rip dvd5 dvd9 dvdr dvd-r xvidvd",
        Source.TV: "hdtv hd-tv pdtv sdtv sd-tv dsr dsrip tvrip tv-rip hdtvrip satrip dvbrip",
        Source.WEBRIP: "webrip web-rip webmux webcap web-cap",
        Source.WEBDL: "web web-dl webdl webhd web-hd amazonhd netflixhd netflixuhd disneyhd ituneshd hbomaxhd",
        Source.BLURAY: "bluray blu-ray mbluray bdrip brrip bd-rip br-rip bd bdlight bdmux bdremux "
        "uhdbd uhd2bd uhdbdrip uhdremux hddvd hddvdrip hd-dvd",
    }.items()
    for phrase in phrases.split()
}
AMBIGUOUS = frozenset({"web", "cam", "ts", "tc", "wp", "bd", "dvd", "dvd-r"})  # words of a language as well
CODECS = frozenset({"x264", "x265", "h264", "h265", "hevc", "avc", "xvid", "divx", "av1", "vc1", "mpeg2"})

_SPOKEN = {tuple(phrase.split("-")): (phrase, source) for phrase, source in SOURCES.items()}
_REMUXES = frozenset({"remux", "bdremux", "uhdremux"})
_NEVER_IN_TITLES = CODECS | _REMUXES | {"4k", "repack", "rerip"}
_FILMED = (Source.CAM, Source.TELESYNC, Source.TELECINE, Source.WORKPRINT)
_LINES = re.compile(r"(360|480|540|576|720|1080|2160)[pi]")
_FRAME = re.compile(r"[0-9]{3,4}x([0-9]{3,4})")
_BY_FACTS = {(q.source, q.resolution, q.modifier): q for q in LADDER}


def read_quality(told: Sequence[Word], whole: Sequence[Word]) -> Quality:
    """The rung of the ladder: read from what follows the title, else from unmistakable words anywhere."""
    source = _read_source(told) or _read_source(whole[1:], without=AMBIGUOUS)
    words = {word.text for word in whole[1:]}
    if _REMUXES & words:
        return _nearest(Source.BLURAY, read_resolution(whole) or 1080, "remux")
    if source is None:
        return _without_source(read_resolution(whole), words)
    return _nearest(source, read_resolution(whole) or _usual_lines(source, told, words))


def read_resolution(words: Sequence[Word]) -> int:
    """The number of lines the name states; 0 when it is silent."""
    stated = [lines for word in words if (lines := _lines(word.text))]
    if stated:
        return stated[-1]
    later = {word.text for word in words[1:]}
    return 2160 if later & {"4k", "uhd", "uhdbd", "uhdremux", "uhdbdrip"} else 1080 if "fhd" in later else 0


def first_technical_word(words: Sequence[Word], start: int) -> int:
    """Where talk of the picture begins, at the latest where the title ends; the count of words when nowhere."""
    sources = (at for at, phrase, _ in _sources(words) if phrase not in AMBIGUOUS or words[at].gap[-1:] in ("(", "["))
    others = (at for at, word in enumerate(words) if _lines(word.text) or word.text in _NEVER_IN_TITLES)
    return min((at for at in (*sources, *others) if at > start), default=len(words))


def _read_source(words: Sequence[Word], without: Iterable[str] = ()) -> Source | None:
    """A camera in the cinema is never outdone by a nicer word; otherwise the first source counts."""
    found = [source for _, phrase, source in _sources(words) if phrase not in without]
    return next((source for source in found if source in _FILMED), found[0] if found else None)


def _sources(words: Sequence[Word]) -> Iterator[tuple[int, str, Source]]:
    at = 0
    while at < len(words):
        found = next((len_ for len_ in (2, 1) if _phrase(words, at, len_) in _SPOKEN), 0)
        if found:
            yield (at, *_SPOKEN[_phrase(words, at, found)])
        at += found or 1


def _phrase(words: Sequence[Word], at: int, length: int) -> tuple[str, ...]:
    return tuple(word.text for word in words[at : at + length])


def _lines(text: str) -> int:
    if found := _LINES.fullmatch(text):
        return max(480, int(found[1])) if found[1] != "540" else 480
    frame = _FRAME.fullmatch(text)
    return next((lines for lines in (2160, 1080, 720, 576, 480) if frame and int(frame[1]) >= lines), 0)


def _usual_lines(source: Source, told: Sequence[Word], words: set[str]) -> int:
    """What a source without a number usually is."""
    says_high = any(stands_at(told, at, ("hd", "tv")) or _is_labelled_hdtv(told[at]) for at in range(len(told)))
    if source is Source.BLURAY and not words & {"xvid", "divx", "bdrip", "brrip"}:
        return 720
    return 720 if source is Source.TV and says_high else 480


def _is_labelled_hdtv(word: Word) -> bool:
    """`[HDTV]` is how HDTV-720p is labelled, while a bare `HDTV` without lines is the old SDTV."""
    return word.text == "hdtv" and word.gap.endswith("[")


def _without_source(resolution: int, words: set[str]) -> Quality:
    """Lines alone are taken for television, the humblest source that has them."""
    if resolution:
        return _nearest(Source.TV, resolution)
    return _nearest(Source.TV, 480) if words & {"x264", "h264", "xvid", "divx"} else UNKNOWN


def _nearest(source: Source, resolution: int, modifier: str = "") -> Quality:
    """The rung itself, or the nearest below that exists: a 576p web rip counts as 480p, a 720p remux as Bluray."""
    for kind in dict.fromkeys((modifier, "")):
        for lines in (resolution, 2160, 1080, 720, 576, 480, 0):
            if lines <= resolution and (quality := _BY_FACTS.get((source, lines, kind))):
                return quality
    return UNKNOWN
