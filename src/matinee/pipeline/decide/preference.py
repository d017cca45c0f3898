"""Of two approved releases the better picture wins, then the corrected one, then the nearer and healthier one."""

from math import log10

from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Decision
from matinee.pipeline.decide.size import MB

SIZE_STEP = 200 * MB  # sizes nearer to each other than this count as equal


def preference(decision: Decision, wanted: Wanted) -> tuple[float, ...]:
    """The order to read aloud; higher is better, the first difference decides."""
    release, name = decision.release, decision.name
    rank = wanted.profile.rank(name.quality.name)
    return (
        decision.approved,
        -1 if rank is None else rank,
        name.revision.version,
        name.revision.real,
        -len(name.episodes),
        -release.indexer_priority,
        _magnitude(release.seeders),
        _magnitude((release.seeders or 0) + (release.leechers or 0)),
        _closeness_of_size(release, wanted),
    )


def _magnitude(count: int | None) -> int:
    """80 and 120 seeders are alike, 8 and 80 are not."""
    return round(log10(count)) if count and count > 0 else -1


def _closeness_of_size(release: Release, wanted: Wanted) -> int:
    """Nearest to the preferred size; without one the larger."""
    preferred = wanted.profile.preferred_mb_per_minute
    if preferred is None:
        return round(release.size / SIZE_STEP)
    return -round(abs(release.size - preferred * MB * wanted.runtime_minutes) / SIZE_STEP)
