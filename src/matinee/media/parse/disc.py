"""A disc as it was pressed is no film file yet: an image, its menus, or a Blu-ray in its own coding."""

from collections.abc import Sequence
from itertools import pairwise

from matinee.media.parse.sights import Sights
from matinee.media.parse.sources import DISC_CODINGS, ENCODES, PRESSED, REMUXES, RIPS
from matinee.media.parse.suffixes import CONTAINERS, IMAGES
from matinee.media.parse.words import Word
from matinee.media.quality import Source

_OF_A_DVD = frozenset({"dvd5", "dvd9", "dvdr", "mdvdr", "iso", "fulldisc"})
_UNTOUCHED = frozenset({"untouched", "iso"})
# No disc holds these sounds and depths: somebody has coded it anew.
_OF_ENCODES = frozenset(
    {"aac", "aac1", "aac2", "aac5", "opus", "opus2", "opus5", "10bit", "8bit", "hi10", "hi10p", "mhd", "mkv", "720p"}
)


def is_untouched(sights: Sights, behind: frozenset[str], words: Sequence[Word], suffix: str) -> bool:
    """Whether a Blu-ray lies there as it was pressed; `behind` are the words behind the title."""
    if behind & REMUXES or sights.codings & ENCODES:
        return False
    phrases = {one.phrase for one in sights.sources if one.source is Source.BLURAY}
    if phrases & PRESSED:
        return True
    if not phrases or suffix in CONTAINERS:
        return False
    if suffix in IMAGES or behind & _UNTOUCHED or _is_complete(sights, behind, words):
        return True
    return _is_coded_as_pressed(sights, behind, phrases)


def names_a_disc(sights: Sights, behind: frozenset[str], words: Sequence[Word], suffix: str) -> bool:
    """Whether the name is that of a disc of old: an image, or menus and parts."""
    if suffix in IMAGES:
        return True
    is_named = not sights.words.isdisjoint(_OF_A_DVD)
    if is_named and (behind & _OF_A_DVD or any(one.phrase in _OF_A_DVD for one in sights.sources)):
        return True
    if "dvd" not in behind and "video" not in behind:
        return False
    return any(word.text in ("dvd", "video") and after.text in ("r", "ts") for word, after in pairwise(words))


def _is_complete(sights: Sights, behind: frozenset[str], words: Sequence[Word]) -> bool:
    """`COMPLETE.BLURAY`, `COMPLETE.UHD.BLURAY`, `FULL.UHD.BLURAY`, `FULL.DISC`."""
    for one in sights.sources:
        before = [word.text for word in words[max(0, one.at - 2) : one.at]]
        if one.source is Source.BLURAY and ("complete" in before or before[-2:] == ["full", "uhd"]):
            return True
    return "fulldisc" in behind or ("full" in behind and bool(behind & {"disc", "disk"}))


def _is_coded_as_pressed(sights: Sights, behind: frozenset[str], phrases: set[str]) -> bool:
    """`Blu-ray AVC DTS-HD`. A German `DL` names an encode by its coding as well; in 1080p HEVC is always one."""
    if phrases & RIPS or behind & _OF_ENCODES or {"german", "dl"} <= behind:
        return False
    if sights.codings & DISC_CODINGS:
        return True
    return "hevc" in sights.codings and sights.resolution == 2160 and phrases != {"bd"}
