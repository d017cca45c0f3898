"""Half an episode is no episode."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_a_whole_episode(one: Candidate, wanted: Wanted) -> Reason | None:
    """Not `S06E01a`, the first half."""
    if not one.name.is_split_episode:
        return None
    return Reason("split", "it is a part of an episode, and parts are not joined")
