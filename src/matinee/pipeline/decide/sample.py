"""A sample is a taste of a film, not the film."""

from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.size import MB

LARGEST_SAMPLE = 70 * MB


def is_not_a_sample(release: Release, wanted: Wanted) -> Reason | None:
    """The name does not say sample, or it is far too large for one."""
    if "sample" not in release.name.lower() or release.size >= LARGEST_SAMPLE:
        return None
    if "sample" in wanted.title.name.lower():
        return None
    return Reason("sample", f"its name says sample, and it has {release.size / MB:.0f} MB only")
