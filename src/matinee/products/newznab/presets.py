"""Well-known indexers by name, so that nobody has to look up where their API stands."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from matinee.media.release import Protocol

GENERIC_PATH = "/api"


@dataclass(frozen=True, slots=True)
class Preset:
    """One indexer: its name, the address of its API and the path there. A generic one has no address."""

    name: str
    url: str
    api_path: str = GENERIC_PATH
    protocol: Protocol = Protocol.USENET


GENERIC_NEWZNAB = Preset("Generic Newznab", "")
GENERIC_TORZNAB = Preset("Generic Torznab", "", protocol=Protocol.TORRENT)

PRESETS: tuple[Preset, ...] = (
    GENERIC_NEWZNAB,
    Preset("abNZB", "https://abnzb.com"),
    Preset("altHUB", "https://api.althub.co.za"),
    Preset("AnimeTosho (usenet)", "https://feed.animetosho.org"),
    Preset("DOGnzb", "https://api.dognzb.cr"),
    Preset("DrunkenSlug", "https://drunkenslug.com"),
    Preset("GingaDADDY", "https://www.gingadaddy.com"),
    Preset("Miatrix", "https://www.miatrix.com"),
    Preset("Newz69", "https://newz69.keagaming.com"),
    Preset("NinjaCentral", "https://ninjacentral.co.za"),
    Preset("NZB.life", "https://api.nzb.life"),
    Preset("NZBCat", "https://nzb.cat"),
    Preset("NZBFinder", "https://nzbfinder.ws"),
    Preset("NZBgeek", "https://api.nzbgeek.info"),
    Preset("NzbNoob", "https://www.nzbnoob.com"),
    Preset("NZBNDX", "https://www.nzbndx.com"),
    Preset("NzbPlanet", "https://api.nzbplanet.net"),
    Preset("NZBStars", "https://nzbstars.com"),
    Preset("SceneNZBs", "https://scenenzbs.com"),
    Preset("SimplyNZBs", "https://simplynzbs.com"),
    Preset("Tabula Rasa", "https://www.tabula-rasa.pw", "/api/v1/api"),
    Preset("Usenet Crawler", "https://www.usenet-crawler.com"),
    GENERIC_TORZNAB,
    Preset("AnimeTosho (torrents)", "https://feed.animetosho.org", protocol=Protocol.TORRENT),
    Preset("MoreThanTV", "https://www.morethantv.me", "/api/torznab", Protocol.TORRENT),
    Preset("Torrent Network", "https://tntracker.org", "/api/torznab/api", Protocol.TORRENT),
)

_PATHS = {urlsplit(preset.url).hostname: preset.api_path for preset in PRESETS if preset.url}


def api_path_of(url: str) -> str:
    """The path of the API at an address: as its preset has it, `/api` elsewhere."""
    try:
        return _PATHS.get(urlsplit(url).hostname, GENERIC_PATH)
    except ValueError:
        return GENERIC_PATH
