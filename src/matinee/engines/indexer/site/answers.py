"""What a site's answer means when it is not what was asked for: a pause, a closed door, a house on fire."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from matinee.engines.indexer.site.line import redirect_of
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.pipeline.ports import Limited

_LONGEST_PAUSE = 7 * 86400.0
_REFUSALS = {
    401: "the account or key is not accepted; correct it in the indexer's settings",
    403: "the site blocks us; look with a browser whether it asks for a challenge",
    404: "there is no such page; the definition may be older than the site",
}


def fault_of(name: str, answer: httpx2.Response, now: datetime) -> MatineeError | None:
    """The error that an answer stands for; None for a 200."""
    status = answer.status_code
    if status == 200:
        return None
    if status == 429:
        return limited(name, answer, now)
    if answer.has_redirect_location:
        return Refused(
            f"{name}: redirects to {place_of(redirect_of(answer))}; sign in there with a browser,"
            " or set that address if the site has moved"
        )
    if status >= 500 or status == 408:
        return Unreachable(f"{name}: answers HTTP {status}")
    kind = NotFound if status == 404 else Refused
    return kind(f"{name}: {_REFUSALS.get(status, 'the request is refused')} (HTTP {status})")


def limited(name: str, answer: httpx2.Response, now: datetime) -> Limited:
    """The pause that a 429 asks for, in seconds where it says so."""
    seconds = pause_of(answer, now)
    when = "" if seconds is None else f"; it asks for {seconds:.0f} s"
    return Limited(f"{name}: too many requests (HTTP 429){when}", seconds=seconds)


def pause_of(answer: httpx2.Response, now: datetime) -> float | None:
    """`Retry-After` in seconds, which may be written as a date; None when there is none that makes sense."""
    told = str(answer.headers.get("retry-after", "")).strip()[:64]
    if told.isascii() and told.isdigit():
        return min(float(told), _LONGEST_PAUSE)
    try:
        date = parsedate_to_datetime(told)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, IndexError, OverflowError, TypeError):
        return None
    return min(max((date - now).total_seconds(), 0.0), _LONGEST_PAUSE)


def is_html(answer: httpx2.Response) -> bool:
    """Whether an answer calls itself a page; one that says nothing counts as one."""
    kind = str(answer.headers.get("content-type", "")).lower()
    return not kind or "html" in kind


def place_of(url: str) -> str:
    """An address without its query, short enough for a message."""
    return url.partition("?")[0].partition("#")[0][:120]
