"""Schedules and quotas as SABnzbd writes them: `1 30 22 12345 speedlimit 50`, `200G`, `15 06:30`."""

import re
from collections.abc import Sequence

from matinee.pipeline.usenet_port import Quota, QuotaPeriod, ScheduleAct, ScheduledAct
from matinee.products.sabnzbd.call import Wrong
from matinee.products.sabnzbd.speeds import limit_of, size_of

_ACTS = {
    "pause": ScheduleAct.PAUSE,
    "pause_all": ScheduleAct.PAUSE,
    "resume": ScheduleAct.RESUME,
    "speedlimit": ScheduleAct.SPEED,
    "enable_server": ScheduleAct.ENABLE_SERVER,
    "disable_server": ScheduleAct.DISABLE_SERVER,
}
_NEEDS_MORE = frozenset({ScheduleAct.SPEED, ScheduleAct.ENABLE_SERVER, ScheduleAct.DISABLE_SERVER})
_DAY = re.compile(r"^\s*(\d{1,2})(?![\d:])")
_TIME = re.compile(r"(\d{1,2}):(\d{2})\s*$")


def line_of(act: ScheduledAct) -> str:
    """Enabled, minute, hour, days (1 is Monday), action, and what it needs."""
    days = "".join(map(str, act.days)) if len(act.days) < 7 else "1234567"
    words = [str(int(act.enabled)), str(act.minute), str(act.hour), days, act.act.value, act.argument]
    return " ".join(words).strip()


def acts_of(text: str, line: int) -> list[ScheduledAct]:
    """A schedule from its lines, between commas or each on its own; Wrong names the bad one. `line` is its speed."""
    return [_act(one.strip(), line) for one in re.split(r"[,\n]", text) if one.strip()]


def _act(told: str, line: int) -> ScheduledAct:
    words = told.split(None, 5)
    act = _ACTS.get(words[4].lower()) if len(words) > 4 else None
    argument = words[5] if len(words) > 5 else ""
    if act is None or not all(word.isdecimal() and len(word) < 3 for word in words[:3]):
        raise Wrong(f"'{told}' is no schedule: enabled, minute, hour, days, then {', '.join(_ACTS)}")
    days = tuple(range(1, 8)) if not words[3].isdecimal() else tuple(sorted({int(day) for day in words[3]}))
    if act in _NEEDS_MORE and not argument:
        raise Wrong(f"'{told}' does not say which speed or server")
    limit = limit_of(argument, line) if act is ScheduleAct.SPEED else 0
    return ScheduledAct(int(words[2]), int(words[1]), act, days, argument, limit, words[0] != "0")


def quota_day(quota: Quota) -> str:
    """The day and the time at which it begins anew."""
    return f"{quota.day} {quota.hour:02}:{quota.minute:02}"


def with_day(quota: Quota, text: str) -> Quota:
    """A quota that begins anew on another day; both the day and the time may be left out."""
    day, time = _DAY.search(text), _TIME.search(text)
    hour, minute = (int(time[1]), int(time[2])) if time else (0, 0)
    return Quota(quota.size, quota.period, int(day[1]) if day else 1, hour, minute)


def with_period(quota: Quota, text: str) -> Quota:
    """A quota with another period, by its letter."""
    return Quota(quota.size, period_of(text), quota.day, quota.hour, quota.minute)


def period_of(text: str) -> QuotaPeriod:
    """A period by its letter: d, w, m, and x for none."""
    try:
        return QuotaPeriod(text.strip().lower()[:1])
    except ValueError as error:
        raise Wrong("a quota's period is d (day), w (week), m (month) or x (never)") from error


def with_size(quota: Quota, text: str) -> Quota:
    """A quota of another size; nothing is no quota."""
    return Quota(size_of(text), quota.period, quota.day, quota.hour, quota.minute)


def lines_of(acts: Sequence[ScheduledAct]) -> list[str]:
    """A whole schedule."""
    return [line_of(act) for act in acts]
