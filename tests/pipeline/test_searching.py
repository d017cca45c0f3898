import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Refused, Unreachable
from matinee.media.indexing import Page, Question
from matinee.media.title import Episode, Kind
from matinee.media.wanted import Wanted
from matinee.pipeline import searching
from matinee.pipeline.decide import Decision
from matinee.pipeline.decide import decide as real_decide
from matinee.pipeline.ports import Query
from matinee.pipeline.searching import query_for
from matinee.store.releases import releases_of
from tests.media.ladders import HD
from tests.pipeline.household import MOVIE, SERIES, FakeIndexer, Household, household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


@pytest.fixture
async def second() -> FakeIndexer:
    return FakeIndexer(name="Second")


@pytest.fixture
async def house(on_sqlite: Database, tmp_path: Path, second: FakeIndexer) -> AsyncIterator[Household]:
    """A household that asks two indexers."""
    first = FakeIndexer()
    async with household(on_sqlite, tmp_path, indexers=(first, second), deadline=0.2) as made:
        made.indexer = first
        yield made


def test_a_movie_is_asked_for_by_name_year_and_numbers() -> None:
    assert query_for(Wanted(MOVIE, HD)) == Query(Kind.MOVIE, "Tin Comet", 2021, "tt0133093", 603)


def test_an_episode_is_asked_for_by_its_place_in_the_series() -> None:
    query = query_for(Wanted(SERIES, HD, SERIES.episodes[2]))
    assert (query.kind, query.tvdb, query.tvmaze, query.season, query.episode) == (Kind.SERIES, 121361, 82, 1, 2)


async def test_every_indexer_is_asked_and_the_best_of_all_taken(house: Household, second: FakeIndexer) -> None:
    house.indexer.offer("Tin.Comet.2021.720p.WEB-DL.x264-GRP")
    second.offer(GOOD)
    journey = await house.ready(await house.wish())
    assert journey.steps[1].text == "2 releases; none refused"
    assert house.client.added == [GOOD]


async def test_of_two_indexers_one_may_be_down(house: Household, second: FakeIndexer) -> None:
    house.indexer.offer(GOOD)
    second.trouble = Unreachable("Second: no answer in time")
    journey = await house.ready(await house.wish())
    assert journey.steps[1].notes == ("Second: no answer in time",)
    assert journey.steps[1].attempts == 1


async def test_an_indexer_that_refuses_us_is_noted_and_the_other_asked(house: Household, second: FakeIndexer) -> None:
    house.indexer.offer(GOOD)
    second.trouble = Refused("Second: the key or password was refused (HTTP 401)")
    journey = await house.ready(await house.wish())
    assert journey.steps[1].notes == ("Second: the key or password was refused (HTTP 401)",)


async def test_when_none_answers_the_search_waits_and_goes_on_by_itself(house: Household, second: FakeIndexer) -> None:
    house.indexer.trouble = Unreachable("Lab: no connection (refused)")
    second.trouble = Unreachable("Second: no answer in time")
    request_id = await house.wish()
    waiting = await house.resting(request_id, "searched")
    assert waiting.text == "Lab: no connection (refused); Second: no answer in time"
    house.indexer.trouble = None
    house.indexer.offer(GOOD)
    journey = await house.ready(request_id)
    assert journey.steps[1].attempts > 1


async def test_an_indexer_without_an_answer_is_not_waited_for_for_ever(
    house: Household, second: FakeIndexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(question: Question) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(second, "ask", hang)
    house.indexer.offer(GOOD)
    journey = await house.ready(await house.wish())
    assert journey.steps[1].notes == ("Second: no answer within 0.2 seconds",)


async def test_every_release_is_written_down_with_its_verdict(house: Household) -> None:
    house.indexer.offer(GOOD)
    house.indexer.offer("Tin.Comet.2021.1080p.WEB-DL.x264-DEAD", seeders=0)
    house.indexer.offer("Another.Film.2021.1080p.WEB-DL.x264-GRP")
    await house.ready(await house.wish())
    kept = await house.database.read(lambda db: releases_of(db, 1, 2))
    assert (kept[0].release.name, kept[0].quality, kept[0].reasons) == (GOOD, "WEBDL-1080p", ())
    assert len(kept) == 3
    assert all(one.reasons for one in kept[1:])


async def test_without_an_indexer_the_cure_is_told(on_sqlite: Database, tmp_path: Path) -> None:
    async with household(on_sqlite, tmp_path, indexers=()) as house:
        waiting = await house.resting(await house.wish(), "searched")
        assert waiting.text == "There is no indexer to ask: add one under Indexers."


async def test_only_three_searches_run_at_once(house: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    async def ask(question: Question) -> Page:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.03)
        running -= 1
        return Page(())

    monkeypatch.setattr(house.indexer, "ask", ask)
    episodes = tuple(Episode(1, number, "", f"e{number}", date(2023, 9, 1), 45) for number in range(1, 16))
    house.metadata.titles[str(SERIES.ref)] = replace(SERIES, episodes=episodes)
    request_id = await house.wish(SERIES.ref)
    with house.database.bus.reading() as events:
        while any(len(one.steps) < 4 for one in await house.journeys(request_id)):
            await anext(events)
    assert most == 3
    assert {one.steps[1].notes for one in await house.journeys(request_id)} == {()}


async def test_of_very_many_releases_the_best_are_kept(house: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_KEPT", 2)
    for number in range(3):
        house.indexer.offer(f"Another.Film.2021.1080p.WEB-DL.x264-G{number}")
    house.indexer.offer(GOOD)
    journey = await house.ready(await house.wish())
    kept = await house.database.read(lambda db: releases_of(db, 1, 2))
    assert kept[0].release.name == GOOD
    assert len(kept) == 2
    assert journey.steps[1].notes == ("Of these the best 2 were written down.",)


async def test_many_releases_are_judged_beside_the_loop(house: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[threading.Thread] = []

    def decide(*told: Any) -> list[Decision]:
        where.append(threading.current_thread())
        return real_decide(*told)

    monkeypatch.setattr(searching, "decide", decide)
    await house.resting(await house.wish())
    assert where
    assert threading.main_thread() not in where


async def test_when_nothing_but_room_is_missing_the_search_waits_for_it(
    house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, free = shutil.disk_usage, 1_000_000
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=real(path).total, free=free))
    house.indexer.offer("Tin.Comet.2021.1080p.WEB-DL.x264-GOOD", size=4_000_000_000)
    request = await house.wish()
    waiting = await house.resting(request, "searched")
    assert waiting.text == (
        "The disk with the downloads is full: 1 MB free, 4,000 MB needed. It goes on when there is space."
    )
    free = 10**12
    await house.ready(request)
