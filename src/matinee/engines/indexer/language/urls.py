"""Words inside an address: the signs it may not hold, written as %20 and the like, and back."""

from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlsplit

# .NET leaves these as they are, and escapes the tilde.
_SAFE = "!*()"
_MOST_PAIRS = 1000


def url_encode(text: str, encoding: str = "utf-8") -> str:
    """As in a form: a space is "+", what the encoding does not know is "?"."""
    return quote_plus(text, safe=_SAFE, encoding=encoding, errors="replace").replace("~", "%7E")


def url_decode(text: str, encoding: str = "utf-8") -> str:
    """The other way; "+" is a space."""
    return unquote_plus(text, encoding=encoding, errors="replace")


def query_value(address: str, key: str) -> str | None:
    """The first value of `?key=`, whatever its case; None where the address has none."""
    _, mark, query = address.partition("?")
    if not mark:
        return None
    pairs, wanted = query.partition("#")[0].split("&"), key.lower()
    if len(pairs) > _MOST_PAIRS:
        raise ValueError(f"a query of more than {_MOST_PAIRS} fields")
    for pair in pairs:
        name, _, value = pair.partition("=")
        if pair and unquote_plus(name).lower() == wanted:
            return unquote_plus(value)
    return None


def download_values(address: str) -> dict[str, str | None]:
    """The `.DownloadUri.…` variables of a link; `.DownloadUri.Query.<key>` holds the first value of each key.

    Raises ValueError for an address that is none.
    """
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, -1)
    told: dict[str, str | None] = {
        "AbsoluteUri": address,
        "AbsolutePath": parts.path or "/",
        "Scheme": parts.scheme,
        "Host": parts.hostname or "",
        "Port": str(port),
        "PathAndQuery": (parts.path or "/") + query,
        "Query": query,
    }
    for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_PAIRS):
        told.setdefault(f"Query.{name}", value)
    return {f".DownloadUri.{name}": value for name, value in told.items()}
