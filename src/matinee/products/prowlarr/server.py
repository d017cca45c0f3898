"""We answer as Prowlarr does: every indexer of ours by itself, a search of all, and the API that its clients use."""

from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from matinee.products.prowlarr.applications import ApplicationProvider
from matinee.products.prowlarr.commands import Commands, command_routes
from matinee.products.prowlarr.downloads import download_routes
from matinee.products.prowlarr.elsewhere import download_clients, notifications
from matinee.products.prowlarr.feeds import feed_routes, turned_away
from matinee.products.prowlarr.history import history_routes
from matinee.products.prowlarr.house import VERSION, House
from matinee.products.prowlarr.indexers import IndexerProvider, category_route
from matinee.products.prowlarr.labels import Labels, label_routes
from matinee.products.prowlarr.profiles import profile_routes
from matinee.products.prowlarr.providers import provider_routes
from matinee.products.prowlarr.proxies import ProxyProvider
from matinee.products.prowlarr.searches import search_routes
from matinee.products.prowlarr.system import system_routes
from matinee.products.servarr.door import Allow, servarr_app


def prowlarr_app(house: House, allow: Allow) -> ASGIApp:
    """Prowlarr over the house's indexers; nothing but /ping is answered without a key that `allow` accepts."""
    return servarr_app(prowlarr_routes(house), allow, version=VERSION, turned_away=_turned_away)


def prowlarr_routes(house: House) -> list[Route]:
    """Every address that is answered."""
    labels = Labels(house)
    families = (
        IndexerProvider(house, labels),
        ApplicationProvider(house, labels),
        ProxyProvider(house, labels),
        download_clients(),
        notifications(),
    )
    routes = [
        *feed_routes(house),
        *download_routes(house),
        category_route(),
        *(route for family in families for route in provider_routes(family)),
        *search_routes(house),
        *history_routes(house),
        *label_routes(labels),
        *profile_routes(),
        *command_routes(Commands(house)),
    ]
    return [*routes, *system_routes(house, routes)]


def _turned_away(path: str) -> Response:
    return turned_away(path) or JSONResponse({"error": "Unauthorized"}, 401)
