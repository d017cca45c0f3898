"""When a quota begins anew: each day, each week or each month, by the clock on the wall."""

import calendar
from datetime import date, datetime, time, timedelta

from matinee.pipeline.usenet_port import Quota, QuotaPeriod


def began(quota: Quota, now: datetime) -> datetime | None:
    """When the period of now began; None for one that never does."""
    if quota.period is QuotaPeriod.NEVER:
        return None
    this = _moment(quota, now.date())
    return this if this <= now else _moment(quota, _in_the_period_before(quota, now.date()))


def begins(quota: Quota, now: datetime) -> datetime | None:
    """When the next period begins; None for one that never does."""
    if quota.period is QuotaPeriod.NEVER:
        return None
    this = _moment(quota, now.date())
    return this if this > now else _moment(quota, _in_the_period_after(quota, now.date()))


def _moment(quota: Quota, day: date) -> datetime:
    """The moment in the day, week or month that this day is of."""
    if quota.period is QuotaPeriod.WEEK:
        day += timedelta(days=min(max(quota.day, 1), 7) - day.isoweekday())
    elif quota.period is QuotaPeriod.MONTH:
        day = day.replace(day=min(max(quota.day, 1), calendar.monthrange(day.year, day.month)[1]))
    return datetime.combine(day, time(quota.hour, quota.minute))


def _in_the_period_before(quota: Quota, day: date) -> date:
    if quota.period is QuotaPeriod.MONTH:
        return day.replace(day=1) - timedelta(days=1)
    return day - timedelta(days=7 if quota.period is QuotaPeriod.WEEK else 1)


def _in_the_period_after(quota: Quota, day: date) -> date:
    if quota.period is QuotaPeriod.MONTH:
        return day.replace(day=28) + timedelta(days=4)
    return day + timedelta(days=7 if quota.period is QuotaPeriod.WEEK else 1)
