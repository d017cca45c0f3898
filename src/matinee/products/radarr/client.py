"""A real Radarr, as far as its indexers go: ours are added to it, kept right and removed."""

import httpx2

from matinee.kernel.clock import Clock, now
from matinee.products.radarr.wire import RADARR
from matinee.products.servarr.manager import Manager, Schemas


def make_manager(
    *,
    name: str,
    url: str,
    api_key: str,
    schemas: Schemas | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
    clock: Clock = now,
) -> Manager:
    """The driver's factory: a Radarr at its address, with its own key."""
    return Manager(RADARR, name, url, api_key, schemas=schemas, transport=transport, clock=clock)
