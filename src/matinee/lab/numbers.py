"""What TheTVDB and Wikidata call the lab's titles, so that all four catalogues speak of the same ones."""

from matinee.lab.catalogue import LabEpisode, LabTitle

CLASSES = {"movie": "Q11424", "tv": "Q5398426"}


def tvdb(title: LabTitle) -> int:
    """Its number at TheTVDB; films have one too."""
    return title.tvdb or title.tmdb + 70_000


def tvdb_episode(episode: LabEpisode) -> int:
    """An episode's number at TheTVDB."""
    return episode.tvmaze - 2_000_000


def wikidata(title: LabTitle) -> str:
    """Its item at Wikidata."""
    return f"Q{99_000_000 + title.tmdb}"
