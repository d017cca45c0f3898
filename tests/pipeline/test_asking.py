import asyncio
from dataclasses import replace
from datetime import date

import pytest

from matinee.kernel.auth import Role, User
from matinee.kernel.errors import Conflict, NotFound, Refused, Unreachable
from matinee.kernel.events import Event
from matinee.kernel.journal import JourneyMoved, State
from matinee.media.title import TitleRef
from matinee.pipeline.asking import Wish, cancel, episodes_wished, search_now
from matinee.pipeline.news import RequestCancelled, TitleRequested
from matinee.pipeline.ports import DownloadState
from matinee.pipeline.putting_away import PUT_AWAY
from matinee.store.files import all_files
from matinee.store.history import history_of
from matinee.store.requests import request_by_id, wants_of
from tests.pipeline.household import EVENING, MOVIE, PASSWORD, SERIES, Household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
DOUBLE = "Night.Tram.S01E01E02.1080p.WEB-DL.x264-GRP"
TODAY = date(2024, 5, 4)


def numbers(**wish: object) -> list[tuple[int, int]]:
    picked = episodes_wished(SERIES, Wish(SERIES.ref, **wish), TODAY)  # type: ignore[arg-type]
    return [(episode.season, episode.number) for episode in picked]


def test_of_a_series_all_that_has_aired_is_meant_but_no_specials() -> None:
    assert numbers() == [(1, 1), (1, 2)]


def test_whole_seasons_and_single_episodes_can_be_meant() -> None:
    assert numbers(seasons=(1,)) == [(1, 1), (1, 2)]
    assert numbers(seasons=(0,)) == [(0, 1)]
    assert numbers(episodes=((1, 2),)) == [(1, 2)]
    assert numbers(seasons=(1,), episodes=((0, 1), (1, 1))) == [(0, 1), (1, 1), (1, 2)]


def test_an_episode_named_by_hand_need_not_have_aired() -> None:
    assert numbers(episodes=((2, 1),)) == [(2, 1)]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"episodes": ((1, 9),)}, "Night Tram has no episode S01E09"),
        ({"seasons": (7,)}, "Night Tram has no season 7"),
        ({"seasons": (2,)}, "Night Tram: nothing of that has aired yet"),
    ],
)
def test_what_is_not_there_cannot_be_wished_for(wish: dict[str, object], says: str) -> None:
    with pytest.raises(NotFound) as caught:
        numbers(**wish)
    assert str(caught.value) == says


def test_a_movie_has_no_episodes() -> None:
    assert episodes_wished(MOVIE, Wish(MOVIE.ref), TODAY) == []
    with pytest.raises(Refused, match="Tin Comet is a movie"):
        episodes_wished(MOVIE, Wish(MOVIE.ref, seasons=(1,)), TODAY)


async def test_a_wish_is_written_down_with_a_journey_for_each_episode(home: Household) -> None:
    heard: list[Event] = []
    home.database.bus.listen(TitleRequested, heard.append)
    request_id = await home.wish(SERIES.ref)
    assert len(await home.journeys(request_id)) == 2
    assert heard == [TitleRequested(request_id, 1)]
    told = await home.database.read(lambda db: history_of(db, 1))
    assert told[0].text == "Anna asked for Night Tram."


async def test_the_same_wish_twice_is_a_conflict_and_changes_nothing(home: Household) -> None:
    await home.wish()
    with pytest.raises(Conflict, match="Tin Comet: all of that is wished for already or in the library"):
        await home.wish()
    assert len(await home.database.read(lambda db: history_of(db, 1))) == 1


async def test_of_a_wish_only_what_is_new_sets_off(home: Household) -> None:
    await home.wish(SERIES.ref, episodes=((1, 1),))
    second = await home.wish(SERIES.ref, seasons=(1,))
    wants = await home.database.read(lambda db: wants_of(db, [second]))
    assert len(wants) == 1


async def test_what_is_in_the_library_need_not_be_wished_for(home: Household) -> None:
    home.indexer.offer(GOOD)
    request_id = await home.wish()
    await home.ready(request_id)
    await cancel(home.parts, request_id)
    with pytest.raises(Conflict, match="in the library"):
        await home.wish()


async def test_another_version_of_the_same_movie_is_another_wish(home: Household) -> None:
    await home.wish()
    await home.wish(slot="uhd")


async def test_a_title_nobody_knows_leaves_no_trace(home: Household) -> None:
    with pytest.raises(NotFound):
        await home.wish(TitleRef.parse("movie-tmdb-999"))
    home.metadata.trouble = Unreachable("TMDB: no answer in time")
    with pytest.raises(Unreachable):
        await home.wish()


async def test_an_unknown_profile_falls_back_to_the_default(home: Household) -> None:
    assert home.parts.profile("gone").name == "1080p, small"


async def downloading(home: Household) -> int:
    home.indexer.offer(GOOD)
    home.client.outcomes[GOOD] = DownloadState.DOWNLOADING
    request_id = await home.wish()
    await home.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    return request_id


async def test_taking_a_wish_back_removes_what_was_half_downloaded(home: Household) -> None:
    heard: list[Event] = []
    home.database.bus.listen(RequestCancelled, heard.append)
    request_id = await downloading(home)
    await cancel(home.parts, request_id)
    assert [deleted for _, deleted in home.client.removed] == [True]
    assert list(home.client.folder.iterdir()) == []
    assert (await home.journeys(request_id))[0].state is State.CANCELLED
    assert heard == [RequestCancelled(request_id, 1)]


async def test_taking_a_wish_back_leaves_what_is_in_the_library(home: Household) -> None:
    home.indexer.offer(GOOD)
    request_id = await home.wish()
    await home.ready(request_id)
    await cancel(home.parts, request_id)
    assert home.client.removed == []
    assert len(await home.database.read(all_files)) == 1
    assert (await home.journeys(request_id))[0].state is State.DONE


async def test_taking_it_back_twice_is_taking_it_back_once(home: Household) -> None:
    heard: list[Event] = []
    home.database.bus.listen(RequestCancelled, heard.append)
    request_id = await home.wish()
    await home.resting(request_id)
    for _ in range(2):
        await cancel(home.parts, request_id)
    assert len(heard) == 1
    told = await home.database.read(lambda db: history_of(db, 1))
    assert [line.what for line in told] == ["cancelled", "requested"]


async def test_what_was_taken_back_can_be_wished_for_again(home: Household) -> None:
    request_id = await downloading(home)
    await cancel(home.parts, request_id)
    home.client.outcomes.clear()
    await home.ready(await home.wish())
    assert home.client.added == [GOOD, GOOD]


async def test_a_download_for_two_episodes_of_one_wish_goes_with_it(home: Household) -> None:
    home.indexer.offer(DOUBLE)
    home.client.outcomes[DOUBLE] = DownloadState.DOWNLOADING
    request_id = await home.wish(SERIES.ref, seasons=(1,))
    await home.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    while [journey.steps[-1].name for journey in await home.journeys(request_id)] != ["downloaded"] * 2:
        await home.until(request_id, lambda one: True)
    await cancel(home.parts, request_id)
    assert list(home.client.folder.iterdir()) == []


async def test_a_download_that_another_wish_needs_stays(home: Household) -> None:
    home.indexer.offer(DOUBLE)
    home.client.outcomes[DOUBLE] = DownloadState.DOWNLOADING
    first = await home.wish(SERIES.ref, episodes=((1, 1),))
    second = await home.wish(SERIES.ref, episodes=((1, 2),))
    for request_id in (first, second):
        await home.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    await cancel(home.parts, first)
    assert home.client.removed == []
    await cancel(home.parts, second)
    assert [deleted for _, deleted in home.client.removed] == [True]


async def test_a_client_that_is_away_holds_nobody_up_and_loses_nothing(home: Household) -> None:
    request_id = await downloading(home)
    home.client.refusing = Unreachable("torrent engine: no connection")
    await cancel(home.parts, request_id)
    assert (await home.journeys(request_id))[0].state is State.CANCELLED
    assert (await home.database.read(lambda db: request_by_id(db, request_id))).cancelled
    assert list(home.client.folder.iterdir()) != []
    with home.database.bus.reading() as events:
        home.client.refusing = None
        async with asyncio.timeout(20):
            async for event in events:
                if isinstance(event, JourneyMoved) and event.tale == PUT_AWAY and home.client.removed:
                    break
    assert list(home.client.folder.iterdir()) == []


async def test_searching_now_wakes_only_what_waits_or_failed(home: Household) -> None:
    request_id = await downloading(home)
    await search_now(home.parts, request_id)
    assert len(home.indexer.questions) == 1
    await cancel(home.parts, request_id)
    await search_now(home.parts, request_id)
    assert (await home.journeys(request_id))[0].state is State.CANCELLED


async def test_wishes_that_are_not_there_cannot_be_touched(home: Household) -> None:
    with pytest.raises(NotFound):
        await cancel(home.parts, 99)
    with pytest.raises(NotFound):
        await search_now(home.parts, 99)


async def test_the_one_who_asked_is_named(home: Household) -> None:
    ben: User = await home.doorkeeper.create_user("Ben", PASSWORD, Role.CHILD, EVENING)
    request_id = await home.wish(user=ben)
    journey = await home.resting(request_id)
    assert journey.steps[0].text == "Ben asked for Tin Comet (2021)."


async def test_a_series_that_was_told_anew_keeps_its_wishes(home: Household) -> None:
    await home.wish(SERIES.ref, episodes=((1, 1),))
    depot, terminus = SERIES.episodes[1:3]
    swapped = (replace(depot, number=2), replace(terminus, number=1))
    home.metadata.titles[str(SERIES.ref)] = replace(SERIES, episodes=swapped)
    with pytest.raises(Conflict):
        await home.wish(SERIES.ref, episodes=((1, 2),))
