"""A catalogue with a memory answers from it, and goes on when its source is silent."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matinee.engines.metadata import Cached
from matinee.kernel.cache import FolderCache
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.title import Episode, ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef

REF = TitleRef(Kind.SERIES, "fake", "7")
CARD = TitleCard(REF, "Night Tram", 2019, "Words", "https://pictures.test/a.jpg", 8.1)
TITLE = Title(
    REF,
    "Night Tram",
    2019,
    ExternalIds(tvdb=3, imdb="tt1111111"),
    genres=("Drama",),
    released=datetime(2019, 9, 1, tzinfo=UTC).date(),
    episodes=(Episode(1, 1, "Line 9", "11", air_date=datetime(2019, 9, 1, tzinfo=UTC).date()),),
)


class Fake:
    """A source that counts its calls and can fall silent."""

    name = "fake"

    def __init__(self) -> None:
        self.calls = 0
        self.error: Exception | None = None

    async def search(self, text: str) -> list[TitleCard]:
        await self._work()
        return [CARD]

    async def discover(self) -> list[Shelf]:
        await self._work()
        return [Shelf("Loved", (CARD,))]

    async def title(self, ref: TitleRef) -> Title:
        await self._work()
        return TITLE

    async def probe(self) -> str:
        await self._work()
        return "seen"

    async def _work(self) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        if self.error:
            raise self.error


class House:
    """A source behind its memory, on an evening of our choice."""

    def __init__(self, folder: Path, scope: str = "") -> None:
        self.moment = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)
        self.monotonic = 0.0
        self.fake = Fake()
        self.cache = FolderCache(folder, limit_bytes=1_000_000, clock=lambda: self.moment)
        self.cached = Cached(self.fake, self.cache, scope=scope, monotonic=lambda: self.monotonic)

    def passes(self, time: timedelta) -> None:
        self.moment += time
        self.monotonic += time.total_seconds()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_the_second_answer_comes_from_disk_and_is_equal(house: House) -> None:
    for _ in range(2):
        assert await house.cached.title(REF) == TITLE
        assert await house.cached.search("Night  TRAM") == [CARD]
        assert await house.cached.discover() == [Shelf("Loved", (CARD,))]
    assert house.fake.calls == 3


async def test_an_old_answer_is_asked_again(house: House) -> None:
    await house.cached.title(REF)
    house.passes(timedelta(hours=13))
    await house.cached.title(REF)
    assert house.fake.calls == 2


async def test_a_stale_answer_serves_when_the_source_is_silent(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.cached.title(REF)
    house.passes(timedelta(days=20))
    house.fake.error = Unreachable("fake: no answer in time")
    assert await house.cached.title(REF) == TITLE
    assert "fake: no answer in time" in caplog.text


async def test_a_silent_source_is_not_asked_again_at_once(house: House) -> None:
    await house.cached.title(REF)
    house.passes(timedelta(days=1))
    house.fake.error = Unreachable("fake: no answer in time")
    for _ in range(5):
        await house.cached.title(REF)
    assert house.fake.calls == 2
    house.fake.error = None
    house.passes(timedelta(minutes=1))
    await house.cached.title(REF)
    assert house.fake.calls == 3


async def test_without_a_memory_silence_is_told(house: House) -> None:
    house.fake.error = Unreachable("fake: no answer in time")
    with pytest.raises(Unreachable):
        await house.cached.title(REF)


@pytest.mark.parametrize("error", [Refused("fake: wrong key"), NotFound("fake: gone")])
async def test_a_refusal_is_told_and_not_covered_up(house: House, error: Exception) -> None:
    await house.cached.title(REF)
    house.passes(timedelta(days=1))
    house.fake.error = error
    with pytest.raises(type(error)):
        await house.cached.title(REF)


async def test_nothing_is_kept_longer_than_the_terms_allow(house: House) -> None:
    await house.cached.title(REF)
    house.passes(timedelta(days=181))
    house.fake.error = Unreachable("fake: no answer in time")
    with pytest.raises(Unreachable):
        await house.cached.title(REF)


async def test_equal_calls_at_the_same_time_are_one(house: House) -> None:
    answers = await asyncio.gather(*(house.cached.title(REF) for _ in range(10)))
    assert answers == [TITLE] * 10 and house.fake.calls == 1


async def test_languages_do_not_mix(tmp_path: Path) -> None:
    english, german = House(tmp_path, "en"), House(tmp_path, "de")
    await english.cached.discover()
    await german.cached.discover()
    assert german.fake.calls == 1


async def test_an_unreadable_memory_is_asked_again(house: House, tmp_path: Path) -> None:
    await house.cached.title(REF)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b'{"half": ')
    assert await house.cached.title(REF) == TITLE
    assert house.fake.calls == 2


async def test_the_probe_is_never_remembered(house: House) -> None:
    await house.cached.probe()
    await house.cached.probe()
    assert house.fake.calls == 2
