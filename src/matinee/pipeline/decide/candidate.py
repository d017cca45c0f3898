"""A candidate is a release on the judges' table: its name read, its rank and score counted once."""

from dataclasses import dataclass
from datetime import timedelta

from matinee.media.formats import Subject
from matinee.media.parse import ReleaseName, read_name
from matinee.media.preferences import IndexerTerms
from matinee.media.profile import QualitySize
from matinee.media.release import Release
from matinee.media.wanted import Wanted

MB = 1_000_000  # bytes
ANY_TERMS = IndexerTerms()
NO_SIZE = QualitySize()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What every rule looks at. `rank` is the quality's place in the profile, None when it has none there."""

    release: Release
    name: ReleaseName
    rank: int | None
    formats: tuple[str, ...] = ()
    score: int = 0


def candidate(release: Release, wanted: Wanted) -> Candidate:
    """Read and count all that the rules need."""
    name = read_name(release.name, wanted.title.kind)
    formats = _formats(release, name, wanted)
    scores = wanted.profile.scores
    score = sum(scores.get(told, 0) for told in formats)
    return Candidate(release, name, wanted.profile.rank(name.quality.name), formats, score)


def _formats(release: Release, name: ReleaseName, wanted: Wanted) -> tuple[str, ...]:
    if wanted.formats is None:
        return ()
    return wanted.formats.matches(Subject(name, release.size, release.flags, wanted.title.original_language))


def terms_of(one: Candidate, wanted: Wanted) -> IndexerTerms:
    """What the owner asks of the release's indexer."""
    return wanted.preferences.indexers.get(one.release.indexer, ANY_TERMS)


def size_of(one: Candidate, wanted: Wanted) -> QualitySize:
    """How large a minute of its quality may be: by the profile, else by the house."""
    quality = one.name.quality.name
    return wanted.profile.sizes.get(quality) or wanted.preferences.sizes.get(quality) or NO_SIZE


def minutes_of(one: Candidate, wanted: Wanted) -> int | None:
    """The running time of all that it holds; None for a pack when nobody knows of how many episodes."""
    name = one.name
    if name.is_partial_season or name.is_season_extra or name.is_multi_season:
        return None
    if name.is_season_pack:
        return _minutes_of_season(wanted) if _is_of_the_season(name, wanted) else None
    return wanted.runtime_minutes * max(1, len(name.episodes), len(name.absolute))


def _is_of_the_season(name: ReleaseName, wanted: Wanted) -> bool:
    return bool(wanted.season) and wanted.episode is not None and name.season == wanted.episode.season


def _minutes_of_season(wanted: Wanted) -> int:
    return sum(episode.runtime_minutes or wanted.runtime_minutes for episode in wanted.season)


def age_of(one: Candidate, wanted: Wanted) -> timedelta | None:
    """How long ago it was published, None when nobody tells."""
    if wanted.now is None or one.release.published is None:
        return None
    return wanted.now - one.release.published


def in_words(size: float) -> str:
    """`4,000 MB`, `0.02 MB`."""
    return f"{size / MB:,.0f} MB" if size >= MB else f"{size / MB:.2f} MB"
