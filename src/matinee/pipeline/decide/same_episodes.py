"""A file that holds two episodes is not replaced by one that holds one of them."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def holds_no_fewer_episodes(one: Candidate, wanted: Wanted) -> Reason | None:
    """At least as many episodes as the file that is there."""
    held = wanted.held
    if held is None or held.episodes <= 1 or one.name.is_season_pack:
        return None
    told = max(1, len(one.name.episodes))
    if told >= held.episodes:
        return None
    return Reason("same_episodes", f"the file that is there holds {held.episodes} episodes, and it holds {told}")
