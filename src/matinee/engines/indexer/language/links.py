"""A link as it stands on a page becomes a whole address; a torrent told by its infohash alone becomes a magnet link."""

from urllib.parse import quote, urlencode, urljoin, urlsplit

TRACKERS = (
    "udp://tracker.opentrackr.org:1337/announce",
    "udp://open.stealth.si:80/announce",
    "udp://tracker.torrent.eu.org:451/announce",
    "udp://exodus.desync.com:6969/announce",
    "udp://open.demonii.com:1337/announce",
)
_TRACKERS = "".join(f"&tr={quote(tracker, safe='')}" for tracker in TRACKERS)


def resolve(base: str, link: str) -> str:
    """A link as an absolute address; what cannot be one stays as it is and is refused when it is asked."""
    try:
        parts, link = urlsplit(link.strip()), link.strip()
        if not parts.scheme and not parts.netloc and parts.path and not parts.path.startswith("/"):
            folder = urlsplit(base).path.rpartition("/")[0]
            link = f"{folder}/{link}"  # urljoin would swallow the empty parts of `list//1/` in a relative link
        return urljoin(base, link)
    except ValueError:
        return link


def is_magnet(link: str) -> bool:
    """Whether a link names a torrent instead of a place."""
    return link[:7].lower() == "magnet:"


def public_magnet(infohash: str, title: str, *, with_trackers: bool) -> str:
    """A magnet link out of an infohash; public trackers are named where the torrent may be announced to them."""
    return f"magnet:?xt=urn:btih:{infohash}&{urlencode({'dn': title})}{_TRACKERS if with_trackers else ''}"
