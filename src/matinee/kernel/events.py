"""News of the house: what has happened, told once, after it is safely written down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; subclasses are named in the past tense."""


E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]

_QUEUE_LIMIT = 1000


class Lagging(Exception):
    """A reader was too slow and has missed news: it should read the whole state again."""


class Bus:
    """Carries events from where they happen to whoever listens, within one event loop."""

    def __init__(self) -> None:
        self._listeners: list[tuple[type[Event], Listener]] = []
        self._queues: set[asyncio.Queue[Event]] = set()
        self._late: set[asyncio.Queue[Event]] = set()

    def listen(self, kind: type[E], listener: Callable[[E], None]) -> None:
        """Call the listener for every event of this kind, in the order of happening."""
        self._listeners.append((kind, listener))

    def publish(self, *events: Event) -> None:
        """Tell everyone. A listener that fails is logged and does not stop the news."""
        for event in events:
            for kind, listener in self._listeners:
                if isinstance(event, kind):
                    self._tell(listener, event)
            for queue in self._queues:
                self._hand_over(queue, event)

    def _tell(self, listener: Listener, event: Event) -> None:
        try:
            listener(event)
        except Exception:  # the news must go on whatever one listener does
            log.exception("a listener failed on %s", type(event).__name__)

    def _hand_over(self, queue: asyncio.Queue[Event], event: Event) -> None:
        try:
            queue.put_nowait(event)
        except asyncio.QueueFull:
            self._late.add(queue)

    @contextmanager
    def reading(self) -> "Any":
        """A reader's place: `with bus.reading() as events: async for event in events`.

        Raises Lagging in the reader when it fell more than a thousand events behind.
        """
        queue: asyncio.Queue[Event] = asyncio.Queue(_QUEUE_LIMIT)
        self._queues.add(queue)
        try:
            yield self._drain(queue)
        finally:
            self._queues.discard(queue)
            self._late.discard(queue)

    async def _drain(self, queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
        while True:
            if queue in self._late:
                raise Lagging
            yield await queue.get()
