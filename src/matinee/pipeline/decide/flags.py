"""The owner may ask an indexer's releases for a flag, such as freeleech."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, terms_of
from matinee.pipeline.decide.decision import Reason


def has_a_required_flag(one: Candidate, wanted: Wanted) -> Reason | None:
    """One of the flags asked for, where any are."""
    asked = terms_of(one, wanted).required_flags
    if not asked or asked & one.release.flags:
        return None
    told = ", ".join(sorted(one.release.flags)) or "none"
    text = f"it has none of the flags {', '.join(sorted(asked))} (it has: {told})"
    return Reason("flags", text, cure=f"ask for no flags at {one.release.indexer}")
