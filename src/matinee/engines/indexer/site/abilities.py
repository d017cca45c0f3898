"""What a site can be asked, as its definition tells it."""

from collections.abc import Mapping

from matinee.engines.indexer.language.categories import offered
from matinee.engines.indexer.language.definition import Definition
from matinee.media.indexing import Abilities, Function, IndexerFacts
from matinee.media.release import Protocol

_FUNCTIONS = {
    "search": Function.SEARCH,
    "tv-search": Function.TV,
    "movie-search": Function.MOVIE,
    "music-search": Function.MUSIC,
    "book-search": Function.BOOK,
}
_SHORTEST_PAUSE = 2.0


def abilities_of(definition: Definition) -> Abilities:
    """Functions, categories and manners; definitions turn no pages."""
    return Abilities(
        functions=functions_of(definition),
        categories=offered(definition.caps.mappings),
        takes_raw_text=definition.caps.allow_raw_search,
        server=definition.name,
    )


def functions_of(definition: Definition) -> Mapping[Function, frozenset[str]]:
    """The searches of a definition with their parameters; words can always be searched."""
    told = {
        _FUNCTIONS[mode]: frozenset(word.strip().lower() for word in words)
        for mode, words in definition.caps.modes.items()
        if mode in _FUNCTIONS
    }
    if definition.caps.allow_tv_search_imdb and Function.TV in told:
        told[Function.TV] |= {"imdbid"}
    return {**told, Function.SEARCH: told.get(Function.SEARCH, frozenset()) | {"q"}}


def facts_of(definition: Definition, site: str) -> IndexerFacts:
    """What is known without asking; two seconds at least lie between two requests."""
    return IndexerFacts(
        protocol=Protocol.TORRENT,
        privacy=definition.privacy,
        language=definition.language,
        description=definition.description,
        site=site,
        requests_apart=max(_SHORTEST_PAUSE, definition.request_delay),
    )
