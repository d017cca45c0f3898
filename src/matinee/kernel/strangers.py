"""What no door takes from strangers: bodies without an end, and calls that another site's page makes a browser send."""

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request


def refuse_large_bodies(request: Request, largest: int) -> None:
    """HTTP 411 for a body that tells no length, 413 for one of more than `largest` bytes."""
    length = request.headers.get("content-length", "0")
    if request.headers.get("transfer-encoding"):
        raise HTTPException(411)
    if not length.isdecimal() or int(length) > largest:
        raise HTTPException(413)


def refuse_other_sites(request: Request) -> None:
    """HTTP 401: a page of another site must not use the cookie of a browser that is logged in here."""
    here = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    for name in ("origin", "referer"):
        if (there := request.headers.get(name)) and urlsplit(there).netloc != here:
            raise HTTPException(401)
