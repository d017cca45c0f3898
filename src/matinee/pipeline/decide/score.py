"""A profile may ask for a least score of custom formats."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def score_is_enough(one: Candidate, wanted: Wanted) -> Reason | None:
    """The formats' scores add up to what the profile asks for."""
    least = wanted.profile.least_score
    if one.score >= least:
        return None
    told = ", ".join(f"{name} {wanted.profile.scores.get(name, 0):+d}" for name in one.formats) or "no format"
    text = f"its score is {one.score:+d} ({told}), and {least:+d} is the least"
    return Reason("score", text, cure=f"lower the least score of '{wanted.profile.name}' to {one.score:+d}")
