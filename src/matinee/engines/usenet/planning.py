"""What the clock decides: pauses and speeds at fixed times, and when a quota begins anew."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from matinee.engines.usenet.governing import Governing
from matinee.engines.usenet.periods import begins
from matinee.engines.usenet.schedule import due, holding
from matinee.engines.usenet.usage import gigabytes
from matinee.kernel.errors import Refused
from matinee.pipeline.usenet_port import Quota, QuotaState, ScheduleAct, ScheduledAct

log = logging.getLogger(__name__)

LONGEST_NAP = 15.0  # seconds: the clock may be set, the machine may sleep
MOST_ACTS = 200


class Planning(Governing):
    """The part of the engine that keeps the schedule and the quotas; all of it is on disk."""

    def schedule(self) -> Sequence[ScheduledAct]:
        """What is done at fixed times."""
        return self._queue.rules.schedule

    async def set_schedule(self, acts: Sequence[ScheduledAct]) -> None:
        """From now on this is done. What these times want by now holds at once, but nobody's pause is ended by it."""
        for act in acts:
            _refuse_nonsense(act)
        if len(acts) > MOST_ACTS:
            raise Refused(f"a schedule has {MOST_ACTS} lines at most")
        now = self._queue.settings.clock()
        self._queue.put_rules(replace(self._queue.rules, schedule=tuple(acts), seen=now.isoformat()))
        await self._act(act for act in holding(acts, now) if act.act is not ScheduleAct.RESUME)

    async def _act(self, acts: Iterable[ScheduledAct]) -> None:
        for act in acts:
            log.info("the schedule says: %s %s", act.act.value, act.argument)
            match act.act:
                case ScheduleAct.PAUSE:
                    await self.pause()
                case ScheduleAct.RESUME if not self._queue.rules.paused_until:  # a pause of so many minutes ends itself
                    await self.resume()
                case ScheduleAct.SPEED:
                    await self.set_speed_limit(act.limit)
                case ScheduleAct.ENABLE_SERVER | ScheduleAct.DISABLE_SERVER:
                    await self._enable(act.argument, act.act is ScheduleAct.ENABLE_SERVER)

    async def _enable(self, name: str, enabled: bool) -> None:
        servers = [live.spec for live in self._queue.roster.lives]
        if any(one.name == name and one.enabled is not enabled for one in servers):
            await self.set_servers([replace(one, enabled=enabled) if one.name == name else one for one in servers])

    # quotas

    def quota(self) -> tuple[Quota, QuotaState]:
        """How much may come from all servers together, and how much did."""
        quota = self._queue.rules.quota
        again = begins(quota, self._queue.settings.clock()) if quota.size else None
        return quota, QuotaState(self._used() if quota.size else 0, again.astimezone() if again else None)

    def _used(self) -> int:
        whole = self._queue.rules.whole
        whole.total = self._queue.roster.total
        return whole.used(0)

    async def set_quota(self, quota: Quota) -> None:
        """From now on no more than this comes in a period."""
        is_time = 0 <= quota.hour < 24 and 0 <= quota.minute < 60
        if quota.size < 0 or not 1 <= quota.day <= 31 or not is_time:
            raise Refused("a quota has 0 or more bytes, a day of 1 to 31, and a time such as 6:30")
        self._used()
        self._queue.rules.whole.mind(has_quota=bool(quota.size), now=self._queue.settings.clock())
        self._queue.put_rules(replace(self._queue.rules, quota=quota))
        self.weigh()

    async def reset_quota(self) -> None:
        """Let the quota of all servers together begin anew now."""
        self._used()
        self._queue.rules.whole.begin(self._queue.settings.clock())
        self._queue.save_rules()
        self.weigh()

    def weigh(self) -> None:
        """Let everything wait when the quota is used up, and go on when it is not any more."""
        quota, state = self.quota()
        until = f" until {state.resets.astimezone():%Y-%m-%d %H:%M}" if state.resets else ""
        is_spent = bool(quota.size) and state.used >= quota.size
        trouble = f"The quota of {gigabytes(quota.size)} is used up{until}" if is_spent else ""
        if trouble != self._queue.quota_trouble:
            log.info("%s", trouble or "downloads go on: there is quota again")
            self._queue.quota_trouble = trouble
            if trouble:
                self._queue.downloader.put([])
            self._queue.arrange()

    # the clock

    async def keep_the_clock(self) -> None:
        """Look at the clock for as long as the engine is open; in between the owner's hand counts."""
        while True:
            await self.look_at_the_clock(self._queue.settings.clock())
            await asyncio.sleep(LONGEST_NAP)

    async def look_at_the_clock(self, now: datetime) -> None:
        """Do what is due since the last look, also when that was before the engine was last closed."""
        seen = datetime.fromisoformat(self._queue.rules.seen) if self._queue.rules.seen else now
        acts = due(self.schedule(), seen, now)
        self._queue.rules = replace(self._queue.rules, seen=now.isoformat())
        await self._act(acts)
        anew = [live.spec.name for live in self._queue.roster.lives if live.spend_anew(now)]
        rules = self._queue.rules
        if rules.quota.size and rules.whole.is_over(rules.quota, now):
            self._used()
            rules.whole.begin(now)
            anew.append("all servers")
        if anew:
            log.info("a new period of quota begins: %s", ", ".join(anew))
            self._queue.save_rules()
            self._queue.arrange()
        self.weigh()


def _refuse_nonsense(act: ScheduledAct) -> None:
    if not (0 <= act.hour < 24 and 0 <= act.minute < 60):
        raise Refused(f"{act.hour}:{act.minute:02} is no time of the day")
    if not act.days or not set(act.days) <= set(range(1, 8)):
        raise Refused("the days of a schedule are 1 (Monday) to 7 (Sunday)")
    if act.limit < 0:
        raise Refused("a speed limit is 0 or more bytes a second")
