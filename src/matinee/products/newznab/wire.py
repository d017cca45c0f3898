"""The words that both sides of a Newznab conversation use: functions, parameters, namespaces, codes of errors."""

from collections.abc import Mapping

from matinee.media.indexing import Function
from matinee.media.release import Protocol

NEWZNAB = "http://www.newznab.com/DTD/2010/feeds/attributes/"
TORZNAB = "http://torznab.com/schemas/2015/feed"
ATOM = "http://www.w3.org/2005/Atom"
NAMESPACE = {Protocol.USENET: NEWZNAB, Protocol.TORRENT: TORZNAB}

NZB_TYPE = "application/x-nzb"
TORRENT_TYPE = "application/x-bittorrent"
ENCLOSURE = {Protocol.USENET: NZB_TYPE, Protocol.TORRENT: TORRENT_TYPE}

LARGEST_PAGE = 100

# How caps call the functions.
ELEMENTS: Mapping[Function, str] = {
    Function.SEARCH: "search",
    Function.TV: "tv-search",
    Function.MOVIE: "movie-search",
    Function.MUSIC: "music-search",
    Function.BOOK: "book-search",
}

# What a function takes when the indexer does not say: the minimum of the Newznab text.
UNSAID: Mapping[Function, frozenset[str]] = {
    Function.SEARCH: frozenset({"q"}),
    Function.TV: frozenset({"q", "rid", "season", "ep"}),
    Function.MOVIE: frozenset({"q", "imdbid"}),
    Function.MUSIC: frozenset({"q"}),
    Function.BOOK: frozenset({"q"}),
}

# The parameters in the order in which they are written, by the name a Question gives them.
IDS: Mapping[str, str] = {
    "imdb": "imdbid",
    "tvdb": "tvdbid",
    "tmdb": "tmdbid",
    "tvmaze": "tvmazeid",
    "rage": "rid",
    "trakt": "traktid",
    "douban": "doubanid",
}
WORDS: Mapping[str, str] = {
    "text": "q",
    "season": "season",
    "episode": "ep",
    "year": "year",
    "genre": "genre",
    "artist": "artist",
    "album": "album",
    "label": "label",
    "track": "track",
    "author": "author",
    "title": "title",
    "publisher": "publisher",
}

# The flags that are told as `tag`, with the words for people.
TAGS: Mapping[str, str] = {
    "freeleech": "Download does not count",
    "halfleech": "Download counts half",
    "neutralleech": "Neither download nor upload counts",
    "doubleupload": "Upload counts twice",
    "internal": "Made by the indexer's own people",
    "exclusive": "Found nowhere else",
    "scene": "A release of the scene",
}

KEY_REFUSED, SUSPENDED, MISSING, INCORRECT, NO_FUNCTION, NOT_AVAILABLE = 100, 101, 200, 201, 202, 203
NO_ITEM, LIMIT, REQUEST_LIMIT, GRAB_LIMIT, UNKNOWN, SWITCHED_OFF = 300, 429, 500, 501, 900, 910

_STATUS = {
    KEY_REFUSED: 401,
    SUSPENDED: 403,
    102: 403,
    NO_ITEM: 404,
    LIMIT: 429,
    REQUEST_LIMIT: 429,
    GRAB_LIMIT: 429,
    UNKNOWN: 500,
    SWITCHED_OFF: 410,
}


def status_of(code: int) -> int:
    """The HTTP status that goes with the code of an error."""
    return _STATUS.get(code, 400)
