"""A real Sonarr, as far as its indexers go: ours are added to it, kept right and removed."""

import httpx2

from matinee.kernel.clock import Clock, now
from matinee.products.servarr.manager import Manager, Schemas
from matinee.products.sonarr.wire import SONARR


def make_manager(
    *,
    name: str,
    url: str,
    api_key: str,
    schemas: Schemas | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
    clock: Clock = now,
) -> Manager:
    """The driver's factory: a Sonarr at its address, with its own key."""
    return Manager(SONARR, name, url, api_key, schemas=schemas, transport=transport, clock=clock)
