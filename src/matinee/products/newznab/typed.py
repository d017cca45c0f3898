"""A search as a person types it: `tin comet {imdbid:tt0063350}` names numbers and places among the words."""

import re
from collections.abc import Mapping

from matinee.media.indexing import Question
from matinee.products.newznab.calls import read_question
from matinee.products.newznab.wire import IDS, WORDS

_TOKEN = re.compile(r"\{\s*([A-Za-z]{1,20})\s*:([^{}]{1,200})\}")
_NAMES = {
    **{name: name for name in (*IDS.values(), *WORDS.values()) if name != "q"},
    **dict.fromkeys(("episode", "ep"), "ep"),
    **dict.fromkeys(("rageid", "tvrageid", "rid"), "rid"),
    "imdb": "imdbid",
    "tmdb": "tmdbid",
    "tvdb": "tvdbid",
}


def read_typed(params: Mapping[str, str]) -> Question:
    """The question of a call whose `q` may hold tokens, which count as parameters; Wrong as for any call.

    What stands in braces under another name stays a word.
    """
    told = {name.lower(): value for name, value in params.items()}
    found: dict[str, str] = {}

    def taken(token: re.Match[str]) -> str:
        name = _NAMES.get(token[1].lower())
        if name is None:
            return token[0]
        found.setdefault(name, token[2].strip())
        return " "

    text = _TOKEN.sub(taken, told.get("q", ""))
    return read_question({**told, **found, "q": text})
