"""We answer as Radarr does when a Prowlarr pushes its indexers: they become ours."""

from starlette.types import ASGIApp

from matinee.products.radarr.wire import RADARR
from matinee.products.servarr.door import Allow
from matinee.products.servarr.house import Indexers
from matinee.products.servarr.receiving import receiving_app


def radarr_app(indexers: Indexers, allow: Allow) -> ASGIApp:
    """Radarr's API of indexers over those of the house; `allow` tells whether a key opens it."""
    return receiving_app(RADARR, indexers, allow)
