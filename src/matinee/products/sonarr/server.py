"""We answer as Sonarr does when a Prowlarr pushes its indexers: they become ours."""

from starlette.types import ASGIApp

from matinee.products.servarr.door import Allow
from matinee.products.servarr.house import Indexers
from matinee.products.servarr.receiving import receiving_app
from matinee.products.sonarr.wire import SONARR


def sonarr_app(indexers: Indexers, allow: Allow) -> ASGIApp:
    """Sonarr's API of indexers over those of the house; `allow` tells whether a key opens it."""
    return receiving_app(SONARR, indexers, allow)
