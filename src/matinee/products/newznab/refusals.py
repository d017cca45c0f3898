"""What an indexer's refusal means, whether it comes as an HTTP status, as a document, or as both."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
from lxml import etree

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.pipeline.ports import Limited, Unanswerable
from matinee.products.newznab.document import local_name, number, open_document
from matinee.products.newznab.wire import GRAB_LIMIT, LIMIT, NO_ITEM, REQUEST_LIMIT, SWITCHED_OFF, UNKNOWN

_LONGEST_TEXT = 2000
_LONGEST_PAUSE = 7 * 24 * 3600.0  # seconds


def rejection(indexer: str, answer: httpx2.Response, now: datetime) -> MatineeError:
    """A 4xx or 5xx as one of our errors: by its <error> document where there is one, by its status otherwise."""
    status, seconds = answer.status_code, asked_pause(answer.headers.get("retry-after", ""), now)
    error = _told(indexer, answer)
    if status == 429 or (isinstance(error, Unreachable) and (isinstance(error, Limited) or seconds is not None)):
        return Limited(f"{error or _limit_reached(indexer, 'HTTP 429')}{_when(seconds)}", seconds=seconds)
    if error is not None:
        return error
    if status >= 500 or status == 408:
        words = f"{indexer}: answers HTTP {status}{_when(seconds)}"
        return Unreachable(words) if seconds is None else Limited(words, seconds=seconds)
    return _plain_refusal(indexer, answer)


def redirection(indexer: str, answer: httpx2.Response) -> Refused:
    """A redirect is not followed: it would carry the key to somewhere nobody named."""
    where = redact(answer.headers.get("location", "nowhere").partition("?")[0])
    return Refused(f"{indexer}: the address redirects to {where:.120}; set that address, or log in there again")


def raise_error(indexer: str, root: etree._Element) -> None:
    """Raise what an <error> document means; any other document passes."""
    if local_name(root) == "error":
        raise refusal(indexer, number(root.get("code")) or 0, root.get("description") or "")


def refusal(indexer: str, code: int, description: str) -> MatineeError:
    """What an <error> means: keys are to be changed, limits are to be waited for."""
    words = redact(description[:_LONGEST_TEXT]).strip()[:200] or "no reason given"
    if 100 <= code < 200:
        return Refused(f"{indexer}: the API key was refused ({words}); check key and account there")
    if code in (LIMIT, REQUEST_LIMIT, GRAB_LIMIT) or words.lower() == "request limit reached":
        return Limited(_limit_reached(indexer, words))
    if code == NO_ITEM:
        return NotFound(f"{indexer}: {words}")
    if code == SWITCHED_OFF:
        return Refused(f"{indexer}: its API is switched off ({words}); switch it on there (error {code})")
    if code == UNKNOWN:
        return Unreachable(f"{indexer}: {words} (error {code})")
    kind = Unanswerable if 200 <= code < 300 else Refused
    return kind(f"{indexer}: {words} (error {code})")


def asked_pause(retry_after: str, now: datetime) -> float | None:
    """The seconds that a Retry-After asks for, itself in seconds or as a date; None when it says nothing."""
    told = retry_after.strip()[:60]
    try:
        seconds = float(told)
    except ValueError:
        moment = _moment(told)
        seconds = (moment - now).total_seconds() if moment else math.nan
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if math.isfinite(seconds) else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


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


def _plain_refusal(indexer: str, answer: httpx2.Response) -> MatineeError:
    status = answer.status_code
    if status in (401, 403):
        is_page = "html" in answer.headers.get("content-type", "")
        reason = "the answer looks like a login or block page" if is_page else "the API key was refused"
        return Refused(f"{indexer}: {reason} (HTTP {status})")
    if status == 404:
        return NotFound(f"{indexer}: there is no Newznab or Torznab API at this address (HTTP 404)")
    return Refused(f"{indexer}: answers HTTP {status}")


def _limit_reached(indexer: str, words: str) -> str:
    return f"{indexer}: its limit is reached ({words})"


def _when(seconds: float | None) -> str:
    return "" if seconds is None else f"; try again in {seconds:.0f} s"
