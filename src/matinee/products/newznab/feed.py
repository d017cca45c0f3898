"""One answer to a search: the releases in a feed, and how much is left of today's allowance."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from lxml import etree

from matinee.media.indexing import Page
from matinee.media.release import Protocol, Release
from matinee.products.newznab.document import child_of, local_name, not_a_feed, number, open_document
from matinee.products.newznab.refusals import raise_error
from matinee.products.newznab.row import read_moment, read_row

MOST_ROWS = 500  # of one page that are read, whatever was asked for
_MOST_TROUBLES = 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an indexer still allows: calls and grabs used and allowed, and when there are more (None: unsaid)."""

    calls: int | None = None
    most_calls: int | None = None
    grabs: int | None = None
    most_grabs: int | None = None
    calls_again: datetime | None = None
    grabs_again: datetime | None = None


def read_feed(
    indexer: str,
    body: bytes,
    content_type: str = "",
    *,
    protocol: Protocol = Protocol.TORRENT,
    priority: int = 25,
) -> tuple[Page, Allowance | None]:
    """The answer to a search, MOST_ROWS of it at most; a row that cannot be read is told in `troubles`."""
    root = open_document(indexer, body, content_type)
    raise_error(indexer, root)
    channel = child_of(root, "channel")
    if local_name(root) != "rss" or channel is None:
        raise not_a_feed(indexer, "there is no channel in it")
    items = list(islice((child for child in channel if local_name(child) == "item"), MOST_ROWS))
    read = [_read(indexer, item, protocol, priority) for item in items]
    response = child_of(channel, "response")
    page = Page(
        releases=tuple(one for one in read if isinstance(one, Release)),
        rows=len(items),
        total=number(response.get("total")) if response is not None else None,
        troubles=tuple(_in_short(one for one in read if isinstance(one, str))),
    )
    return page, _allowance(channel)


def _read(indexer: str, item: etree._Element, protocol: Protocol, priority: int) -> Release | str:
    try:
        return read_row(indexer, item, protocol, priority)
    except ValueError as error:
        return f"one row of the feed was left out: {error}"


def _in_short(troubles: Iterator[str]) -> Iterator[str]:
    """Each trouble once, with how often; not more than a person reads."""
    counted = Counter(troubles)
    for trouble, times in islice(counted.items(), _MOST_TROUBLES):
        yield trouble if times == 1 else f"{trouble} ({times} times)"
    if len(counted) > _MOST_TROUBLES:
        yield f"and {len(counted) - _MOST_TROUBLES} more kinds of trouble"


def _allowance(channel: etree._Element) -> Allowance | None:
    """The indexer's limits, in whichever of the two ways it writes them."""
    element = child_of(channel, "apilimits")
    element = child_of(channel, "limits") if element is None else element
    if element is None:
        return None
    told = {str(name).replace("_", "").lower(): str(value) for name, value in element.attrib.items()}
    return Allowance(
        calls=number(told.get("apicurrent")),
        most_calls=number(told.get("apimax")),
        grabs=number(told.get("grabcurrent")),
        most_grabs=number(told.get("grabmax")),
        calls_again=_again(told, "api"),
        grabs_again=_again(told, "grab"),
    )


def _again(told: dict[str, str], what: str) -> datetime | None:
    """When there is more: told, or a day after the oldest that counts."""
    if moment := read_moment(told.get(f"{what}nextavailable", "")):
        return moment
    oldest = read_moment(told.get(f"{what}oldesttime", ""))
    return oldest + timedelta(days=1) if oldest and oldest < datetime(9999, 1, 1, tzinfo=UTC) else None
