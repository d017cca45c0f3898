"""A usenet engine that downloads nothing: what the API asks of it is done to lists."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from matinee.kernel.clock import now
from matinee.kernel.errors import Conflict, NotFound, Refused, Unreachable
from matinee.pipeline.usenet_port import (
    FinishedJob,
    JobState,
    NewsServer,
    Priority,
    Quota,
    QuotaState,
    ScheduledAct,
    ServerState,
    UsenetCategory,
    UsenetFile,
    UsenetJob,
    UsenetPreferences,
)

MIB = 2**20


@dataclass
class FakeEngine:
    root: Path
    jobs: list[UsenetJob] = field(default_factory=list)
    done: list[FinishedJob] = field(default_factory=list)
    news_servers: list[NewsServer] = field(default_factory=lambda: [NewsServer("news", "news.test", password="hidden")])
    known: list[UsenetCategory] = field(default_factory=lambda: [UsenetCategory("*"), UsenetCategory("films", "films")])
    is_paused: bool = False
    speed: int = 0
    speed_limit: int = 0
    trouble: str = ""
    paused_for: float | None = None
    deleted: list[tuple[str, bool]] = field(default_factory=list)
    given: list[bytes] = field(default_factory=list)
    acts: list[ScheduledAct] = field(default_factory=list)
    chosen: UsenetPreferences = field(default_factory=UsenetPreferences)
    whole: Quota = field(default_factory=Quota)
    spent: QuotaState = field(default_factory=QuotaState)
    used: int = 0
    revision: int = 1
    count: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def complete_folder(self) -> Path:
        return self.root / "complete"

    @property
    def incomplete_folder(self) -> Path:
        return self.root / "incomplete"

    def move(self) -> None:
        self.revision += 1
        self._moved.set()
        self._moved = asyncio.Event()

    async def changed(self, seen: int) -> int:
        while self.revision <= seen:
            await self._moved.wait()
        return self.revision

    async def add(
        self, nzb: bytes, *, name: str = "", category: str = "*", priority: Priority | None = None, password: str = ""
    ) -> str:
        if b"<nzb" not in nzb:
            raise Refused("this is not an NZB")
        if any(job.name == name for job in self.jobs):
            raise Conflict(f"'{name}' is there already")
        self.count += 1
        self.given.append(nzb)
        job = UsenetJob(
            f"SABnzbd_nzo_{self.count}",
            name,
            JobState.QUEUED,
            700 * MIB,
            700 * MIB,
            category,
            priority or Priority.NORMAL,
            added=now(),
            age=now() - timedelta(days=25),
            password=password,
        )
        self.jobs.append(job)
        self.move()
        return job.id

    def queue(self) -> Sequence[UsenetJob]:
        return self.jobs

    def history(self) -> Sequence[FinishedJob]:
        return self.done

    def files(self, id: str) -> Sequence[UsenetFile]:
        self.job(id)
        return [UsenetFile("f1", "tram.mkv", 600 * MIB, 0, True), UsenetFile("f2", "tram.nfo", MIB, MIB)]

    def job(self, id: str) -> UsenetJob:
        found = next((job for job in self.jobs if job.id == id), None)
        if found is None:
            raise NotFound(f"there is no job {id}")
        return found

    def put(self, which: str, /, **changes: object) -> None:
        self.jobs = [replace(job, **changes) if job.id == which else job for job in self.jobs]  # type: ignore[arg-type]
        self.move()

    def finish(self, id: str, state: JobState = JobState.COMPLETED, message: str = "") -> None:
        job = self.job(id)
        folder = self.complete_folder / job.category / job.name
        done = FinishedJob(
            id,
            job.name,
            f"{job.name}.nzb",
            state,
            job.size,
            job.category,
            now(),
            folder,
            message,
            download_seconds=64.4,
            stages={"Download": ["in 64 seconds"]},
            can_retry=state is JobState.FAILED,
        )
        self.jobs.remove(job)
        self.done.insert(0, done)
        self.move()

    async def pause(self, id: str | None = None, *, seconds: float | None = None) -> None:
        if id is None:
            self.is_paused, self.paused_for = True, seconds
            self.move()
        else:
            self.job(id)
            self.put(id, state=JobState.PAUSED)

    async def resume(self, id: str | None = None) -> None:
        if id is None:
            self.is_paused = False
            self.move()
        else:
            self.job(id)
            self.put(id, state=JobState.QUEUED)

    async def remove(self, id: str, *, delete_files: bool) -> None:
        self.deleted.append((id, delete_files))
        self.jobs = [job for job in self.jobs if job.id != id]
        self.done = [job for job in self.done if job.id != id]
        self.move()

    async def change(
        self,
        id: str,
        *,
        name: str | None = None,
        category: str | None = None,
        priority: Priority | None = None,
        position: int | None = None,
        password: str | None = None,
    ) -> None:
        told = {"name": name, "category": category, "priority": priority, "password": password}
        job = replace(self.job(id), **{key: value for key, value in told.items() if value is not None})  # type: ignore[arg-type]
        at = next(place for place, one in enumerate(self.jobs) if one.id == id)
        self.jobs.pop(at)
        self.jobs.insert(at if position is None else position, job)
        self.move()

    async def retry(self, id: str, nzb: bytes | None = None, *, password: str = "") -> str:
        found = next((job for job in self.done if job.id == id), None)
        if found is None:
            raise NotFound(f"there is no job {id}")
        self.done.remove(found)
        return await self.add(nzb or b"<nzb/>", name=found.name, category=found.category, password=password)

    def servers(self) -> Sequence[tuple[NewsServer, ServerState]]:
        state = ServerState(
            "news",
            3,
            1,
            5 * MIB,
            bytes_today=7,
            bytes_total=70,
            days={date.today().isoformat(): 7, "2001-02-03": 63},
            used=self.used,
            articles_tried=10,
            articles_missing=2,
            trouble=self.trouble,
        )
        return [(server, state) for server in self.news_servers]

    async def set_servers(self, servers: Sequence[NewsServer]) -> None:
        self.news_servers = list(servers)

    async def test_server(self, server: NewsServer) -> str:
        if server.host == "dead.test":
            raise Unreachable("dead.test: no connection")
        return f"{server.host} answers {'well' if server.password == 'hidden' else 'strangely'}"

    def categories(self) -> Sequence[UsenetCategory]:
        return self.known

    async def set_categories(self, categories: Sequence[UsenetCategory]) -> None:
        self.known = list(categories)

    def preferences(self) -> UsenetPreferences:
        return self.chosen

    async def set_preferences(self, preferences: UsenetPreferences) -> None:
        self.chosen = preferences

    def schedule(self) -> Sequence[ScheduledAct]:
        return self.acts

    async def set_schedule(self, acts: Sequence[ScheduledAct]) -> None:
        self.acts = list(acts)

    def quota(self) -> tuple[Quota, QuotaState]:
        return self.whole, self.spent

    async def set_quota(self, quota: Quota) -> None:
        self.whole = quota

    async def reset_quota(self) -> None:
        self.spent = QuotaState()

    async def set_speed_limit(self, limit: int) -> None:
        self.speed_limit = limit
