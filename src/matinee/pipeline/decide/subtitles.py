"""Subtitles burnt into the picture cannot be switched off."""

from matinee.media.title import Kind
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def has_no_burnt_in_subtitles(one: Candidate, wanted: Wanted) -> Reason | None:
    """None are told for a movie, or the house puts up with these."""
    burnt, limits = one.name.hardcoded_subtitles, wanted.preferences.limits
    if burnt is None or limits.hardcoded_subtitles or wanted.title.kind is not Kind.MOVIE:
        return None
    if any(allowed.casefold() in burnt.casefold() for allowed in limits.hardcoded_subtitles_allowed):
        return None
    return Reason("subtitles", f"subtitles are burnt into its picture ({burnt})", cure="allow burnt-in subtitles")
