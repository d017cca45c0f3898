"""One request to a site, ready to be sent: the address, the form and the headers are all in it."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from matinee.engines.indexer.language.definition import SearchPath
from matinee.engines.indexer.language.urls import url_encode

Pairs = tuple[tuple[str, str], ...]

FORM = "application/x-www-form-urlencoded"
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gob", "gov", "net", "or", "org"))


@dataclass(frozen=True, slots=True)
class SiteRequest:
    """A request of one definition: `form` as pairs, `body` the same as bytes in the site's own encoding.

    `path` is the definition's path that asked for it; None for requests of a login or a download.
    """

    url: str
    method: str = "GET"
    form: Pairs = ()
    body: bytes | None = None
    content_type: str = ""
    headers: Pairs = ()
    path: SearchPath | None = None


def query_string(pairs: Iterable[tuple[str, str]], encoding: str, separator: str = "&") -> str:
    """Pairs as a query: the values encoded, the names as they stand in the definition."""
    return separator.join(f"{name}={url_encode(value, encoding)}" for name, value in pairs)


def form_body(pairs: Iterable[tuple[str, str]], encoding: str) -> bytes:
    """Pairs as the body of a form, in the site's encoding."""
    return "&".join(f"{url_encode(name, encoding)}={url_encode(value, encoding)}" for name, value in pairs).encode()


def post(url: str, pairs: Iterable[tuple[str, str]], encoding: str, headers: Pairs = ()) -> SiteRequest:
    """A form that is sent."""
    form = tuple(pairs)
    return SiteRequest(url, "POST", form, form_body(form, encoding), FORM, headers)


def multipart(url: str, pairs: Iterable[tuple[str, str]], encoding: str, headers: Pairs = ()) -> SiteRequest:
    """A form that is sent in parts, as one with `enctype="multipart/form-data"` wants it."""
    form, mark = tuple(pairs), f"matinee{secrets.token_hex(12)}"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n' for name, value in form
    ]
    body = "".join((*parts, f"--{mark}--\r\n")).encode(encoding, "replace")
    return SiteRequest(url, "POST", form, body, f"multipart/form-data; boundary={mark}", headers)


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def with_query(url: str, query: str, separator: str = "?") -> str:
    """The address with more of a query; its fragment goes, no server sees one."""
    return f"{url.partition('#')[0]}{separator}{query}" if query else url


def first_of_each(headers: Iterable[tuple[str, tuple[str, ...]]]) -> Pairs:
    """Headers as they are sent: of each list the first value."""
    return tuple((name, values[0]) for name, values in headers if values)


def home_of(url: str) -> str:
    """The domain a site lives under: `www.` and `dl.` of one site are at home together; a number is its own home."""
    host = host_of(url)
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if wide else -2 :])


def host_of(url: str) -> str:
    """The host of an address in small letters; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
