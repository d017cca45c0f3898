"""The name of a movie's release: its title, its year, its edition."""

from collections.abc import Sequence

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
from matinee.media.parse.titles import read_title, titles_of
from matinee.media.parse.words import Word, tidy_file, title_start, words_of
from matinee.media.parse.year import read_year
from matinee.media.title import Kind


def read_movie(name: str) -> ReleaseName:
    """Read the name of a movie."""
    plain, suffix = tidy_file(name)
    text = without_site(plain)
    words = words_of(text)
    start = _behind_a_year(words, title_start(text, words))
    sights = look(words)
    technical = sights.first_after(start, words)
    numbering = read_numbering(words, start) or Numbering(at=technical)
    year, year_at = read_year(words, start, numbering, technical)
    ids, ids_at = read_ids(text)
    until = min(technical, numbering.at, _word_at(words, ids_at))
    end = min(until, year_at, _brackets_at(words, start))
    edition, edition_at = read_edition(text, words, start, end, until)
    title, titles = titles_of(read_title(text, _unversioned(words[start : min(end, edition_at)])))
    picture = read_picture(sights, words, start, end, suffix=suffix, kind=Kind.MOVIE)
    revision = read_revision(words[start:], end - start)
    return ReleaseName(
        raw=name,
        kind=Kind.MOVIE,
        is_release=bool(title) and not numbering.episodes and not is_no_release(text),
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


def _behind_a_year(words: Sequence[Word], start: int) -> int:
    """`(1995) Movie Name` has its year in front."""
    leads = start == 0 and len(words) > 1 and words[0].gap == "(" and words[1].gap.startswith(")")
    return 1 if leads and len(words[0].text) == 4 and words[0].text.isdecimal() else start


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
