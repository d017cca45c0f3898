import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.journal import State
from matinee.media.release import Protocol
from matinee.pipeline import following
from matinee.pipeline.asking import cancel, search_now
from matinee.pipeline.clients import ClientSeat
from matinee.pipeline.following import Follower
from matinee.pipeline.ports import ClientRefused, Payload
from matinee.store.downloads import Download, downloads_of_wants
from matinee.store.releases import blocked_keys
from tests.pipeline.household import FakeClient, FakeIndexer, Household, household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"


@pytest.fixture
async def two(home: Household) -> Household:
    """A household that is offered a good release and a better one."""
    home.indexer.offer(GOOD)
    home.indexer.offer(BETTER)
    return home


async def blocked(house: Household) -> set[str]:
    return set(await house.database.read(lambda db: blocked_keys(db, 1)))


async def test_the_best_is_taken_and_the_others_left(two: Household) -> None:
    await two.ready(await two.wish())
    assert two.client.added == [BETTER]


@pytest.mark.parametrize(
    ("trouble", "note"),
    [
        (NotFound("Lab: not found (HTTP 404)"), "Lab has no download of it (Lab: not found (HTTP 404))"),
        (Refused("Lab: daily limit reached"), "Lab: daily limit reached"),
    ],
)
async def test_what_the_indexer_does_not_give_is_left_aside_for_this_time_only(
    two: Household, trouble: Refused, note: str
) -> None:
    two.indexer.torrents[BETTER] = trouble
    journey = await two.ready(await two.wish())
    assert two.client.added == [GOOD]
    assert journey.steps[2].notes == (f"{BETTER} was left aside: {note}",)
    assert await blocked(two) == set()


async def test_while_an_indexer_is_silent_another_release_will_do(two: Household) -> None:
    two.indexer.torrents[BETTER] = Unreachable("Lab: no answer in time")
    journey = await two.ready(await two.wish())
    assert two.client.added == [GOOD]
    assert journey.steps[2].notes == (f"{BETTER} could not be fetched: Lab: no answer in time",)


async def test_when_no_indexer_gives_anything_it_waits(two: Household) -> None:
    for name in (GOOD, BETTER):
        two.indexer.torrents[name] = Unreachable("Lab: no answer in time")
    request_id = await two.wish()
    waiting = await two.resting(request_id, "grabbed")
    assert waiting.text == "Lab: no answer in time"
    two.indexer.torrents.clear()
    await two.ready(request_id)
    assert two.client.added == [BETTER]


async def test_an_indexer_that_is_gone_holds_up_nothing(two: Household) -> None:
    two.indexer.torrents[BETTER] = NotFound("the indexer Gone is no longer there")
    journey = await two.ready(await two.wish())
    assert two.client.added == [GOOD]
    assert "has no download of it (the indexer Gone is no longer there)" in journey.steps[2].notes[0]


@pytest.mark.parametrize(
    ("torrent", "note"),
    [(b"<html>Please log in</html>", "its torrent cannot be read: it is not bencoded"), (b"", "cannot be read")],
)
async def test_a_torrent_that_cannot_be_read_is_never_taken_again(two: Household, torrent: bytes, note: str) -> None:
    two.indexer.torrents[BETTER] = Payload("b" * 40, torrent=torrent)
    journey = await two.ready(await two.wish())
    assert two.client.added == [GOOD]
    assert note in journey.steps[2].notes[0]
    assert await blocked(two) == {f"Lab:{BETTER}"}


async def test_a_torrent_that_the_client_refuses_is_never_taken_again(
    two: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = two.client.add

    async def add(payload: Payload, *, category: str, folder: Path) -> str:
        if BETTER.encode() in (payload.torrent or b""):
            raise Refused("torrent engine: the torrent was not accepted")
        return await real(payload, category=category, folder=folder)

    monkeypatch.setattr(two.client, "add", add)
    await two.ready(await two.wish())
    assert two.client.added == [GOOD]
    assert await blocked(two) == {f"Lab:{BETTER}"}


async def test_a_client_that_lets_nobody_in_costs_no_release(two: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_GRACE_SECONDS", 0.05)
    two.client.refusing = two.client.trouble = Refused("qBittorrent: wrong user name or password")
    two.client.tell()
    request_id = await two.wish()
    waiting = await two.resting(request_id, "grabbed")
    assert waiting.text == "qBittorrent: wrong user name or password"
    assert await blocked(two) == set()
    two.client.refusing = two.client.trouble = None
    await two.ready(request_id)
    assert two.client.added == [BETTER]


async def test_the_same_torrent_at_two_indexers_is_judged_once_for_both(on_sqlite: Database, tmp_path: Path) -> None:
    first, second = FakeIndexer(), FakeIndexer(name="Second")
    async with household(on_sqlite, tmp_path, indexers=(first, second)) as house:
        for indexer in (first, second):
            indexer.offer(GOOD, infohash="d" * 40)
            indexer.torrents[GOOD] = Payload("d" * 40, torrent=b"not a torrent")
        request_id = await house.wish()
        await house.resting(request_id)
        assert await blocked(house) == {"d" * 40}
        await search_now(house.parts, request_id)
        journey = await house.until(request_id, lambda one: [s.name for s in one.steps].count("rested") == 2)
        assert "1 on the blocklist" in next(s.text for s in reversed(journey.steps) if s.name == "searched")


async def test_without_a_download_client_the_cure_is_told(on_sqlite: Database, tmp_path: Path) -> None:
    async with household(on_sqlite, tmp_path, followers={}) as house:
        house.indexer.offer(GOOD)
        waiting = await house.resting(await house.wish(), "grabbed")
        assert "name your VPN provider's file in matinee.toml" in waiting.text


async def hanging(house: Household, monkeypatch: pytest.MonkeyPatch) -> int:
    """A wish whose torrent the client has already, although its answer is still awaited."""
    real, taken = house.client.add, asyncio.Event()

    async def add(payload: Payload, *, category: str, folder: Path) -> str:
        await real(payload, category=category, folder=folder)
        taken.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(house.client, "add", add)
    request_id = await house.wish()
    await taken.wait()
    monkeypatch.setattr(house.client, "add", real)
    return request_id


async def kept(house: Household) -> list[tuple[int, Download]]:
    return await house.database.read(lambda db: downloads_of_wants(db, [1]))


async def test_taken_back_while_the_client_is_still_answering_leaves_no_torrent(
    two: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = await hanging(two, monkeypatch)
    await cancel(two.parts, request_id)
    assert two.client.statuses == {}
    ((_, row),) = await kept(two)
    assert row.removed


async def test_cut_off_while_the_client_is_answering_it_is_grabbed_once(
    two: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = await hanging(two, monkeypatch)
    await pull_the_plug(two)
    await two.ready(request_id)
    assert len(await kept(two)) == 1


async def test_cut_off_and_another_release_taken_the_first_is_removed(
    two: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = await hanging(two, monkeypatch)
    two.indexer.torrents[BETTER] = Unreachable("Lab: no answer in time")
    await pull_the_plug(two)
    await two.ready(request_id)
    assert [status.name for status in two.client.statuses.values()] == [GOOD]
    ((_, row),) = await kept(two)
    assert row.name == GOOD


async def pull_the_plug(house: Household) -> None:
    await house.parts.journeys.close()
    await house.parts.journeys.open()


async def test_what_the_client_refuses_is_nobodys_download(two: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two.client, "refusing", Refused("torrent engine: the torrent was not accepted"))
    await two.resting(await two.wish())
    assert await kept(two) == []


async def test_a_client_that_refuses_us_whatever_it_is_blocks_no_release(two: Household) -> None:
    two.client.refusing = ClientRefused("qBittorrent: this address is banned")
    request_id = await two.wish()
    waiting = await two.resting(request_id, "grabbed")
    assert waiting.text == "qBittorrent: this address is banned"
    assert await blocked(two) == set()
    two.client.refusing = None
    await two.ready(request_id)
    assert two.client.added == [BETTER]


@pytest.fixture
async def of_two_ways(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[tuple[Household, FakeClient]]:
    """A household with a torrent client and one for usenet."""
    folder = tmp_path / "media" / "downloads"
    folder.mkdir(parents=True)
    torrents, news = FakeClient(folder), FakeClient(folder, name="news")
    async with household(
        on_sqlite,
        tmp_path,
        followers={one.name: Follower(one, on_sqlite.bus) for one in (torrents, news)},
        clients=(ClientSeat(torrents.name), ClientSeat(news.name, Protocol.USENET)),
    ) as made:
        made.client = torrents
        yield made, news


def nzb(name: str, parts: int = 600) -> Payload:
    """An NZB of one file in so many articles of 7 MB."""
    segments = "".join(f'<segment bytes="7000000" number="{n}">{n}@x</segment>' for n in range(1, parts + 1))
    file = f"<file poster='a' date='1700000000' subject='\"{name}\" yEnc (1/{parts})'><groups/>"
    xmlns = "http://www.newzbin.com/DTD/2003/nzb"
    return Payload(nzb=f"<nzb xmlns='{xmlns}'>{file}<segments>{segments}</segments></file></nzb>".encode())


async def test_what_usenet_offers_goes_to_the_client_for_usenet(of_two_ways: tuple[Household, FakeClient]) -> None:
    house, news = of_two_ways
    house.indexer.offer(GOOD, protocol=Protocol.USENET, size=4_000_000_000)
    house.indexer.torrents[GOOD] = nzb(f"{GOOD}.mkv")
    journey = await house.until(
        await house.wish(), lambda one: any(step.name == "grabbed" and step.state is State.DONE for step in one.steps)
    )
    assert f"Grabbed {GOOD} from Lab." in [step.text for step in journey.steps]
    assert len(news.added) == 1
    assert house.client.added == []


async def test_an_nzb_of_programs_is_left_aside_before_it_is_downloaded(
    of_two_ways: tuple[Household, FakeClient],
) -> None:
    house, news = of_two_ways
    house.indexer.offer(GOOD, protocol=Protocol.USENET, size=4_000_000_000)
    house.indexer.torrents[GOOD] = nzb("codec.exe")
    journey = await house.resting(await house.wish())
    assert news.added == []
    notes = [note for step in journey.steps for note in step.notes]
    assert any("was left aside" in note for note in notes), notes
