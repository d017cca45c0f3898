"""What is known of films and series: TMDB with a key, TVmaze without, remembered on disk, several as one."""

from matinee.engines.metadata.cached import Cached
from matinee.engines.metadata.sources import Sources
from matinee.engines.metadata.tmdb import Tmdb
from matinee.engines.metadata.tvmaze import TvMaze

__all__ = ["Cached", "Sources", "Tmdb", "TvMaze"]
