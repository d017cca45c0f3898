"""New uploads wake the wants that they are welcome for, and no others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from matinee.kernel.journal import State
from matinee.pipeline.noticing import look_at_news
from tests.pipeline.household import MOVIE, SERIES, Household, household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


@pytest.fixture
async def house(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[Household]:
    async with household(on_sqlite, tmp_path) as made:
        yield made


async def test_a_new_upload_of_something_that_waits_is_taken_at_once(house: Household) -> None:
    request_id = await house.wish(MOVIE.ref)
    resting = await house.resting(request_id)
    house.indexer.offer(GOOD)
    assert await look_at_news(house.parts) == [resting.id]
    await house.ready(request_id)
    assert house.client.added == [GOOD]


@pytest.mark.parametrize("name", ["Another.Film.2021.1080p.WEB-DL.x264-GRP", "Tin.Comet.2021.CAM.x264-BAD"])
async def test_what_is_not_wanted_or_not_welcome_wakes_nobody(house: Household, name: str) -> None:
    request_id = await house.wish(MOVIE.ref)
    await house.resting(request_id)
    house.indexer.offer(name)
    assert await look_at_news(house.parts) == []
    assert house.client.added == []


async def test_of_a_series_only_the_episode_that_came_is_woken(house: Household) -> None:
    request_id = await house.wish(SERIES.ref)
    with house.database.bus.reading() as events:
        while any(one.state is not State.WAITING for one in await house.journeys(request_id)):
            await anext(events)
    house.indexer.offer("Night.Tram.S01E02.1080p.WEB-DL.x264-GRP")
    woken = await look_at_news(house.parts)
    assert len(woken) == 1
    assert len(await house.journeys(request_id)) > 1


async def test_while_nothing_waits_no_indexer_is_asked(house: Household) -> None:
    assert await look_at_news(house.parts) == []
    assert house.indexer.questions == []
