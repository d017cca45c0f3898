"""What is known of films and series: TMDB and TheTVDB with a key, TVmaze and Wikidata without, several as one."""

from matinee.engines.metadata.cached import Cached
from matinee.engines.metadata.crosswalk import Crosswalk
from matinee.engines.metadata.sources import Sources
from matinee.engines.metadata.tmdb import Tmdb
from matinee.engines.metadata.tvdb import Tvdb
from matinee.engines.metadata.tvmaze import TvMaze
from matinee.engines.metadata.wikidata import Wikidata

__all__ = ["Cached", "Crosswalk", "Sources", "Tmdb", "TvMaze", "Tvdb", "Wikidata"]
