"""How many lines to a news server are worth having: more only while the threads wait for the network."""

import select
import time

FIRST = 8  # lines to a server that are opened at once
STEP = 0.4  # seconds over which it is judged, at least
ENOUGH = 0.25  # share of the time waited; below it the threads have all they can do, and a line brings nothing


class Growth:
    """`most` lines may be open to each server; there will never be fewer, so that none is hung up for its sake.

    Times are monotonic seconds; `waited` is how long the threads waited for the network by then, on average.
    """

    def __init__(self) -> None:
        self.most = FIRST
        self._began = self._waited = 0.0

    def begin(self, now: float, waited: float) -> None:
        """More would not be opened anyway, or not all are open yet: what was before now does not count."""
        self._began, self._waited = now, waited

    def look(self, now: float, waited: float) -> bool:
        """All that may be open are open and have work. Whether twice as many may be open from now on."""
        elapsed = now - self._began
        if elapsed < STEP:
            return False
        is_idle = waited - self._waited > ENOUGH * elapsed
        self.begin(now, waited)
        if is_idle:
            self.most *= 2
        return is_idle


class Wait:
    """For how long a thread had nothing to do; it alone calls `poll`, any may read."""

    def __init__(self) -> None:
        self._total = self._since = 0.0

    def poll(self, epoll: select.epoll, seconds: float) -> list[tuple[int, int]]:
        """Wait for events, and count the time."""
        began = self._since = time.monotonic()
        events = epoll.poll(seconds)
        self._total += time.monotonic() - began
        self._since = 0.0
        return events

    def seconds(self, now: float) -> float:
        """All of it up to now, with what has not ended yet."""
        total, since = self._total, self._since  # in this order: rather too little than too much
        return total + max(0.0, now - since) if since else total
