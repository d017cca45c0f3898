"""Only what a download client of the house can fetch is of use."""

from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason


def protocol_is_enabled(release: Release, wanted: Wanted) -> Reason | None:
    """The release comes a way that is set up."""
    if release.protocol in wanted.protocols:
        return None
    return Reason("protocol", f"it comes by {release.protocol}, and no {release.protocol} client is enabled")
