"""Only what a download client of the house can fetch is of use."""

from matinee.media.release import Protocol
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def protocol_is_enabled(one: Candidate, wanted: Wanted) -> Reason | None:
    """The release comes a way that is set up, and that the title's delay profile has not switched off."""
    protocol = one.release.protocol
    if protocol not in wanted.protocols:
        cure = f"set up a download client for {protocol}"
        return Reason("protocol", f"it comes by {protocol}, and no {protocol} client is enabled", cure=cure)
    delay = wanted.delay
    if delay is None or (delay.torrents if protocol is Protocol.TORRENT else delay.usenet):
        return None
    text = f"the delay profile '{delay.name}' takes nothing by {protocol}"
    return Reason("protocol", text, cure=f"enable {protocol} in '{delay.name}'")
