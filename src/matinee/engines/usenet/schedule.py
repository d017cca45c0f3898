"""What is to be done at fixed times of the day and the week, and what of it is due."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from matinee.pipeline.usenet_port import ScheduleAct, ScheduledAct

WEEK = timedelta(days=7)


def due(acts: Iterable[ScheduledAct], after: datetime, until: datetime) -> list[ScheduledAct]:
    """What falls between these moments, in order; of more than a week only the last one."""
    begin = max(after, until - WEEK)
    found = [(moment, act) for act in acts if act.enabled for moment in _moments(act, begin, until)]
    return [act for _, act in sorted(found, key=lambda one: one[0])]


def _moments(act: ScheduledAct, after: datetime, until: datetime) -> Iterator[datetime]:
    day = after.date()
    while day <= until.date():
        moment = datetime.combine(day, time(act.hour, act.minute))
        if day.isoweekday() in act.days and after < moment <= until:
            yield moment
        day += timedelta(days=1)


def holding(acts: Iterable[ScheduledAct], now: datetime) -> list[ScheduledAct]:
    """What a week of this would have led to by now: the last word on each matter."""
    last: dict[tuple[str, str], ScheduledAct] = {}
    for act in due(acts, now - WEEK, now):
        last[_matter(act)] = act
    return list(last.values())


def _matter(act: ScheduledAct) -> tuple[str, str]:
    if act.act in {ScheduleAct.PAUSE, ScheduleAct.RESUME}:
        return "pause", ""
    return ("speed", "") if act.act is ScheduleAct.SPEED else ("server", act.argument)
