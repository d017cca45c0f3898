"""What is in the library already is not fetched a second time."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_not_imported_already(one: Candidate, wanted: Wanted) -> Reason | None:
    """Neither its infohash nor its name was imported before; what is no longer there may come again."""
    if wanted.held is None:
        return None
    infohash, name = one.release.infohash, one.release.name.casefold()
    if infohash and infohash.casefold() in wanted.imported:
        return Reason("imported", "the very same torrent was imported before")
    return Reason("imported", "a release of the same name was imported before") if name in wanted.imported else None
