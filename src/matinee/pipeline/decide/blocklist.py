"""What failed once is not grabbed again."""

from functools import lru_cache

from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason

LONGEST_KEY = 400  # characters that the store keeps of a key


def is_not_blocklisted(one: Candidate, wanted: Wanted) -> Reason | None:
    """None of the release's keys is among the blocked ones."""
    release = one.release
    blocked = _plain(wanted.blocked)
    keys = (release_key(release), release.infohash, release.guid, release.name)
    if not blocked or not any(key and key.casefold() in blocked for key in keys):
        return None
    return Reason("blocklist", "it was tried before and is on the blocklist", cure="take it from the blocklist")


def release_key(release: Release) -> str:
    """What the blocklist remembers a release by: the infohash at whichever indexer, else the guid, else the name."""
    return (release.infohash.lower() if release.infohash else release.guid or release.name)[:LONGEST_KEY]


@lru_cache(maxsize=32)
def _plain(keys: frozenset[str]) -> frozenset[str]:
    """A long blocklist is asked about every release of a search."""
    return frozenset(key.casefold() for key in keys)
