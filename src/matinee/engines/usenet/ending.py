"""How a download ends: checked, unpacked, moved to its place, and put down in the history."""

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from matinee.engines.usenet.disk import FULL, free_place, move_folder
from matinee.engines.usenet.names import safe_folder
from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.post import Arrived, PostJob, PostResult, Volume, Wishes, finish, forget_opened
from matinee.engines.usenet.queue import Queue
from matinee.engines.usenet.record import FinishedRecord, JobRecord, Phase
from matinee.engines.usenet.seat import Seat
from matinee.kernel.errors import MatineeError
from matinee.pipeline.usenet_port import FinishedJob, JobState, UsenetCategory

log = logging.getLogger(__name__)

Category = Callable[[str], UsenetCategory]


class Ending:
    """Ends jobs one after the other; `put_down` is called with each page of the history."""

    def __init__(
        self, complete: Path, wishes: Wishes, category: Category, put_down: Callable[[FinishedRecord], None]
    ) -> None:
        self.complete, self._wishes, self._category = complete, wishes, category
        self._put_down = put_down
        self._turn = asyncio.Lock()

    async def end(self, queue: Queue, seat: Seat, why: str) -> None:
        """End a job whose articles are settled; `why` it is hopeless, if it is."""
        async with self._turn:
            if seat.is_leaving:
                return
            began = time.monotonic()
            if seat.record.phase is Phase.FETCH:
                seat.record = replace(seat.record, phase=Phase.POST)
            result = PostResult(False, why) if why else await self._finished(queue, seat)
            if seat.is_leaving:
                return
            storage: Path | None = queue.incomplete / seat.record.folder
            if result.is_complete:
                seat.stage = JobState.MOVING
                storage, result = await self._moved(queue, seat, result)
            await queue.close_live(seat)
            self._write_down(queue, seat, result, storage, time.monotonic() - began)

    async def _finished(self, queue: Queue, seat: Seat) -> PostResult:
        """Check, repair and unpack; again and again while the disk is full."""
        if seat.record.phase is Phase.MOVE:
            return PostResult(True, stages=seat.record.stages)
        live = seat.live or await queue.open_live(seat)
        opened = await seat.direct.results() if seat.direct else ()
        while True:
            await asyncio.to_thread(live.sync)
            job = replace(self._post_job(seat, live.plan), opened=opened)
            try:
                result = await finish(
                    live.folder, job, lambda more: _fetch_more(queue, seat, more), self._tell(queue, seat)
                )
            except (OSError, MatineeError) as error:
                log.exception("%s could not be finished", seat.record.name)
                result = PostResult(False, f"It could not be finished: {error}")
            if not result.is_waiting:
                return result
            queue.room.is_full(result.message)
            await queue.room.wait()

    def _tell(self, queue: Queue, seat: Seat) -> Callable[[JobState, str], None]:
        def tell(stage: JobState, words: str) -> None:
            seat.stage, seat.words = stage, words
            queue.tell()

        return tell

    def _post_job(self, seat: Seat, plan: Plan) -> PostJob:
        category = self._category(seat.record.category)
        live = seat.live
        files = [live.arrived(index) for index, file in enumerate(live.files) if file.is_wanted] if live else []
        told = (seat.record.password, plan.metas.get("password", ""))
        return PostJob(
            name=seat.record.name,
            files=tuple(file for file in files if file),
            volumes=_volumes(seat),
            passwords=tuple(dict.fromkeys(one for one in told if one)),
            wishes=replace(
                self._wishes,
                repairs=category.repairs,
                unpacks=category.unpacks,
                deletes_archives=category.deletes_archives,
            ),
        )

    async def _moved(self, queue: Queue, seat: Seat, result: PostResult) -> tuple[Path, PostResult]:
        """Move the folder to where the category wants it; a full disk is waited for."""
        source = queue.incomplete / seat.record.folder
        record = replace(
            seat.record,
            phase=Phase.MOVE,
            stages={stage: tuple(lines) for stage, lines in result.stages.items()},
            place=self._place(seat.record) if source.exists() else seat.record.place,
        )
        queue.put(seat, record)
        await queue.close_live(seat)
        while True:
            try:
                return await asyncio.to_thread(self._move, source, record), result
            except OSError as error:
                if error.errno not in FULL:
                    words = f"The finished files cannot be moved: {error.strerror or error}"
                    return source, PostResult(False, words, stages=result.stages)
                queue.room.is_full(f"{record.name} is to be moved to {self.complete}")
                await queue.room.wait()

    def _place(self, record: JobRecord) -> str:
        category = self._category(record.category)
        folder = self.complete / category.folder.rstrip("*")
        return str(folder if category.folder.endswith("*") else free_place(folder, safe_folder(record.name)))

    def _move(self, source: Path, record: JobRecord) -> Path:
        place = Path(record.place)
        forget_opened(source)
        if not self._category(record.category).folder.endswith("*"):
            return move_folder(source, place)
        place.mkdir(parents=True, exist_ok=True)
        for path in sorted(source.iterdir()) if source.exists() else ():  # no folder of its own
            shutil.move(path, free_place(place, path.name))
        if source.exists():
            source.rmdir()
        return place

    def _write_down(self, queue: Queue, seat: Seat, result: PostResult, storage: Path | None, seconds: float) -> None:
        seat.look()
        record = seat.record
        job = FinishedJob(
            id=record.id,
            name=record.name,
            nzb_name=record.nzb_name,
            state=JobState.COMPLETED if result.is_complete else JobState.FAILED,
            size=record.size,
            category=record.category,
            completed=datetime.now(UTC),
            storage=storage,
            message=result.message,
            download_seconds=record.seconds,
            postprocessing_seconds=seconds,
            stages={name: list(lines) for name, lines in result.stages.items()},
            can_retry=not result.is_complete,
        )
        self._put_down(FinishedRecord(job, record))
        queue.seats.pop(record.id, None)
        log.info("%s: %s", record.name, job.message or "complete", extra={"storage": str(storage)})
        queue.arrange()


def _volumes(seat: Seat) -> tuple[Volume, ...]:
    """The par2 volumes nobody fetched so far."""
    if not seat.live:
        return ()
    return tuple(
        Volume(str(index), file.plan.name, file.plan.recovery.blocks, file.plan.size)
        for index, file in enumerate(seat.live.files)
        if file.plan.recovery and not file.is_wanted
    )


async def _fetch_more(queue: Queue, seat: Seat, volumes: Sequence[Volume]) -> list[Arrived]:
    """Fetch par2 volumes; what came of them."""
    live = seat.live
    if live is None:
        return []
    indexes = [int(one.id) for one in volumes]
    await asyncio.to_thread(live.want, indexes)
    queue.arrange()
    revision = 0
    while not live.is_settled and not seat.is_leaving:
        revision = await queue.changed(revision)
    return [arrived for index in indexes if (arrived := live.arrived(index))]
