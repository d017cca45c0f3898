"""What a release's name tells: which title, which episode, how fine the picture, in which language, by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matinee.media.parse.disc import names_a_disc
from matinee.media.parse.group import read_group
from matinee.media.parse.languages import read_languages
from matinee.media.parse.numbering import Numbering, read_numbering
from matinee.media.parse.picture import first_technical_word, read_quality, read_resolution
from matinee.media.parse.revision import read_revision
from matinee.media.parse.titles import clean_title, read_title, same_title
from matinee.media.parse.words import Word, tidy, title_start, words_of
from matinee.media.parse.year import read_year
from matinee.media.quality import Quality, Revision

__all__ = ["ReleaseName", "clean_title", "read_name", "same_title"]


@dataclass(frozen=True, slots=True)
class ReleaseName:
    """A release's name, read. No languages means the original one or unknown; `resolution` is 0 when not stated."""

    raw: str
    title: str
    year: int | None
    season: int | None
    episodes: tuple[int, ...]
    is_season_pack: bool
    quality: Quality
    revision: Revision
    languages: tuple[str, ...]
    group: str | None
    resolution: int = 0
    is_disc: bool = False


@lru_cache(maxsize=2048)
def read_name(name: str) -> ReleaseName:
    """Read any text as a release's name: what is not there is None, empty or Unknown, never an error."""
    text = tidy(name)
    words = words_of(text)
    start = title_start(text, words)
    technical = first_technical_word(words, start)
    numbering = read_numbering(words, start) or Numbering(at=technical)
    year, year_at = read_year(words, start, numbering, technical)
    end = min(numbering.at, year_at, technical, _brackets_at(words, start))
    told = words[end:]
    return ReleaseName(
        raw=name,
        title=read_title(text, words[start:end]),
        year=year,
        season=numbering.season,
        episodes=numbering.episodes,
        is_season_pack=numbering.season is not None and not numbering.episodes,
        quality=read_quality(told, words[start:]),
        revision=read_revision(words[start:], end - start),
        languages=read_languages(words, start, end),
        group=read_group(text),
        resolution=read_resolution(words[start:]),
        is_disc=names_a_disc(name, words),
    )


def _brackets_at(words: Sequence[Word], start: int) -> int:
    """Square brackets never belong to a title."""
    return next((at for at in range(start + 1, len(words)) if "[" in words[at].gap), len(words))
