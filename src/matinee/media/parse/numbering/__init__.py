"""How the name counts: every family of numberings is a file, and the first that finds its own in the name is right."""

from collections.abc import Callable, Sequence

from matinee.media.parse.numbering.absolute import read_absolute
from matinee.media.parse.numbering.beside import with_absolute
from matinee.media.parse.numbering.compact import read_chapter, read_compact
from matinee.media.parse.numbering.daily import day_before, read_bracketed_day, read_day, read_short_day
from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.mini import read_dated_episode, read_episodes_alone, read_part
from matinee.media.parse.numbering.opening import read_opening
from matinee.media.parse.numbering.season import read_any_season, read_season
from matinee.media.parse.numbering.standard import read_standard
from matinee.media.parse.words import Word

__all__ = ["Numbering", "read_any_numbering", "read_numbering"]

Family = Callable[[str, Sequence[Word], int, int], Numbering | None]


def read_any_numbering(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """Whatever the name counts with, read as the name of a series."""
    for family in FAMILIES:
        if found := family(text, words, start, technical):
            return found
    return None


def read_numbering(words: Sequence[Word], start: int) -> Numbering | None:
    """Season and episode told outright, as no movie's name does."""
    return read_standard("", words, start, len(words)) or read_any_season("", words, start, len(words))


def _read_standard_unless_dated(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`Title 2016 02 25 S20E142` is an episode; of `Title 2015 02 09 WEBRip s01e13` the day counts."""
    found = read_standard(text, words, start, technical)
    if not found:
        return None
    if found.at == start and text.startswith("[") and (counted := read_absolute(text, words, start, technical)):
        return counted  # `[Group] 3x3 Eyes - 07`
    day = day_before(words, start, found.at)
    if not day or day.is_doubtful:
        return with_absolute(text, words, start, technical, found)
    if day.at == start and day.until < found.at:
        return found._replace(begins=day.until)
    return found._replace(at=day.at) if day.until == found.at else None


FAMILIES: tuple[Family, ...] = (
    read_chapter,
    _read_standard_unless_dated,
    read_day,
    read_dated_episode,
    read_episodes_alone,
    read_short_day,
    read_season,
    read_part,
    read_compact,
    read_absolute,
    read_bracketed_day,
    read_any_season,
    read_opening,
)
