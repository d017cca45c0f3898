"""Patience: something better may come within the hours that a delay profile waits."""

from datetime import timedelta

from matinee.media.preferences import DelayProfile
from matinee.media.release import Protocol
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, age_of
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.upgrade import is_corrected


def was_waited_for(one: Candidate, wanted: Wanted) -> Reason | None:
    """Old enough, or so good that nothing better can come; whoever searches by hand does not wait."""
    delay, age = wanted.delay, age_of(one, wanted)
    if wanted.asked_by_hand or delay is None or age is None:
        return None
    wait = timedelta(minutes=_minutes(delay, one.release.protocol))
    if not wait or age >= wait or _is_good_enough(one, wanted, delay) or _others_have_waited(wanted, wait):
        return None
    left = int((wait - age).total_seconds() // 60) + 1
    text = f"'{delay.name}' waits {left:,} more minutes for something better"
    return Reason("delay", text, permanent=False, cure="search by hand, which does not wait")


def _minutes(delay: DelayProfile, protocol: Protocol) -> int:
    return delay.torrent_minutes if protocol is Protocol.TORRENT else delay.usenet_minutes


def _is_good_enough(one: Candidate, wanted: Wanted, delay: DelayProfile) -> bool:
    is_preferred = one.release.protocol is delay.preferred
    if wanted.held and is_preferred and is_corrected(one, wanted.held, wanted):
        return True
    if delay.bypass_if_best_quality and is_preferred and one.rank == len(wanted.profile.groups) - 1:
        return True
    return delay.bypass_above_score is not None and is_preferred and one.score >= delay.bypass_above_score


def _others_have_waited(wanted: Wanted, wait: timedelta) -> bool:
    """Once the oldest that waits has waited long enough, the best of all goes."""
    oldest = wanted.oldest_pending
    return oldest is not None and wanted.now is not None and wanted.now - oldest >= wait
