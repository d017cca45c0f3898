"""A torrent that nobody seeds never arrives."""

from matinee.media.release import Protocol, Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason


def has_seeders(release: Release, wanted: Wanted) -> Reason | None:
    """At least one seeder, or an indexer that does not count them."""
    if release.protocol is not Protocol.TORRENT or release.seeders is None or release.seeders > 0:
        return None
    return Reason("seeders", f"nobody seeds it at {release.indexer} now", permanent=False)
