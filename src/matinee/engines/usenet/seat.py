"""A job's place in the queue: its page, what is being done with it now, and the picture others get of it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from matinee.engines.usenet.check import Check
from matinee.engines.usenet.live import Live
from matinee.engines.usenet.post import DirectUnpack
from matinee.engines.usenet.record import JobRecord, Phase
from matinee.engines.usenet.speed import Meter
from matinee.pipeline.usenet_port import JobState, Priority, UsenetFile, UsenetJob


@dataclass(slots=True, eq=False)
class Seat:
    """One job of the queue.

    `check` is there while its articles are looked for, `live` while it is fetched or may need more, `direct`
    while its archives are opened as they come, `stage` and `words` while it ends.
    """

    record: JobRecord
    live: Live | None = None
    check: Check | None = None
    direct: DirectUnpack | None = None
    stage: JobState = JobState.QUEUED
    words: str = ""
    is_active: bool = False
    is_leaving: bool = False
    meter: Meter = field(default_factory=Meter)

    def may_run(self, *, all_paused: bool, now: float, propagation: float) -> bool:
        """Whether its articles may be fetched now."""
        forced = self.record.priority is Priority.FORCE
        if self.is_leaving or self.record.paused or (all_paused and not forced):
            return False
        if self.record.phase is not Phase.FETCH:
            return self.live is not None and not self.live.is_settled
        return forced or not self.is_propagating(now, propagation)

    def is_propagating(self, now: float, propagation: float) -> bool:
        """Whether it was posted so lately that servers may not have all of it."""
        return bool(propagation and self.record.posted and now < self.record.posted + propagation)

    def look(self) -> None:
        """Take down its progress and its speed."""
        if self.live:
            progress = self.live.progress()
            self.record = replace(self.record, size=progress.size, left=progress.left, lost=progress.lost)
            self.meter.show(progress.done)

    def job(self, *, all_paused: bool, now: float, propagation: float, trouble: str) -> UsenetJob:
        """As others see it."""
        record, speed = self.record, self.meter.speed if self.is_active else 0
        return UsenetJob(
            id=record.id,
            name=record.name,
            state=self._state(all_paused, now, propagation),
            size=record.size,
            left=record.left,
            category=record.category,
            priority=record.priority,
            added=datetime.fromtimestamp(record.added, UTC),
            age=datetime.fromtimestamp(record.posted, UTC) if record.posted else None,
            password=record.password,
            speed=speed,
            eta=record.left // speed if speed else None,
            missing=record.lost,
            labels=record.labels,
            direct_unpack=self.direct.progress if self.direct else "",
            message=self.words or trouble or self._looking_for(),
        )

    def _state(self, all_paused: bool, now: float, propagation: float) -> JobState:
        if self.record.phase is not Phase.FETCH:
            return self.stage
        if self.record.paused or (all_paused and self.record.priority is not Priority.FORCE):
            return JobState.PAUSED
        if self.record.priority is not Priority.FORCE and self.is_propagating(now, propagation):
            return JobState.PROPAGATING
        if self.check and self.is_active:
            return JobState.CHECKING
        return JobState.DOWNLOADING if self.is_active else JobState.QUEUED

    def _looking_for(self) -> str:
        if not self.check or not self.is_active:
            return ""
        return f"Checking: {self.check.asked:,} of {self.check.total:,} articles are looked for"

    def files(self) -> list[UsenetFile]:
        """Its files, those not wanted so far as well."""
        if not self.live:
            return []
        return [
            UsenetFile(
                id=f"{self.record.id}_{index}",
                name=file.name or file.plan.name,
                size=file.size,
                left=self.live.left_of(index),
                is_complete=file.is_settled and file.lost == 0,
            )
            for index, file in enumerate(self.live.files)
        ]
