"""What an indexer's refusal means when it comes as an HTTP status, with or without words."""

import httpx2

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.products.torznab.document import open_document
from matinee.products.torznab.wire import raise_error


def rejection(indexer: str, answer: httpx2.Response) -> MatineeError:
    """A 4xx or 5xx as one of our errors: by its <error> document where there is one, by its status otherwise."""
    status = answer.status_code
    error = _told(indexer, answer) if status != 429 else Unreachable(f"{indexer}: its limit is reached (HTTP 429)")
    if error is not None:
        return Unreachable(f"{error}{_when(answer)}") if isinstance(error, Unreachable) else error
    if status >= 500 or status == 408:
        return Unreachable(f"{indexer}: answers HTTP {status}{_when(answer)}")
    if status in (401, 403):
        is_page = "html" in answer.headers.get("content-type", "")
        reason = "the answer looks like a login or block page" if is_page else "the API key was refused"
        return Refused(f"{indexer}: {reason} (HTTP {status})")
    if status == 404:
        return NotFound(f"{indexer}: there is no Torznab API at this address (HTTP 404)")
    return Refused(f"{indexer}: answers HTTP {status}")


def redirection(indexer: str, answer: httpx2.Response) -> Refused:
    """A redirect is not followed: it would carry the key to somewhere nobody named."""
    where = answer.headers.get("location", "nowhere").partition("?")[0]
    return Refused(f"{indexer}: the address redirects to {where:.120}; set that address, or log in there again")


def _told(indexer: str, answer: httpx2.Response) -> MatineeError | None:
    """The meaning of an <error> document in the body; None when there is no such document."""
    try:
        root = open_document(indexer, answer.content)
    except Refused:
        return None
    try:
        raise_error(indexer, root)
    except MatineeError as error:
        return error
    return None


def _when(answer: httpx2.Response) -> str:
    """When to try again, as the indexer says it: seconds or a date."""
    asked = answer.headers.get("retry-after", "").strip()[:40]
    if not asked:
        return ""
    return f"; try again in {asked} s" if asked.isdigit() else f"; try again after {asked}"
