"""The name of a movie's release: its title, its year, its edition."""

from collections.abc import Sequence

from matinee.media.parse.aliases import titles_of
from matinee.media.parse.edition import read_edition
from matinee.media.parse.group import read_group
from matinee.media.parse.hardcoded import read_hardcoded
from matinee.media.parse.hash import read_hash
from matinee.media.parse.ids import read_ids
from matinee.media.parse.languages import read_languages
from matinee.media.parse.numbering import Numbering, read_numbering
from matinee.media.parse.picture import look, read_picture
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.refusal import is_no_release
from matinee.media.parse.revision import is_repack, read_revision
from matinee.media.parse.series_titles import without_site
from matinee.media.parse.titles import read_title
from matinee.media.parse.words import Word, tidy_file, title_start, words_of
from matinee.media.parse.year import is_year, read_year
from matinee.media.title import Kind

_EASTERN = str.maketrans("【】（）", "[]()")


def read_movie(name: str) -> ReleaseName:
    """Read the name of a movie."""
    plain, suffix = tidy_file(name)
    text = without_site(plain if plain.isascii() else plain.translate(_EASTERN))
    words = words_of(text)
    start = _title_at(text, words)
    sights = look(words)
    technical = sights.first_after(start, words)
    counted = read_numbering(words, start)
    numbering = counted if counted and not _is_a_title(words, start, counted) else Numbering(at=technical)
    year, year_at = read_year(words, start, numbering, technical)
    ids, ids_at = read_ids(text)
    until = min(technical, numbering.at, _word_at(words, ids_at))
    end = min(until, year_at, _brackets_at(words, start))
    edition, edition_at = read_edition(text, words, start, end, until)
    told = read_title(text, _unversioned(words[start : min(end, edition_at)]))
    title, titles = titles_of(told, is_dated=year is not None)
    picture = read_picture(sights, words, start, end, suffix=suffix, kind=Kind.MOVIE)
    revision = read_revision(text, words, start, end)
    return ReleaseName(
        raw=name,
        kind=Kind.MOVIE,
        is_release=bool(title) and not numbering.episodes and not is_no_release(text, len(words)),
        title=title,
        titles=titles,
        year=year,
        season=numbering.season,
        episodes=numbering.episodes,
        is_season_pack=numbering.season is not None and not numbering.episodes,
        quality=picture.quality,
        revision=revision,
        languages=read_languages(words, start, end, technical),
        group=read_group(text),
        hash=read_hash(text),
        edition=edition,
        hardcoded_subtitles=read_hardcoded(words, end),
        ids=ids,
        resolution=picture.resolution,
        source_from=picture.source_from,
        resolution_from=picture.resolution_from,
        is_disc=picture.is_disc,
        is_repack=revision.version > 1 and is_repack(words),
    )


def _title_at(text: str, words: Sequence[Word]) -> int:
    """`(1995) Title` has its year in front, `[REC] (2007)` its title in brackets."""
    start = title_start(text, words)
    if start == 0 and len(words) > 1 and words[0].gap == "(" and words[1].gap.startswith(")") and is_year(words[0]):
        return 1
    is_only_a_year = 0 < start < len(words) and is_year(words[start]) and not is_year(words[0])
    return 0 if is_only_a_year and not any(is_year(word) for word in words[start + 1 : start + 2]) else start


def _is_a_title(words: Sequence[Word], start: int, counted: Numbering) -> bool:
    """`4x4 (2019)` and `Open Season 3 (2010)` are films: a year follows what only looks counted."""
    if not (counted.until < len(words) and is_year(words[counted.until])):
        return False
    is_all = counted.at == start and words[start].text[0].isdigit()
    return is_all or (not counted.episodes and words[counted.at].text == "season" and counted.at > start)


def _brackets_at(words: Sequence[Word], start: int) -> int:
    """Square brackets never belong to a title."""
    return next((at for at in range(start + 1, len(words)) if "[" in words[at].gap), len(words))


def _word_at(words: Sequence[Word], place: int) -> int:
    return next((at for at, word in enumerate(words) if word.start >= place), len(words))


def _unversioned(words: Sequence[Word]) -> Sequence[Word]:
    """`Title v2 [1080p]`: the version of an upload is no part of the title."""
    is_version = (
        len(words) > 1 and len(words[-1].text) == 2 and words[-1].text[0] == "v" and words[-1].text[1].isdigit()
    )
    return words[:-1] if is_version else words
