"""The house may have a bound of its own for any release, however long it runs."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import MB, Candidate, in_words
from matinee.pipeline.decide.decision import Reason


def is_under_the_house_limit(one: Candidate, wanted: Wanted) -> Reason | None:
    """No larger than the house allows at all."""
    most = wanted.preferences.limits.largest_mb
    if not most or one.release.size <= most * MB:
        return None
    text = f"{in_words(one.release.size)} is over the house's limit of {most:,} MB"
    return Reason("largest", text, cure="raise the house's limit")
