"""What a release's name tells: which title, which episode, how fine the picture, in which language, by whom."""

from functools import lru_cache

from matinee.media.parse.movies import read_movie
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.series import counts_outright, is_counted, read_series
from matinee.media.parse.titles import clean_title, same_title
from matinee.media.title import Kind

__all__ = ["ReleaseName", "clean_title", "read_name", "same_title"]


@lru_cache(maxsize=4096)
def read_name(name: str, kind: Kind | None = None) -> ReleaseName:
    """Read any text as a release's name: what is not there is None, empty or Unknown, never an error.

    Without a kind, a name that counts episodes or seasons is a series', any other a movie's.
    """
    if kind is Kind.MOVIE:
        return read_movie(name)
    read = read_series(name)
    return read if kind is Kind.SERIES or _is_surely_series(name, read) else read_movie(name)


def _is_surely_series(name: str, read: ReleaseName) -> bool:
    """`Part 2` and `Title.103` count episodes only when the name is known to be a series'."""
    is_anime = name.startswith(("[", "【")) and bool(read.absolute or read.special_numbers)
    return read.is_release and is_counted(read) and (is_anime or counts_outright(name))
