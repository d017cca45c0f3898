"""A sample is a taste of a film, not the film."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import MB, Candidate
from matinee.pipeline.decide.decision import Reason

LARGEST_SAMPLE = 70 * MB


def is_not_a_sample(one: Candidate, wanted: Wanted) -> Reason | None:
    """The name does not say sample, or it is far too large for one."""
    if "sample" not in one.release.name.lower() or one.release.size >= LARGEST_SAMPLE:
        return None
    if "sample" in wanted.title.name.lower():
        return None
    return Reason("sample", f"its name says sample, and it has {one.release.size / MB:.0f} MB only")
