"""What a check found out about a link: green, red with a reason, or grey because nobody can ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matinee.kernel.events import Event


class LinkState(StrEnum):
    """Green answers, red does not, grey is not checked."""

    GREEN = "green"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class LinkReport:
    """One check of one link: `reason` why it is not green, `seen` what the far end said of itself."""

    link_id: str
    state: LinkState
    reason: str
    seen: str
    checked_at: datetime
    took_ms: int


@dataclass(frozen=True, slots=True)
class LinkProbed(Event):
    """A link was asked, and this came back."""

    report: LinkReport


States = Mapping[str, LinkReport]


def by_link(reports: Iterable[LinkReport]) -> States:
    """The reports, to be looked up by the id of their link."""
    return {report.link_id: report for report in reports}


def state_of(links: Iterable[str], states: States) -> LinkState:
    """The state of a flow over these links: one red is red, one unchecked is grey, and so is none at all."""
    found = {states[link].state if link in states else LinkState.GREY for link in links}
    if LinkState.RED in found:
        return LinkState.RED
    return LinkState.GREEN if found == {LinkState.GREEN} else LinkState.GREY
