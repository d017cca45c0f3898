"""The name of a series' release: which episodes it holds, however its makers count them."""

from collections.abc import Sequence

from matinee.media.parse.group import read_group
from matinee.media.parse.hash import read_hash
from matinee.media.parse.languages import read_languages
from matinee.media.parse.numbering import Numbering, read_any_numbering, read_numbering
from matinee.media.parse.numbering.daily import read_day
from matinee.media.parse.numbering.turned import turn_back
from matinee.media.parse.picture import look, read_picture
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.refusal import is_no_release
from matinee.media.parse.revision import is_repack, read_revision
from matinee.media.parse.scripts import in_our_order
from matinee.media.parse.series_titles import read_titles, series_start, without_site
from matinee.media.parse.words import Word, tidy, tidy_file, words_of
from matinee.media.title import Kind

_UNMISTAKABLE = frozenset({"vostfr", "vostf", "vosta", "vf", "vff", "multi"})  # languages no episode is called by


def read_series(name: str) -> ReleaseName:
    """Read the name of an episode, a season or several."""
    plain, suffix = tidy_file(name)
    text = without_site(in_our_order(turn_back(plain)))
    words = words_of(text)
    start = series_start(text, words)
    sights = look(words)
    technical = sights.first_after(start, words)
    counted = read_any_numbering(text, words, start, technical)
    numbering = _told_twice(words, counted) if counted else _uncounted(words, start, technical)
    titles = read_titles(text, words, start, numbering, technical)
    end = min(numbering.at, technical)
    picture = read_picture(sights, words, start, end, suffix=suffix, kind=Kind.SERIES)
    revision = read_revision(text, words, start, end)
    return ReleaseName(
        raw=name,
        kind=Kind.SERIES,
        is_release=not numbering.is_doubtful and not is_no_release(text, len(words)),
        title=titles.plain,
        title_with_year=titles.told,
        titles=titles.every,
        year=titles.year,
        season=numbering.season,
        episodes=numbering.episodes,
        is_season_pack=_is_pack(numbering),
        absolute=numbering.absolute,
        special_numbers=numbering.special_numbers,
        air_date=numbering.air_date,
        daily_part=numbering.daily_part,
        last_season=numbering.last_season,
        season_part=numbering.season_part,
        is_partial_season=numbering.is_partial_season,
        is_season_extra=numbering.is_season_extra,
        is_split_episode=numbering.is_split_episode,
        is_special=numbering.is_special,
        quality=picture.quality,
        revision=revision,
        languages=_languages(words, start, end, numbering, technical),
        group=read_group(text),
        hash=read_hash(text),
        resolution=picture.resolution,
        source_from=picture.source_from,
        resolution_from=picture.resolution_from,
        is_disc=picture.is_disc,
        is_repack=revision.version > 1 and is_repack(words),
    )


def _is_pack(numbering: Numbering) -> bool:
    """A season without numbers of episodes, unless only a part or a special of it is there."""
    counts_episodes = numbering.episodes or numbering.absolute or numbering.special_numbers
    return (
        numbering.season is not None and not counts_episodes and not numbering.is_partial_season | numbering.is_special
    )


def _languages(words: Sequence[Word], start: int, end: int, numbering: Numbering, technical: int) -> tuple[str, ...]:
    """Anime's languages may stand in the first brackets behind the number, where nobody speaks of the picture."""
    if numbering.absolute:
        start = max(start, numbering.until - 2) if numbering.until <= technical else start  # `[01-25 Fin]`
        behind = range(numbering.until, min(technical, len(words)))
        begins = (at for at in behind if words[at].gap[-1:] in ("[", "(") or words[at].text in _UNMISTAKABLE)
        technical = next(begins, technical)
    is_counted = bool(numbering.episodes or numbering.absolute)
    return read_languages(words, start, end, technical, counted=is_counted)


def _uncounted(words: Sequence[Word], start: int, technical: int) -> Numbering:
    """Without numbers the title ends with talk of the picture, or with square brackets."""
    brackets = next((at for at in range(start + 1, len(words)) if "[" in words[at].gap), len(words))
    return Numbering(at=min(technical, brackets))


def _told_twice(words: Sequence[Word], numbering: Numbering) -> Numbering:
    """`Название (S2E1) / Title (S2E1)`: the second title stands between the same numbers."""
    if numbering.until >= len(words) or "/" not in words[numbering.until].gap:
        return numbering
    again = read_numbering(words, numbering.until)
    if not again or (again.season, again.episodes) != (numbering.season, numbering.episodes):
        return numbering
    return numbering._replace(begins=numbering.until, at=again.at, until=again.until)


def is_counted(read: ReleaseName) -> bool:
    """Whether the name counted anything: without it, nobody knows which episode it is."""
    return bool(read.season is not None or read.absolute or read.special_numbers or read.air_date or read.is_special)


def counts_outright(name: str) -> bool:
    """Whether the name tells season and episode, a season or a day so that no movie can be meant."""
    text = without_site(in_our_order(turn_back(tidy(name))))
    words = words_of(text)
    start = series_start(text, words)
    return bool(read_numbering(words, start) or _is_dated(text, words, start))


def _is_dated(text: str, words: Sequence[Word], start: int) -> bool:
    """A day in full, as `2016 02 25`; `2 2 1984` may be a title."""
    day = read_day(text, words, start, len(words))
    return day is not None and all(len(word.text) > 1 for word in words[day.at : day.until])
