"""What came from a news server, by day, and since when its quota counts."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from matinee.engines.usenet.periods import began
from matinee.pipeline.usenet_port import Quota

DAYS_KEPT = 400


@dataclass(slots=True)
class Usage:
    """Bytes. `total` ever, `days` by date, `before` what the total was when the period of its quota began, at `since`.

    `since` is local time, and empty without a quota. `told` is what of an owner's own figure for "used before" lies in
    an earlier period.
    """

    total: int = 0
    days: dict[str, int] = field(default_factory=dict)
    before: int = 0
    told: int = 0
    since: str = ""

    def count(self, received: int, day: str) -> None:
        """So many bytes came on this day."""
        self.total += received
        self.days[day] = self.days.get(day, 0) + received

    def used(self, told: int) -> int:
        """Of the quota, with the owner's figure of what was used before."""
        return max(0, told - self.told + self.total - self.before)

    def begin(self, now: datetime, told: int = 0) -> None:
        """From now on the quota counts anew."""
        self.before, self.told, self.since = self.total, told, now.isoformat()

    def mind(self, *, has_quota: bool, now: datetime) -> None:
        """A quota that is new counts from now on; one that is gone is forgotten."""
        if not has_quota:
            self.since = ""
        elif not self.since:
            self.begin(now)

    def is_over(self, quota: Quota, now: datetime) -> bool:
        """Whether another period of the quota began since it counts."""
        start = began(quota, now)
        return start is not None and self.since != "" and datetime.fromisoformat(self.since) < start

    def forget_old_days(self, today: date) -> None:
        """Keep what a year's statistics need."""
        oldest = (today - timedelta(days=DAYS_KEPT)).isoformat()
        self.days = {day: count for day, count in self.days.items() if day >= oldest}


def gigabytes(size: int) -> str:
    """Bytes for a person."""
    return f"{size / 1e9:,.1f} GB" if size >= 10**8 else f"{size / 1e6:,.1f} MB"
