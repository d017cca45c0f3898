"""What Prowlarr tells of itself: version, health, settings, logs. What the house keeps elsewhere is empty here."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import Refused
from matinee.products.prowlarr.history import status_row as blocked_row
from matinee.products.prowlarr.house import VERSION, House
from matinee.products.servarr.fields import MASK, Resource
from matinee.products.servarr.status import status_row

_SETTLED = "the house is set up in its own settings, not through this API"
_WIKI = "https://wiki.servarr.com/prowlarr/system#indexers-are-unavailable-due-to-failures"


def system_routes(house: House, others: Sequence[Route]) -> list[Route]:
    """The addresses of it; `others` are listed beside them in system/routes."""
    system = _System(house, others)
    v1 = "/api/v1"
    empty = ("system/backup", "update", "log/file", "log/file/update", "customfilter", "system/routes/duplicate")
    return [
        Route("/ping", system.ping, methods=["GET", "HEAD"]),
        Route("/api", system.versions),
        Route("/login", system.login, methods=["GET", "POST"]),
        Route("/logout", system.login),
        Route("/initialize.json", system.initialize),
        Route(f"{v1}/system/status", system.status),
        Route(f"{v1}/system/routes", system.routes),
        Route(f"{v1}/health", system.health),
        Route(f"{v1}/log", system.log),
        *(Route(f"{v1}/{name}", system.nothing, methods=["GET"]) for name in empty),
        *(Route(f"{v1}/system/{name}", system.settled, methods=["POST"]) for name in ("restart", "shutdown")),
        Route(f"{v1}/customfilter", system.settled, methods=["POST"]),
        Route(f"{v1}/localization", system.localization),
        Route(f"{v1}/localization/options", system.languages),
        Route(f"{v1}/filesystem", system.folder),
        Route(f"{v1}/filesystem/type", system.folder_type),
        Route(f"{v1}/config/{{name}}", system.config, methods=["GET"]),
        Route(f"{v1}/config/{{name}}", system.settled, methods=["PUT"]),
        Route(f"{v1}/config/{{name}}/{{id:int}}", system.config, methods=["GET"]),
        Route(f"{v1}/config/{{name}}/{{id:int}}", system.settled, methods=["PUT"]),
    ]


class _System:
    def __init__(self, house: House, others: Sequence[Route]) -> None:
        self._house, self._others = house, others
        self._started: datetime = house.clock()

    async def ping(self, _request: Request) -> Response:
        return JSONResponse({"status": "OK"})

    async def versions(self, _request: Request) -> Response:
        return JSONResponse({"current": "v1", "deprecated": []})

    async def login(self, _request: Request) -> Response:
        """There is no page of ours here: the key opens everything."""
        return RedirectResponse("/", 302)

    async def initialize(self, _request: Request) -> Response:
        """What a page of Prowlarr asks first; the key stays with who has it."""
        told = {"apiRoot": "/api/v1", "apiKey": MASK, "release": VERSION, "version": VERSION, "urlBase": ""}
        return JSONResponse({**told, "instanceName": "Prowlarr", "branch": "master", "analytics": False})

    async def status(self, request: Request) -> Response:
        base = str(request.scope.get("root_path", ""))
        return JSONResponse(status_row("Prowlarr", VERSION, self._started, url_base=base))

    async def routes(self, _request: Request) -> Response:
        return JSONResponse([{"path": route.path, "methods": sorted(route.methods or ())} for route in self._others])

    async def health(self, _request: Request) -> Response:
        """The indexers that are left alone, in one line."""
        names = [seat.stored.name for seat in self._house.indexers.seats() if blocked_row(seat)]
        message = f"Indexers unavailable due to failures: {', '.join(names)}"
        row = {"source": "IndexerStatusCheck", "type": "warning", "message": message, "wikiUrl": _WIKI}
        return JSONResponse([row] if names else [])

    async def log(self, _request: Request) -> Response:
        """The house's log is on its own pages."""
        told = {"page": 1, "pageSize": 10, "sortKey": "time", "sortDirection": "descending"}
        return JSONResponse({**told, "totalRecords": 0, "records": []})

    async def nothing(self, _request: Request) -> Response:
        return JSONResponse([])

    async def settled(self, _request: Request) -> Response:
        raise Refused(_SETTLED)

    async def localization(self, _request: Request) -> Response:
        """The words of Prowlarr's pages are its own; ours has none."""
        return JSONResponse({"strings": {}})

    async def languages(self, _request: Request) -> Response:
        return JSONResponse([{"name": "English", "value": "en"}])

    async def folder(self, request: Request) -> Response:
        """Nobody chooses a folder through this API, so none is shown."""
        path = PurePosixPath(request.query_params.get("path", "/") or "/")
        return JSONResponse({"parent": str(path.parent), "directories": [], "files": []})

    async def folder_type(self, _request: Request) -> Response:
        return JSONResponse({"type": "folder"})

    async def config(self, request: Request) -> Response:
        made = _CONFIGS.get(request.path_params["name"])
        if made is None or request.path_params.get("id", 1) != 1:
            raise HTTPException(404)
        return JSONResponse({"id": 1, **made})


_CONFIGS: dict[str, Resource] = {
    "host": {
        "bindAddress": "*",
        "port": 9696,
        "sslPort": 6969,
        "enableSsl": False,
        "launchBrowser": False,
        "authenticationMethod": "forms",
        "authenticationRequired": "enabled",
        "analyticsEnabled": False,
        "username": "",
        "password": "",
        "passwordConfirmation": "",
        "logLevel": "info",
        "logSizeLimit": 1,
        "consoleLogLevel": "",
        "branch": "master",
        "apiKey": MASK,
        "sslCertPath": "",
        "sslCertPassword": "",
        "urlBase": "",
        "instanceName": "Prowlarr",
        "applicationUrl": "",
        "updateAutomatically": False,
        "updateMechanism": "external",
        "updateScriptPath": "",
        "proxyEnabled": False,
        "proxyType": "http",
        "proxyHostname": "",
        "proxyPort": 8080,
        "proxyUsername": "",
        "proxyPassword": "",
        "proxyBypassFilter": "",
        "proxyBypassLocalAddresses": True,
        "certificateValidation": "enabled",
        "backupFolder": "Backups",
        "backupInterval": 7,
        "backupRetention": 28,
        "historyCleanupDays": 30,
        "trustCgnatIpAddresses": False,
    },
    "ui": {
        "firstDayOfWeek": 0,
        "calendarWeekColumnHeader": "ddd M/D",
        "shortDateFormat": "MMM D YYYY",
        "longDateFormat": "dddd, MMMM D YYYY",
        "timeFormat": "h(:mm)a",
        "showRelativeDates": True,
        "enableColorImpairedMode": False,
        "uiLanguage": "en",
        "theme": "auto",
    },
    "downloadclient": {},
    "development": {
        "consoleLogLevel": "",
        "logSql": False,
        "logIndexerResponse": False,
        "logRotate": 50,
        "filterSentryEvents": True,
    },
}
