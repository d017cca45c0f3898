"""Feeds write the moment of an upload in every way there is."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = 80
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
    "%d %b %Y",
    "%d %B %Y %H:%M:%S",
    "%d %B %Y",
    "%b %d, %Y %H:%M:%S",
    "%b %d, %Y",
    "%B %d, %Y %H:%M:%S",
    "%B %d, %Y",
    "%a %b %d %H:%M:%S %Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y",
)
_AGO = re.compile(
    r"(\d{1,4}|an?)\s*(s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week|mo|month|y|yr|year)s?\b", re.IGNORECASE
)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_592_000, "y": 31_536_000}


def moment(told: str, present: datetime) -> datetime | None:
    """The moment in UTC; one without a zone is taken as UTC. None when it cannot be read."""
    text = " ".join(told[:_LONGEST].split())
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if text.lower().endswith(" ago"):
        return _ago(text, present)
    return _written(text)


def _ago(text: str, present: datetime) -> datetime | None:
    """`2 hours 5 minutes ago`."""
    parts = _AGO.findall(text.lower())
    seconds = sum(_units(number) * _SECONDS[_short(unit)] for number, unit in parts)
    try:
        return present - timedelta(seconds=seconds) if parts else None
    except OverflowError:
        return None


def _units(number: str) -> int:
    return int(number) if number.isdigit() else 1


def _short(unit: str) -> str:
    return "mo" if unit.startswith("mo") else unit[0]


def _written(text: str) -> datetime | None:
    for read in (_by_mail, datetime.fromisoformat, _by_format):
        try:
            if (found := read(text)) is not None:
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _by_mail(text: str) -> datetime | None:
    """RFC 822 needs a time; what has none would be read by halves."""
    return parsedate_to_datetime(text) if ":" in text and re.search(r"[A-Za-z]{3}", text) else None


def _by_format(text: str) -> datetime | None:
    for layout in _FORMATS:
        try:
            return datetime.strptime(text, layout)
        except ValueError:
            continue
    return None
