"""Where a release is downloaded from us, and who asks for it."""

from urllib.parse import urlencode

from starlette.requests import Request

from matinee.media.release import Release
from matinee.products.prowlarr.house import House
from matinee.products.prowlarr.seal import seal
from matinee.products.servarr.door import key_of

_LONGEST_NAME = 120


def server_url(request: Request, house: House) -> str:
    """Our address as the asker sees it, without a slash at its end."""
    if house.own_url:
        return house.own_url.rstrip("/")
    headers = request.headers
    scheme = headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "localhost")).split(",")[0].strip()
    path = headers.get("x-forwarded-prefix", "") or str(request.scope.get("root_path", ""))
    return f"{scheme if scheme == 'https' else 'http'}://{host}{path}".rstrip("/")


def download_link(request: Request, house: House, indexer_id: int, release: Release) -> str:
    """The sealed link of a release; it opens with the key it was asked with. Empty when nothing can be fetched."""
    if not (release.download_url or release.magnet_url):
        return ""
    told = {
        "apikey": key_of(request.scope),
        "link": seal(house.secret, indexer_id, release),
        "file": release.name[:_LONGEST_NAME],
    }
    return f"{server_url(request, house)}/{indexer_id}/download?{urlencode(told)}"


def source_of(request: Request) -> str:
    """Which program asks, as it names itself (`Radarr`)."""
    agent = request.headers.get("user-agent", "")
    name = agent.partition("/")[0].strip()
    return name[:60] or "unknown"
