"""A file is named by its folder as well: whichever of the two tells more is believed."""

import re
from collections.abc import Sequence

from matinee.media.parse.ids import NO_IDS, read_ids
from matinee.media.parse.movies import read_movie
from matinee.media.parse.numbering.phrases import season_phrase
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.refusal import is_no_release
from matinee.media.parse.series import counts_outright, is_counted, read_series
from matinee.media.parse.words import tidy, words_of
from matinee.media.title import Kind

LONGEST_PATH = 4096  # characters

_SEPARATORS = re.compile(r"[/\\]+")
_LEADING_NUMBER = re.compile(r"^(?:ep?|x|episode|folge|cap)?[\s._-]*([0-9]{1,3})(?:v[0-9])?(?=$|[\s._\-\[(])", re.I)
_IS_OF_A_DISC = re.compile(r"video_ts|bdmv|stream|hvdvd_ts|(?:cd|dvd|dis[ck])[\s._-]?[0-9]", re.I)
_SPECIALS = frozenset({"specials", "special", "extras", "especiales", "spezial", "speciali"})


def read_path(path: str, kind: Kind | None) -> ReleaseName:
    """Read a path's last part, with the folders above where the file's own name is silent or hidden."""
    parts = [part for part in _SEPARATORS.split(path[-LONGEST_PATH:]) if part.strip()]
    file, folder = (parts or [""])[-1], (parts[-2] if len(parts) > 1 else "")
    is_movie = kind is Kind.MOVIE or (kind is None and not counts_outright(file) and not counts_outright(folder))
    read = _movie(file, parts[:-1]) if is_movie else _series(file, folder, parts[-3] if len(parts) > 2 else "")
    return read._replace(raw=file)


def _movie(file: str, folders: Sequence[str]) -> ReleaseName:
    """What the file tells, unless it hides its title or year; a folder that only orders a disc's parts has no name."""
    folder = next((folder for folder in reversed(folders) if not _IS_OF_A_DISC.fullmatch(folder)), "")
    read = read_movie(file)
    plain = tidy(file)
    is_hidden = not read.is_release or read.year is None or is_no_release(plain, len(words_of(plain)))
    above = read_movie(folder) if folder and is_hidden else read
    told = above if above.is_release and above.year is not None else read
    return told if told.ids != NO_IDS else told._replace(ids=read_ids(folder)[0])


def _series(file: str, folder: str, above: str) -> ReleaseName:
    """The file's season and episode, else its number in the season's folder, else what the folder tells."""
    read = read_series(file)
    if counts_outright(file) and read.is_release:
        return read if read.title else _with_title(read, folder, above)
    of_folder = read_series(folder) if folder else read
    number = _LEADING_NUMBER.match(tidy(file))
    if number and (season := _season_of(folder)) is not None:
        return _in_season(read, season, int(number[1]), above)
    if number and of_folder.is_season_pack and not of_folder.is_multi_season:
        return _in_season(of_folder, of_folder.season or 0, int(number[1]), folder)
    is_better = of_folder.is_release and is_counted(of_folder) and not of_folder.is_season_pack
    if is_better or not (read.is_release and is_counted(read)):
        return of_folder if is_counted(of_folder) else read
    return read


def _season_of(folder: str) -> int | None:
    """The season a folder is named by, when it is named by nothing else: `Season 01`, `Specials`."""
    words = words_of(folder)
    if len(words) == 1 and words[0].text in _SPECIALS:
        return 0
    season = season_phrase(words, 0) if words else None
    return season.number if season and season.until == len(words) else None


def _in_season(read: ReleaseName, season: int, episode: int, above: str) -> ReleaseName:
    counted = read._replace(is_release=True, season=season, episodes=(episode,), absolute=(), air_date=None)
    return _titled(counted._replace(is_season_pack=False, special_numbers=()), above)


def _with_title(read: ReleaseName, folder: str, above: str) -> ReleaseName:
    """`Title (2003)/Season 3/S03E05.mkv` has its title two folders up."""
    return _titled(read, above if _season_of(folder) is not None else folder)


def _titled(read: ReleaseName, folder: str) -> ReleaseName:
    named = read_series(folder) if folder else read
    return read._replace(title=named.title, title_with_year=named.title_with_year, titles=named.titles, year=named.year)
