"""Ask every link of the map whether it is alive, all at the same time, and say why where one is not."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import MatineeError
from matinee.kernel.redact import redact
from matinee.topology.model import Link, Topology
from matinee.topology.report import LinkReport, LinkState, States

Check = Callable[[], Awaitable[str]]

DEADLINE_SECONDS = 10.0
NOT_CONFIGURED = "not configured"
NOT_ASKED = "not checked yet"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one check came back with; several links may share it."""

    state: LinkState
    reason: str
    seen: str
    took_ms: int


class Prober:
    """Knows which check belongs to which link, and the last report of each.

    `checks` are looked up by the link's id, then by "service/protocol", then by the service or group that
    answers, then by "*/protocol". A check returns what it saw, and raises Unreachable or Refused with the
    reason for a person. Links that share a check (the same, or an equal one) share its answer, and rounds
    that overlap share the checks under way. `tell` hears each report as it comes.
    """

    def __init__(
        self,
        topology: Topology,
        checks: Mapping[str, Check],
        *,
        deadline: float = DEADLINE_SECONDS,
        clock: Clock = now,
        stopwatch: Callable[[], float] = time.monotonic,
        tell: Callable[[LinkReport], None] = lambda report: None,
    ) -> None:
        self._topology = topology
        self._checks = checks
        self._deadline = deadline
        self._clock = clock
        self._stopwatch = stopwatch
        self._tell = tell
        self._flights: dict[Check, asyncio.Task[_Finding]] = {}
        self._last: dict[str, LinkReport] = {}

    @property
    def states(self) -> States:
        """The last report of every link that was ever asked."""
        return dict(self._last)

    def redraw(self, topology: Topology, checks: Mapping[str, Check]) -> None:
        """The house has changed: from now on these links are asked. What was last seen of those that stay is kept."""
        self._topology, self._checks = topology, checks
        self._last = {id: report for id, report in self._last.items() if topology.link(id)}

    async def probe(self) -> tuple[LinkReport, ...]:
        """Ask all links, and report in the order of the map."""
        return tuple(await asyncio.gather(*(self._report(link) for link in self._topology.links)))

    async def probe_link(self, id: str) -> LinkReport | None:
        """Ask one link; None when there is none of that id."""
        link = self._topology.link(id)
        return await self._report(link) if link else None

    async def close(self) -> None:
        """Let go of the checks under way."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _report(self, link: Link) -> LinkReport:
        """Ask one link and remember the answer."""
        check = self._check_of(link)
        finding = await self._shared(check) if check else _Finding(LinkState.GREY, NOT_CONFIGURED, "", 0)
        report = LinkReport(
            link_id=link.id,
            state=finding.state,
            reason=finding.reason,
            seen=finding.seen,
            checked_at=self._clock(),
            took_ms=finding.took_ms,
        )
        self._last[link.id] = report
        self._tell(report)
        return report

    def _check_of(self, link: Link) -> Check | None:
        """The nearest check for the link."""
        asked = link.answering
        keys = (link.id, f"{asked}/{link.protocol}", asked, f"*/{link.protocol}")
        return next((self._checks[key] for key in keys if key in self._checks), None)

    async def _shared(self, check: Check) -> _Finding:
        """The answer of the check that is under way, or of one that starts now."""
        flight = self._flights.get(check)
        if flight is None:
            flight = asyncio.create_task(self._ask(check))
            self._flights[check] = flight
            flight.add_done_callback(lambda _: self._flights.pop(check, None))
        # A caller that goes away takes the answer from nobody else.
        return await asyncio.shield(flight)

    async def _ask(self, check: Check) -> _Finding:
        """One check under its deadline; whatever it does, there is an answer."""
        started = self._stopwatch()
        state, reason, seen = LinkState.RED, "", ""
        try:
            async with asyncio.timeout(self._deadline):
                seen = redact(await check())
            state = LinkState.GREEN
        except TimeoutError:
            reason = f"no answer within {self._deadline:g} s"
        except MatineeError as error:
            reason = redact(str(error))
        except Exception as error:  # a check with a bug must not take the map down
            log.exception("A check of the map failed by itself")
            reason = f"the check itself failed: {type(error).__name__}: {redact(str(error))}"
        return _Finding(state, reason, seen, round((self._stopwatch() - started) * 1000))
