"""A title's numbers are learned from all catalogues; quarrels are settled in words, and nothing ever fails."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matinee.engines.metadata import Crosswalk
from matinee.kernel.cache import FolderCache
from matinee.kernel.errors import Refused, Unreachable
from matinee.media.title import ExternalIds, Kind


class Fake:
    """A catalogue that knows the numbers of one title, or an error, or nothing yet."""

    def __init__(self, name: str, **ids: object) -> None:
        self.name = name
        self.ids = ExternalIds(**ids)  # type: ignore[arg-type]
        self.error: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()
        self.calls: list[ExternalIds] = []

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        self.calls.append(known)
        await self.go.wait()
        if self.error:
            raise self.error
        return self.ids


class ByNumber(Fake):
    """A catalogue that can be asked by one kind of number only."""

    def __init__(self, name: str, by: str, **ids: object) -> None:
        super().__init__(name, **ids)
        self.by = by

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        found = await super().linked(kind, known)
        return found if getattr(known, self.by) is not None else ExternalIds()


class Desk:
    """A crosswalk with a memory, on an evening of our choice."""

    def __init__(self, folder: Path, *links: Fake, each_within: float = 5.0) -> None:
        self.moment = datetime(2026, 11, 1, tzinfo=UTC)
        self.cache = FolderCache(folder, limit_bytes=100_000, clock=lambda: self.moment)
        self.crosswalk = Crosswalk(links, self.cache, each_within=each_within)

    async def fill(
        self, told_by: str = "", *, silent: bool = False, patience: float = 5.0, **ids: object
    ) -> ExternalIds:
        one = ExternalIds(**ids)  # type: ignore[arg-type]
        return await self.crosswalk.fill(Kind.MOVIE, one, told_by=told_by, silent=silent, patience=patience)


async def test_what_one_tells_another_can_be_asked_by(tmp_path: Path) -> None:
    first = ByNumber("tmdb", "tmdb", tmdb=1, imdb="tt1111111")
    second = ByNumber("tvdb", "imdb", tvdb=5, imdb="tt1111111", wikidata="Q9")
    found = await Desk(tmp_path, second, first).fill(tmdb=1)
    assert found == ExternalIds(tmdb=1, imdb="tt1111111", tvdb=5, wikidata="Q9")


async def test_complete_numbers_ask_nobody(tmp_path: Path) -> None:
    one = Fake("tmdb")
    await Desk(tmp_path, one).fill(tmdb=1, imdb="tt1111111", tvdb=5, wikidata="Q9")
    await Desk(tmp_path, one).fill()
    assert one.calls == []


async def test_the_majority_is_right_and_the_quarrel_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    links = [Fake("tmdb", tmdb=1, imdb="tt1111111"), Fake("tvdb", tmdb=1, imdb="tt2222222"),
             Fake("wikidata", tmdb=1, imdb="tt2222222")]  # fmt: skip
    assert (await Desk(tmp_path, *links).fill("tmdb", tmdb=1)).imdb == "tt2222222"
    assert "tmdb says tt1111111, tvdb says tt2222222, wikidata says tt2222222; tt2222222 is used" in caplog.text


async def test_of_two_opinions_the_preferred_source_is_believed(tmp_path: Path) -> None:
    links = [Fake("tvdb", imdb="tt2222222"), Fake("wikidata", imdb="tt3333333")]
    assert (await Desk(tmp_path, *links).fill(tmdb=1)).imdb == "tt2222222"


async def test_the_number_that_names_a_title_is_never_doubted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    links = [Fake("tvdb", tmdb=2, tvdb=5, imdb="tt2222222"), Fake("wikidata", tmdb=2, wikidata="Q9")]
    assert await Desk(tmp_path, *links).fill("tmdb", tmdb=1) == ExternalIds(tmdb=1)
    assert "tvdb speaks of another title" in caplog.text


async def test_the_source_that_told_much_is_not_asked_again(tmp_path: Path) -> None:
    own = Fake("tmdb", tmdb=1)
    await Desk(tmp_path, own, Fake("tvdb", tvdb=5)).fill("tmdb", tmdb=1, imdb="tt1111111")
    await Desk(tmp_path / "second", own, Fake("tvdb", tvdb=5)).fill("tmdb", tmdb=1, silent=True)
    assert own.calls == []


@pytest.mark.parametrize("error", [Unreachable("x"), Refused("x"), RuntimeError("x"), RecursionError("x")])
async def test_no_failure_reaches_the_caller(tmp_path: Path, error: Exception) -> None:
    broken = Fake("tmdb")
    broken.error = error
    found = await Desk(tmp_path, broken, Fake("tvdb", tvdb=5)).fill(imdb="tt1111111")
    assert found == ExternalIds(imdb="tt1111111", tvdb=5)


async def test_a_source_is_asked_three_times_at_most(tmp_path: Path) -> None:
    class Growing(Fake):
        async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
            await super().linked(kind, known)
            return ExternalIds()

    links = [Growing("tmdb"), Growing("tvdb"), Fake("wikidata", tvmaze=3)]
    await Desk(tmp_path, *links).fill(imdb="tt1111111")
    assert max(len(link.calls) for link in links) <= 3


async def test_who_hangs_does_not_keep_back_what_others_tell(tmp_path: Path) -> None:
    hanging = Fake("tmdb", tmdb=1)
    hanging.go.clear()
    found = await Desk(tmp_path, hanging, Fake("tvdb", tvdb=5), each_within=0.02).fill(imdb="tt1111111")
    assert found.tvdb == 5


async def test_after_the_patience_the_asking_goes_on_for_the_next_time(tmp_path: Path) -> None:
    slow = Fake("tmdb", tmdb=1)
    slow.go.clear()
    desk = Desk(tmp_path, slow)
    assert await desk.fill(imdb="tt1111111", patience=0.01) == ExternalIds(imdb="tt1111111")
    slow.go.set()
    assert (await desk.fill(imdb="tt1111111")).tmdb == 1
    assert len(slow.calls) == 1


async def test_an_answer_is_kept_under_every_number_for_thirty_days(tmp_path: Path) -> None:
    one = Fake("tmdb", tmdb=1, imdb="tt1111111")
    desk = Desk(tmp_path, one)
    await desk.fill(tmdb=1)
    desk.moment += timedelta(days=29)
    assert (await desk.fill(imdb="tt1111111")).tmdb == 1 and len(one.calls) == 1
    desk.moment += timedelta(days=2)
    await desk.fill(imdb="tt1111111")
    assert len(one.calls) == 2


async def test_while_somebody_was_silent_the_answer_is_kept_for_an_hour(tmp_path: Path) -> None:
    well, broken = Fake("tmdb", tmdb=1, imdb="tt1111111"), Fake("tvdb", tvdb=5)
    broken.error = Unreachable("TheTVDB: no answer in time")
    desk = Desk(tmp_path, well, broken)
    await desk.fill(tmdb=1)
    broken.error = None
    assert (await desk.fill(tmdb=1)).tvdb is None
    desk.moment += timedelta(hours=2)
    assert (await desk.fill(tmdb=1)).tvdb == 5


async def test_a_memory_of_another_title_is_not_believed(tmp_path: Path) -> None:
    one = Fake("tvdb", tmdb=1, imdb="tt1111111", tvdb=5)
    desk = Desk(tmp_path, one)
    await desk.fill(imdb="tt1111111")
    one.ids = ExternalIds(tvdb=6)
    assert await desk.fill("tmdb", tmdb=2, imdb="tt1111111") == ExternalIds(tmdb=2, imdb="tt1111111", tvdb=6)


async def test_an_unreadable_memory_is_asked_again(tmp_path: Path) -> None:
    one = Fake("tmdb", tmdb=1, imdb="tt1111111")
    await Desk(tmp_path, one).fill(tmdb=1)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b'{"ids": 5')
    assert (await Desk(tmp_path, one).fill(tmdb=1)).imdb == "tt1111111"
    assert len(one.calls) == 2


async def test_equal_questions_at_the_same_time_are_one(tmp_path: Path) -> None:
    one = Fake("tmdb", tmdb=1, imdb="tt1111111")
    desk = Desk(tmp_path, one)
    await asyncio.gather(*(desk.fill(tmdb=1) for _ in range(8)))
    assert len(one.calls) == 1
