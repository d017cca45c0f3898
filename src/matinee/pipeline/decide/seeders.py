"""A torrent that nobody seeds never arrives."""

from matinee.media.release import Protocol
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, terms_of
from matinee.pipeline.decide.decision import Reason


def has_seeders(one: Candidate, wanted: Wanted) -> Reason | None:
    """As many seeders as its indexer's releases must have, or an indexer that does not count them."""
    release, least = one.release, terms_of(one, wanted).least_seeders
    if release.protocol is not Protocol.TORRENT or release.seeders is None or release.seeders >= least:
        return None
    if not release.seeders:
        return Reason("seeders", f"nobody seeds it at {release.indexer} now", permanent=False)
    text = f"{release.seeders} seed it at {release.indexer}, and {least} must"
    cure = f"ask for {release.seeders} seeders at {release.indexer}"
    return Reason("seeders", text, permanent=False, cure=cure)
