"""What a torrent must give back: who says so, who keeps it until then, and that it goes in the end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matinee.kernel.database import Database
from matinee.kernel.journal import JourneyMoved, JourneyRecord, State, journeys_of
from matinee.media.release import Protocol
from matinee.media.seeding import DAY, HOUR, UNTOLD, Seeding, SeedingGoal
from matinee.media.title import Kind
from matinee.pipeline import following
from matinee.pipeline.asking import cancel
from matinee.pipeline.clients import ClientSeat
from matinee.pipeline.following import Follower
from matinee.pipeline.ports import DownloadState, Payload
from matinee.pipeline.seeding import goal_for
from matinee.pipeline.seeing_off import SEE_OFF
from matinee.store.downloads import Download, download_by_id
from matinee.store.history import history_of
from matinee.web.timeline import request_out
from tests.pipeline.household import FACTS, FakeClient, Household, household
from tests.pipeline.test_grabbing import nzb
from tests.products.torznab.torrents import bencode

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"
ASKED = {"minimum_ratio": 1.0, "minimum_seed_time": 72 * HOUR}
GOAL = SeedingGoal(1.0, 72 * HOUR)


async def seen_off(house: Household, state: State = State.DONE, download_id: int = 1) -> JourneyRecord:
    """The download's last journey, as soon as it stands so."""

    def fits(found: list[JourneyRecord]) -> bool:
        return bool(found) and found[0].state is state

    async def now() -> list[JourneyRecord]:
        return await house.database.read(lambda db: journeys_of(db, SEE_OFF, [download_id]))

    with house.database.bus.reading() as events:
        async with asyncio.timeout(20):
            while not fits(found := await now()):
                while not isinstance(await anext(events), JourneyMoved):
                    pass
    return found[0]


async def row(house: Household) -> Download:
    return await house.database.read(lambda db: download_by_id(db, 1))


async def timeline(house: Household, request_id: int) -> list[str]:
    """The lines below the last step of the first journey."""
    told = await house.database.read(lambda db: request_out(db, house.parts, request_id))
    return told.journeys[0].steps[-1].notes


async def seeds(house: Household, name: str, **given: Any) -> None:
    """A torrent has given so much; returns when the house has heard it."""
    house.client.set(name, seeding=Seeding(**given))
    await heard(house)


async def heard(house: Household) -> None:
    """The house knows of all downloads what the client knows."""
    with house.database.bus.reading() as events:
        while house.parts.followers[house.client.name].statuses != house.client.statuses:
            await anext(events)


# whose goal


@pytest.fixture
async def wishing(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[Any]:
    """Makes the goal of a release whose indexer the owner has told this."""
    async with household(on_sqlite, tmp_path) as house:

        def goal(stored: dict[str, Any], release: dict[str, Any], *, private: bool = False) -> SeedingGoal | None:
            offer = house.indexer.offer(GOOD)
            seat = house.parts.hub.seats()[0]
            hub = type("Hub", (), {"seats": lambda _: [replace(seat, stored=replace(seat.stored, **stored))]})()
            parts = replace(house.parts, hub=hub)
            return goal_for(parts, replace(offer, **release), Kind.SERIES, is_private=private)

        yield goal


@pytest.mark.parametrize(
    ("stored", "release", "private", "found"),
    [
        ({}, {}, False, None),
        ({}, {}, True, UNTOLD),
        ({}, ASKED, True, GOAL),
        ({"seed_ratio": 2.0, "seed_time": 60}, ASKED, False, SeedingGoal(2.0, 72 * HOUR)),
        ({"seed_ratio": 0.5}, {"minimum_ratio": 1.0}, False, SeedingGoal(1.0)),
        ({"seed_time": 600}, {}, True, SeedingGoal(None, 10 * HOUR)),
        ({"seed_ratio": 2.0}, {"minimum_seed_time": DAY}, False, SeedingGoal(2.0, DAY, both=True)),
        ({"seed_time": 60, "pack_seed_time": 600}, {"name": "Night.Tram.S01.1080p.WEB"}, False,
         SeedingGoal(None, 10 * HOUR)),
        ({"seed_time": 60, "pack_seed_time": 600}, {"name": "Night.Tram.S01E01.1080p.WEB"}, False,
         SeedingGoal(None, HOUR)),
        ({"seed_ratio": 2.0}, {"protocol": Protocol.USENET}, False, None),
    ],
)  # fmt: skip
async def test_the_stricter_of_the_indexers_demand_and_the_owners_wish_counts(
    wishing: Any, stored: dict[str, Any], release: dict[str, Any], private: bool, found: SeedingGoal | None
) -> None:
    assert wishing(stored, release, private=private) == found


# until it is given


@pytest.fixture
async def owing(home: Household) -> Household:
    """A household whose indexer asks that torrents be given back."""
    home.indexer.offer(GOOD, **ASKED)
    return home


async def test_the_goal_goes_with_the_torrent_and_is_told(owing: Household) -> None:
    request_id = await owing.wish()
    journey = await owing.ready(request_id)
    assert owing.client.payloads[0].goal == GOAL
    assert (await row(owing)).goal == GOAL
    grabbed = next(step for step in journey.steps if step.name == "grabbed")
    assert "It must seed before it may go: ratio 1 or 72 hours." in grabbed.notes
    await seeds(owing, GOOD, ratio=0.4, seconds=12 * HOUR)
    assert await timeline(owing, request_id) == ["Seeding: ratio 0.4 of 1 or 12 h of 72 h."]


async def test_it_stays_until_the_goal_is_met_and_then_goes_with_its_files(owing: Household) -> None:
    request_id = await owing.wish()
    await owing.ready(request_id)
    for given in ({"ratio": 0.4}, {"ratio": 0.99, "seconds": 71 * HOUR}, {"ratio": 0.5, "stopped": True}):
        await seeds(owing, GOOD, **given)
        assert not owing.client.removed
        assert not owing.client.stopped
    await seeds(owing, GOOD, ratio=1.0, seconds=5 * HOUR)
    journey = await seen_off(owing)
    (id,) = owing.client.stopped
    assert owing.client.removed == [(id, True)]
    assert [step.text for step in journey.steps] == [
        f"{GOOD} has seeded enough: ratio 1 or 72 hours.",
        f"{GOOD} was removed from torrent engine.",
    ]
    assert list(owing.client.folder.iterdir()) == []
    assert [path.suffix for path in owing.library.rglob("*") if path.is_file()] == [".mkv"]
    assert await timeline(owing, request_id) == [
        "The download was removed from torrent engine: nothing is owed any more."
    ]
    told = [line.text for line in await owing.database.read(lambda db: history_of(db, 1))]
    assert f"{GOOD} owes nothing any more and was removed from torrent engine." in told


async def test_three_days_by_the_clock_are_enough_too(owing: Household) -> None:
    await owing.ready(await owing.wish())
    await seeds(owing, GOOD, ratio=0.0, seconds=72 * HOUR)
    await seen_off(owing)
    assert len(owing.client.removed) == 1


async def test_a_limit_that_somebody_raised_in_the_client_is_waited_for(owing: Household) -> None:
    await owing.ready(await owing.wish())
    await seeds(owing, GOOD, ratio=1.5, is_bound=True)
    assert owing.client.stopped == []
    await seeds(owing, GOOD, ratio=3.0, is_bound=True, reached=True, stopped=True)
    await seen_off(owing)
    assert len(owing.client.removed) == 1


async def test_what_was_stopped_by_hand_below_its_goal_stays_and_says_so(owing: Household) -> None:
    request_id = await owing.wish()
    await owing.ready(request_id)
    await seeds(owing, GOOD, ratio=0.4, seconds=12 * HOUR, stopped=True)
    assert owing.client.removed == []
    assert (await timeline(owing, request_id))[0].startswith(
        "Seeding was stopped in the client at ratio 0.4 of 1 or 12 h of 72 h: start it there"
    )


async def test_without_a_goal_the_clients_own_limit_counts(home: Household) -> None:
    home.indexer.offer(GOOD)
    request_id = await home.wish()
    await home.ready(request_id)
    await seeds(home, GOOD, ratio=9.0, seconds=90 * DAY)
    assert (await timeline(home, request_id))[0].startswith("Seeding without a goal: ratio 9, 90.0 days.")
    await seeds(home, GOOD, ratio=9.0, stopped=True)  # by hand
    assert home.client.removed == []
    await seeds(home, GOOD, ratio=9.0, stopped=True, is_bound=True, reached=True)
    await seen_off(home)
    assert len(home.client.removed) == 1


async def test_who_removes_it_in_the_client_ends_it(owing: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_GRACE_SECONDS", 0.05)
    await owing.ready(await owing.wish())
    owing.client.statuses.clear()
    owing.client.tell()
    journey = await seen_off(owing)
    assert journey.steps[0].text == f"{GOOD} was removed from torrent engine by somebody."
    assert (await row(owing)).removed


async def test_a_power_cut_while_it_seeds_loses_nothing(owing: Household) -> None:
    await owing.ready(await owing.wish())
    await seeds(owing, GOOD, ratio=0.4)
    await owing.parts.journeys.close()
    await owing.parts.journeys.open()
    assert owing.client.removed == []
    await seeds(owing, GOOD, ratio=1.0)
    await seen_off(owing)
    assert len(owing.client.removed) == 1


async def test_a_power_cut_between_the_removal_and_its_record_removes_once_more(
    owing: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owing.ready(await owing.wish())
    real, removed = owing.client.remove, asyncio.Event()

    async def remove(id: str, *, delete_files: bool) -> None:
        await real(id, delete_files=delete_files)
        removed.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(owing.client, "remove", remove)
    await seeds(owing, GOOD, ratio=1.0)
    await removed.wait()
    monkeypatch.setattr(owing.client, "remove", real)
    await owing.parts.journeys.close()
    await owing.parts.journeys.open()
    await seen_off(owing)
    assert owing.client.removed == [(owing.client.stopped[0], True)] * 2
    assert (await row(owing)).removed


# whoever wants it gone


async def owing_download(house: Household, done: int, state: DownloadState = DownloadState.DOWNLOADING) -> int:
    """A wish for something owed, of which so many bytes have come."""
    house.client.outcomes[GOOD] = DownloadState.DOWNLOADING
    request_id = await house.wish()
    await house.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    house.client.set(GOOD, state=state, done=done)
    await heard(house)
    return request_id


async def test_a_wish_taken_back_leaves_a_half_owed_torrent_until_it_is_paid(owing: Household) -> None:
    await cancel(owing.parts, await owing_download(owing, 10_000))
    assert owing.client.removed == []
    await seen_off(owing, State.RUNNING)
    owing.client.set(GOOD, state=DownloadState.COMPLETE, done=20_000, seeding=Seeding(0.2, HOUR))
    await heard(owing)
    assert owing.client.removed == []
    await seeds(owing, GOOD, ratio=1.0, seconds=HOUR)
    await seen_off(owing)
    assert owing.client.statuses == {}
    assert list(owing.client.folder.iterdir()) == []


async def test_a_wish_taken_back_before_anything_came_leaves_nothing(owing: Household) -> None:
    await cancel(owing.parts, await owing_download(owing, 0))
    assert owing.client.statuses == {}
    assert (await row(owing)).removed


async def test_a_bad_film_is_replaced_and_what_it_owes_is_given_all_the_same(home: Household) -> None:
    home.indexer.offer(GOOD)
    home.indexer.offer(BETTER, **ASKED)
    home.probe.others[f"{BETTER}.mkv"] = replace(FACTS, width=640, height=360)
    journey = await home.ready(await home.wish())
    assert home.client.added == [BETTER, GOOD]
    assert home.client.removed == []
    back = next(step for step in journey.steps if step.name == "put back")
    assert back.notes == (f"{BETTER} stays in torrent engine until it has seeded: ratio 1 or 72 hours.",)
    await seeds(home, BETTER, ratio=2.0)
    await seen_off(home)
    assert [status.name for status in home.client.statuses.values()] == [GOOD]


async def test_what_is_wished_again_while_it_seeds_is_not_taken_away(owing: Household) -> None:
    """The second wish finds the torrent there; it goes only when that one has its film, too."""
    await cancel(owing.parts, await owing_download(owing, 10_000))
    again = await owing.wish()
    await owing.until(again, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    assert owing.client.removed == []
    owing.client.set(GOOD, state=DownloadState.COMPLETE, done=20_000, seeding=Seeding(0.2, HOUR))
    await owing.ready(again)
    assert owing.client.removed == []
    await seeds(owing, GOOD, ratio=1.0)
    await seen_off(owing)
    assert len(owing.client.removed) == 1


async def test_a_private_tracker_that_tells_no_rule_is_held_to_the_longest_that_is_usual(home: Household) -> None:
    home.indexer.offer(GOOD)
    info = {"name": f"{GOOD}.mkv", "piece length": 2**24, "pieces": bytes(20 * 120), "length": 2_000_000_000}
    home.indexer.torrents[GOOD] = Payload("e" * 40, torrent=bencode({"info": info | {"private": 1}}))
    await home.ready(await home.wish())
    assert home.client.payloads[0].goal == UNTOLD


# usenet


async def test_what_came_by_usenet_leaves_client_and_folder_once_it_is_imported(
    on_sqlite: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "media" / "downloads"
    folder.mkdir(parents=True)
    news = FakeClient(folder, name="news")
    seats = (ClientSeat(news.name, Protocol.USENET),)
    followers = {news.name: Follower(news, on_sqlite.bus)}
    async with household(on_sqlite, tmp_path, followers=followers, clients=seats) as house:
        house.client = news
        job = folder / "matinee" / GOOD
        add = news.add

        async def unpacked(payload: Payload, *, category: str, folder: Path) -> str:
            """As a usenet client leaves it: a folder of its own below the category's, with more than the film."""
            id = await add(payload, category=category, folder=folder)
            job.mkdir(parents=True)
            status = news.statuses[id]
            status.path.rename(job / f"{GOOD}.mkv")
            (job / "readme.nfo").write_text("from the poster")
            news.listings[id] = []
            news.statuses[id] = replace(status, path=job)
            news.tell()
            return id

        news.add = unpacked  # type: ignore[method-assign]
        house.indexer.offer(GOOD, protocol=Protocol.USENET, size=4_000_000_000)
        house.indexer.torrents[GOOD] = nzb(f"{GOOD}.mkv")
        await house.ready(await house.wish())
        await seen_off(house, download_id=2)  # 1 is what it was called before the client had named it
        assert news.statuses == {}
        assert list(folder.iterdir()) == []
        assert len([path for path in house.library.rglob("*") if path.is_file()]) == 1
