"""What one journey looks for: a movie, or one episode of a series, in one slot."""

from dataclasses import dataclass

from matinee.media.profile import Profile
from matinee.media.release import Protocol
from matinee.media.title import Episode, Kind, Title

DEFAULT_RUNTIME_MINUTES = 45
DEFAULT_MOVIE_MINUTES = 110


@dataclass(frozen=True, slots=True)
class Wanted:
    """The title, the episode (series only), the profile to please, and what is out of the question.

    `blocked` holds the keys of releases refused before, `protocols` the ways to download that are set up.
    """

    title: Title
    profile: Profile
    episode: Episode | None = None
    blocked: frozenset[str] = frozenset()
    protocols: frozenset[Protocol] = frozenset({Protocol.TORRENT})

    @property
    def label(self) -> str:
        """How a person calls it: `Tin Comet (2021)` or `Night Tram S01E02`."""
        if self.episode:
            return f"{self.title.name} S{self.episode.season:02}E{self.episode.number:02}"
        return f"{self.title.name} ({self.title.year})" if self.title.year else self.title.name

    @property
    def known_runtime_minutes(self) -> int | None:
        """Running time by the metadata, None when it is silent."""
        runtime = self.episode.runtime_minutes if self.episode else None
        return runtime or self.title.runtime_minutes or None

    @property
    def runtime_minutes(self) -> int:
        """Running time by the metadata, or an ordinary one when it is silent."""
        ordinary = DEFAULT_MOVIE_MINUTES if self.title.kind is Kind.MOVIE else DEFAULT_RUNTIME_MINUTES
        return self.known_runtime_minutes or ordinary
