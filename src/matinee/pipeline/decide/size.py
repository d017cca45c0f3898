"""A quality allows so many megabytes per minute of running time."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import MB, Candidate, in_words, minutes_of, size_of
from matinee.pipeline.decide.decision import Reason


def size_is_sane(one: Candidate, wanted: Wanted) -> Reason | None:
    """The size fits the running time; an unknown size of 0 is no offence, nor is a pack of nobody knows how many."""
    size, limits = one.release.size, size_of(one, wanted)
    if limits.most is None and not limits.least:
        return None
    minutes, quality = minutes_of(one, wanted), one.name.quality.name
    if minutes is None:
        return None
    if limits.most is not None and size > (largest := int(minutes * limits.most * MB)):
        text = f"{in_words(size)} is over the {in_words(largest)} limit for {minutes} minutes"
        return Reason("size", text, cure=f"allow {size / MB / minutes:,.0f} MB a minute of {quality}")
    smallest = int(minutes * limits.least * MB)
    if 0 < size < smallest and not one.name.is_special:
        text = f"{in_words(size)} is under the {in_words(smallest)} floor for {minutes} minutes"
        return Reason("least size", text, cure=f"allow {size / MB / minutes:.2g} MB a minute of {quality}")
    return None
