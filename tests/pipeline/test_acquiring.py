"""The whole tale of a wish, with everything outside the house played by fakes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Refused
from matinee.kernel.events import Event
from matinee.kernel.journal import JourneyMoved, State
from matinee.media.file import MediaFacts
from matinee.pipeline.asking import search_now
from matinee.pipeline.news import FileImported, ReleaseGrabbed, TitleRequested
from matinee.store.downloads import downloads_of_wants
from matinee.store.files import all_files
from matinee.store.history import history_of
from matinee.store.releases import blocked_keys, releases_of
from tests.pipeline.household import MOVIE, SERIES, Household, household, torrent_of

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"


@pytest.fixture
async def house(opened: Database, tmp_path: Path) -> AsyncIterator[Household]:
    """The household on each engine."""
    async with household(opened, tmp_path) as made:
        yield made


async def test_a_wish_becomes_a_film_on_the_shelf(house: Household) -> None:
    heard: list[Event] = []
    house.database.bus.listen(Event, heard.append)
    house.indexer.offer(GOOD)
    house.indexer.offer("Tin.Comet.2021.CAM-BAD")
    journey = await house.ready(await house.wish())
    assert [(step.name, step.state) for step in journey.steps] == [
        (name, State.DONE) for name in ("asked", "searched", "grabbed", "downloaded", "imported", "ready")
    ]
    told = [step.text for step in journey.steps]
    assert told == [
        "Anna asked for Tin Comet (2021).",
        "2 releases; 1 refused: 1 unwanted quality",
        f"Grabbed {GOOD} from Lab.",
        f"{GOOD} has arrived (0 MB).",
        "Imported as Tin Comet (2021) WEBDL-1080p.mkv (hardlink).",
        "Ready to watch.",
    ]
    happened = [type(event) for event in heard if not isinstance(event, JourneyMoved)]
    for kind in (TitleRequested, ReleaseGrabbed, FileImported):
        assert happened.count(kind) == 1


async def test_the_film_is_the_download_itself_and_the_download_stays(house: Household) -> None:
    house.indexer.offer(GOOD)
    await house.ready(await house.wish())
    film = house.library / "Movies/Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv"
    assert film.samefile(house.client.folder / f"{GOOD}.mkv")
    assert film.stat().st_nlink == 2
    assert house.client.removed == []
    kept = (await house.database.read(all_files))[0]
    assert (house.library / kept.path, kept.size, kept.release_name) == (film, 20_000, GOOD)


async def test_history_tells_it_in_order(house: Household) -> None:
    house.indexer.offer(GOOD)
    await house.ready(await house.wish())
    told = await house.database.read(lambda db: history_of(db, 1))
    assert [line.what for line in reversed(told)] == ["requested", "grabbed", "imported"]


async def test_an_episode_goes_the_same_way(house: Household) -> None:
    house.indexer.offer("Night.Tram.S01E02.1080p.WEB-DL.x264-GRP")
    house.probe.facts = MediaFacts(2700.0, 1920, 1080, "h264", "aac", "matroska")
    await house.ready(await house.wish(SERIES.ref, episodes=((1, 2),)))
    assert (house.library / "Series/Night Tram/Season 01").is_dir()
    assert [str(path.name) for path in house.library.rglob("*.mkv")] == [
        "Night Tram - S01E02 - Terminus WEBDL-1080p.mkv"
    ]
    assert (house.indexer.questions[0].season, house.indexer.questions[0].episode) == (1, "2")


async def test_what_proves_to_be_no_film_is_put_back_and_the_next_one_taken(house: Household) -> None:
    house.indexer.offer(BETTER)
    house.indexer.offer(GOOD)
    house.probe.others[f"{BETTER}.mkv"] = Refused("it is a photograph of a cat")
    journey = await house.ready(await house.wish())
    assert [step.name for step in journey.steps] == [
        "asked", "searched", "grabbed", "downloaded", "imported", "put back", "grabbed", "downloaded", "imported",
        "ready",
    ]  # fmt: skip
    assert house.client.added == [BETTER, GOOD]
    assert [deleted for _, deleted in house.client.removed] == [True]
    assert not (house.client.folder / f"{BETTER}.mkv").exists()
    kept = {one.release.name: one for one in await house.database.read(lambda db: releases_of(db, 1, 2))}
    assert kept[BETTER].reasons == ("it is a photograph of a cat",)
    assert kept[GOOD].chosen and not kept[GOOD].reasons
    assert await house.database.read(lambda db: blocked_keys(db, 1)) == {f"Lab:{BETTER}"}
    refused = [line.text for line in await house.database.read(lambda db: history_of(db, 1)) if line.what == "refused"]
    assert refused == [f"{BETTER} was refused: it is a photograph of a cat"]
    downloads = await house.database.read(lambda db: downloads_of_wants(db, [1]))
    assert [download.name for _, download in downloads] == [GOOD]


async def test_a_sample_in_a_films_name_is_put_back(house: Household) -> None:
    house.indexer.offer(GOOD)
    house.probe.others[f"{GOOD}.mkv"] = MediaFacts(60.0, 1920, 800, "h264", "aac", "matroska")
    journey = await house.resting(await house.wish())
    assert any("runs 60 seconds" in step.text for step in journey.steps)
    assert list(house.library.rglob("*.mkv")) == []


async def test_a_torrent_with_a_program_in_it_is_never_downloaded(house: Household) -> None:
    house.indexer.offer(BETTER)
    house.indexer.offer(GOOD)
    house.indexer.torrents[BETTER] = torrent_of(f"{BETTER}.mkv", "codec.exe")
    journey = await house.ready(await house.wish())
    assert house.client.added == [GOOD]
    grabbed = journey.steps[2]
    assert grabbed.notes == (f"{BETTER} was left aside: 'folder/codec.exe' is a program, and films need none",)


async def test_nothing_found_rests_and_is_searched_again_when_asked(house: Household) -> None:
    request_id = await house.wish()
    resting = await house.resting(request_id)
    assert resting.text == "no releases. Searching again later."
    assert resting.wake_at and resting.wake_at > resting.changed
    house.indexer.offer(GOOD)
    await search_now(house.parts, request_id)
    journey = await house.ready(request_id)
    assert [step.name for step in journey.steps][:5] == ["asked", "searched", "grabbed", "rested", "searched"]
    assert len(house.indexer.questions) == 2


async def test_what_was_refused_once_is_not_taken_in_a_later_search(house: Household) -> None:
    house.indexer.offer(GOOD)
    house.probe.others[f"{GOOD}.mkv"] = Refused("it is a photograph of a cat")
    request_id = await house.wish()
    await house.resting(request_id)
    await search_now(house.parts, request_id)
    journey = await house.until(request_id, lambda one: [s.name for s in one.steps].count("rested") == 2)
    assert house.client.added == [GOOD]
    searched = [step for step in journey.steps if step.name == "searched"]
    assert searched[1].text == "1 release; 1 refused: 1 on the blocklist"


async def test_two_wishes_go_their_ways_at_the_same_time(house: Household) -> None:
    house.indexer.offer(GOOD)
    house.indexer.offer("Night.Tram.S01E01.1080p.WEB-DL.x264-GRP")
    house.probe.others["Night.Tram.S01E01.1080p.WEB-DL.x264-GRP.mkv"] = MediaFacts(2700, 1920, 1080, "h264", "aac", "m")
    first, second = await house.wish(), await house.wish(SERIES.ref, episodes=((1, 1),))
    await house.ready(first)
    await house.ready(second)
    assert len(await house.database.read(all_files)) == 2


async def test_a_title_can_be_told_anew_while_it_is_on_its_way(house: Household) -> None:
    request_id = await house.wish()
    await house.resting(request_id)
    house.metadata.titles[str(MOVIE.ref)] = MOVIE
    house.indexer.offer("Blechkomet.2021.1080p.WEB-DL.x264-GRP")
    await search_now(house.parts, request_id)
    journey = await house.until(request_id, lambda one: [s.name for s in one.steps].count("rested") == 2)
    assert "another title" in journey.text
