"""When the alternative speed limits hold: between two times of certain days."""

from datetime import datetime, timedelta

from matinee.pipeline.torrent_port import Alternative

WEEKDAYS = range(5)


def holds_now(alternative: Alternative, now: datetime) -> bool:
    """Whether the schedule wants the alternative limits; a night belongs to the day it begins on."""
    minute = now.hour * 60 + now.minute
    begin = alternative.from_hour * 60 + alternative.from_minute
    end = alternative.to_hour * 60 + alternative.to_minute
    if begin <= end:
        return begin <= minute < end and _is_meant(alternative.days, now)
    if minute >= begin:
        return _is_meant(alternative.days, now)
    return minute < end and _is_meant(alternative.days, now - timedelta(days=1))


def _is_meant(days: int, day: datetime) -> bool:
    """0 every day, 1 Monday to Friday, 2 the weekend, 3 to 9 Monday to Sunday."""
    if days in (1, 2):
        return (day.weekday() in WEEKDAYS) is (days == 1)
    return days == 0 or day.weekday() == days - 3
