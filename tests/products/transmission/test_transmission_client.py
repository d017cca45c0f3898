"""Our client drives a Transmission: the real one of Debian, and what it is known to answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.media.seeding import Seeding, SeedingGoal
from matinee.pipeline.polling import Pace
from matinee.pipeline.ports import ClientRefused, DownloadFile, DownloadState, DownloadStatus, Landing, Payload
from matinee.pipeline.seeding import has_seeded_enough
from matinee.products.transmission.client import TransmissionClient, make_download_client, rpc_url
from matinee.products.transmission.statuses import merge, status_of
from matinee.products.transmission.wire import SESSION, GoalMode, Status, TorrentRow, Trouble, state_of
from tests.engines.torrent.swarm import Made, content_hash, make_film, make_torrent, seeding
from tests.products.transmission.real import BINARY, PASSWORD, USERNAME, Known, real_transmission, tracker


@dataclass(frozen=True)
class FarEnd:
    """A real Transmission, and the folder it downloads into."""

    client: TransmissionClient
    downloads: Path


@pytest.fixture
async def far_end(tmp_path: Path) -> AsyncIterator[FarEnd]:
    if BINARY is None:
        pytest.skip("the real Transmission is not installed (apt-get install transmission-daemon)")
    with real_transmission(tmp_path / "real") as real:
        client = TransmissionClient(real.url, USERNAME, PASSWORD)
        yield FarEnd(client, real.downloads)
        await client.close()


@pytest.fixture
async def known() -> AsyncIterator[Known]:
    async with tracker() as known:
        yield known


@pytest.fixture
async def film(tmp_path: Path, known: Known) -> Made:
    return make_torrent(make_film(tmp_path / "elsewhere"), tracker=known.url)


async def seen(
    client: TransmissionClient, condition: Callable[[dict[str, DownloadStatus]], bool], seconds: float = 20
) -> dict[str, DownloadStatus]:
    async with asyncio.timeout(seconds):
        async for downloads in client.watch():
            if condition(downloads):
                return downloads
    raise AssertionError("watch ended")


def is_stopped(status: DownloadStatus) -> bool:
    return status.seeding is not None and status.seeding.stopped


def payload(made: Made) -> Payload:
    return Payload(made.infohash, torrent=made.torrent)


async def test_a_download_is_added_watched_complete_and_removed(far_end: FarEnd, film: Made, known: Known) -> None:
    folder, client = far_end.downloads / "films", far_end.client
    id = await client.add(payload(film), category="films", folder=folder)
    await asyncio.wait_for(known.somebody.wait(), 20)  # it calls nobody on loopback: the seeder must find it
    with seeding(film):
        done = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    assert (id, done.name, done.path) == (film.infohash, film.content.name, folder / film.content.name)
    assert done.done == done.size == sum(file.stat().st_size for file in film.content.iterdir())
    assert content_hash(done.path) == content_hash(film.content)
    assert sorted(await client.files(id), key=lambda file: file.size) == [
        DownloadFile(Path(film.content.name, f"{film.content.name}.srt"), 39, 39),
        DownloadFile(Path(film.content.name, f"{film.content.name}.mkv"), 2_000_000, 2_000_000),
    ]
    await client.set_seeding_goal(id, ratio=1.5, idle_minutes=None)
    assert await client.probe() == "Transmission 3.00 (bb6b5a062e), 1 downloads"
    await client.remove(id, delete_files=True)
    assert await seen(client, lambda all: not all) == {}
    async with asyncio.timeout(10):
        while done.path.exists():  # noqa: ASYNC110  it deletes after it has answered
            await asyncio.sleep(0.05)


async def test_the_same_payload_twice_is_one_download_and_somebody_elses_is_left_alone(
    far_end: FarEnd, film: Made
) -> None:
    first = await far_end.client.add(payload(film), category="films", folder=far_end.downloads)
    assert await far_end.client.add(payload(film), category="films", folder=far_end.downloads) == first
    assert len(await seen(far_end.client, bool)) == 1
    with pytest.raises(Refused, match="is in Transmission already, under the label 'films': it is left alone"):
        await far_end.client.add(payload(film), category="shows", folder=far_end.downloads)


async def test_a_magnet_link_waits_for_what_it_names(far_end: FarEnd) -> None:
    order = Payload("1" * 40, magnet=f"magnet:?xt=urn:btih:{'1' * 40}&dn=Night%20Tram")
    id = await far_end.client.add(order, category="films", folder=far_end.downloads)
    status = (await seen(far_end.client, bool))[id]
    assert (id, status.state, status.name) == ("1" * 40, DownloadState.METADATA, "Night Tram")


async def test_a_magnet_link_tells_its_files_and_stands_still_when_told(
    far_end: FarEnd, film: Made, known: Known
) -> None:
    client = far_end.client
    order = Payload(film.infohash, magnet=f"magnet:?xt=urn:btih:{film.infohash}&tr={known.url}", looks_first=True)
    id = await client.add(order, category="films", folder=far_end.downloads)
    await asyncio.wait_for(known.somebody.wait(), 20)
    with seeding(film, rate=100_000):  # it cannot stop by itself at the names: some of the first pieces come along
        await seen(client, lambda all: all[id].size > 0 and all[id].state is not DownloadState.METADATA)
        await client.stop(id)
        told = (await seen(client, lambda all: all[id].state is DownloadState.PAUSED))[id]
    assert told.size == 2_000_039
    assert told.done < told.size
    assert sorted(file.size for file in await client.files(id)) == [39, 2_000_000]


async def test_a_goal_goes_with_the_torrent_and_is_never_lowered(far_end: FarEnd, film: Made) -> None:
    client = far_end.client

    async def limit(goal: SeedingGoal) -> tuple[int, float, int]:
        id = await client.add(replace(payload(film), goal=goal), category="films", folder=far_end.downloads)
        row = await client._row(id)
        assert row
        return row["seedRatioMode"], row["seedRatioLimit"], row["seedIdleMode"]

    assert await limit(SeedingGoal(ratio=1.5)) == (GoalMode.OWN, 1.5, GoalMode.ENDLESS)
    assert await limit(SeedingGoal(ratio=1.0)) == (GoalMode.OWN, 1.5, GoalMode.ENDLESS)
    assert (await limit(SeedingGoal(1.0, 60)))[0] == GoalMode.ENDLESS, "a time of seeding is kept by the house"
    assert (await limit(SeedingGoal(ratio=1.0)))[0] == GoalMode.ENDLESS


async def test_what_it_stops_for_a_limit_is_told_apart(far_end: FarEnd, film: Made, known: Known) -> None:
    client, goal = far_end.client, SeedingGoal(ratio=0.5)
    id = await client.add(replace(payload(film), goal=goal), category="films", folder=far_end.downloads)
    await asyncio.wait_for(known.somebody.wait(), 20)
    with seeding(film):
        found = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    assert found.seeding and found.seeding.is_bound and not has_seeded_enough(found, goal)
    await client._call("torrent-set", {"ids": [id], "seedRatioLimit": 0.0})  # reached at once
    found = (await seen(client, lambda all: is_stopped(all[id])))[id]
    assert found.seeding and found.seeding.reached
    assert not has_seeded_enough(found, goal)
    assert has_seeded_enough(found, None)


async def test_it_tells_where_it_puts_things_and_which_folders_it_sees(far_end: FarEnd) -> None:
    assert await far_end.client.lands("films") == Landing(far_end.downloads)
    assert await far_end.client.sees(far_end.downloads)
    assert not await far_end.client.sees(far_end.downloads / "nothing")


async def test_a_download_is_stopped_and_goes_on(far_end: FarEnd, film: Made) -> None:
    id = await far_end.client.add(payload(film), category="films", folder=far_end.downloads)
    await far_end.client.stop(id)
    await seen(far_end.client, lambda all: all[id].state is DownloadState.PAUSED)
    await far_end.client.resume(id)
    await seen(far_end.client, lambda all: all[id].state in (DownloadState.STALLED, DownloadState.DOWNLOADING))


async def test_a_watcher_hears_what_comes_and_goes(far_end: FarEnd, film: Made) -> None:
    far_end.client._pace = Pace(first=3600, longest=3600)  # half asleep, it is woken by what we change
    watching = far_end.client.watch()
    assert await anext(watching) == {}
    id = await far_end.client.add(payload(film), category="films", folder=far_end.downloads)
    async with asyncio.timeout(20):
        while id not in await anext(watching):
            far_end.client._pace.nudge()
        await far_end.client.remove(id, delete_files=False)
        while id in await anext(watching):
            far_end.client._pace.nudge()


async def test_rubbish_is_refused_in_words(far_end: FarEnd) -> None:
    with pytest.raises(Refused, match="invalid or corrupt torrent") as caught:
        await far_end.client.add(Payload("0" * 40, torrent=b"rubbish"), category="x", folder=far_end.downloads)
    assert not isinstance(caught.value, ClientRefused)


async def test_a_wrong_password_is_not_the_releases_fault(far_end: FarEnd, film: Made) -> None:
    client = TransmissionClient(far_end.client.name.removeprefix("Transmission at "), USERNAME, "not this one")
    with pytest.raises(ClientRefused, match="wrong user name or password"):
        await client.add(payload(film), category="x", folder=far_end.downloads)
    await client.close()


async def test_unknown_downloads_are_forgotten_already(far_end: FarEnd) -> None:
    await far_end.client.remove("0" * 40, delete_files=True)
    assert await far_end.client.files("0" * 40) == []


# what it is known to answer


def answering(answer: Callable[[dict[str, Any], httpx2.Request], httpx2.Response]) -> TransmissionClient:
    line = httpx2.MockTransport(lambda request: answer(json.loads(request.content), request))
    return TransmissionClient("http://there.test", "a", "b", transport=line)


async def test_a_session_that_ended_is_begun_anew() -> None:
    sessions = iter(["first", "second"])
    current = next(sessions)

    def answer(asked: dict[str, Any], request: httpx2.Request) -> httpx2.Response:
        if request.headers[SESSION] != current:
            return httpx2.Response(409, headers={SESSION: current})
        told = {"version": "4.0.5"} if asked["method"] == "session-get" else {"torrentCount": 3}
        return httpx2.Response(200, json={"result": "success", "arguments": told})

    client = answering(answer)
    assert await client.probe() == "Transmission 4.0.5, 3 downloads"
    current = next(sessions)
    assert await client.probe() == "Transmission 4.0.5, 3 downloads"
    await client.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx2.Response(409), "gives us no session"),
        (httpx2.Response(403), "a host that it does not allow"),
        (httpx2.Response(200, text="<html>"), "expected JSON"),
        (httpx2.Response(200, json=[]), "no object"),
        (httpx2.Response(200, json={"result": "no method name"}), "no method name"),
    ],
)
async def test_a_strange_answer_is_told(answer: httpx2.Response, words: str) -> None:
    client = answering(lambda *_: answer)
    with pytest.raises(Refused, match=words):
        await client.probe()
    await client.close()


async def test_one_without_labels_gets_none() -> None:
    asked_for = []

    def answer(asked: dict[str, Any], _: httpx2.Request) -> httpx2.Response:
        asked_for.append(asked["method"])
        told = {"rpc-version": 15, "torrent-added": {"hashString": "a" * 40}}
        return httpx2.Response(200, json={"result": "success", "arguments": told})

    client = answering(answer)
    assert await client.add(Payload("a" * 40, torrent=b"x"), category="films", folder=Path("/dl")) == "a" * 40
    assert asked_for == ["torrent-add", "session-get"]
    await client.close()


async def test_nobody_there_is_unreachable() -> None:
    client = make_download_client(url="http://127.0.0.1:1", username="", password="")
    with pytest.raises(Unreachable, match="Transmission at http://127"):
        await anext(client.watch())
    with pytest.raises(Refused, match="neither a torrent file nor a magnet link"):
        await client.add(Payload(nzb=b""), category="x", folder=Path("/dl"))
    await client.close()


ROW: TorrentRow = {"metadataPercentComplete": 1.0, "leftUntilDone": 5, "sizeWhenDone": 10, "name": "Tin", "eta": 7}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"status": Status.STOPPED}, DownloadState.PAUSED),
        ({"status": Status.STOPPED, "leftUntilDone": 0, "isFinished": True}, DownloadState.COMPLETE),
        ({"status": Status.CHECK_WAIT}, DownloadState.CHECKING),
        ({"status": Status.CHECK, "leftUntilDone": 0}, DownloadState.CHECKING),
        ({"status": Status.DOWNLOAD_WAIT}, DownloadState.QUEUED),
        ({"status": Status.DOWNLOAD}, DownloadState.STALLED),
        ({"status": Status.DOWNLOAD, "rateDownload": 9}, DownloadState.DOWNLOADING),
        ({"status": Status.DOWNLOAD, "metadataPercentComplete": 0.5, "leftUntilDone": 0}, DownloadState.METADATA),
        ({"status": Status.SEED_WAIT, "leftUntilDone": 0}, DownloadState.COMPLETE),
        ({"status": Status.SEED, "leftUntilDone": 0, "error": Trouble.TRACKER_ERROR}, DownloadState.COMPLETE),
        ({"status": Status.STOPPED, "error": Trouble.LOCAL}, DownloadState.FAILED),
    ],
)
def test_every_status_has_its_meaning(told: TorrentRow, state: DownloadState) -> None:
    assert state_of({**ROW, **told}) is state


def test_a_row_becomes_a_status() -> None:
    trouble: TorrentRow = {"error": Trouble.TRACKER_WARNING, "errorString": "unregistered torrent"}
    more: TorrentRow = {"status": Status.DOWNLOAD, "rateDownload": 9, "trackerStats": [{"seederCount": 4}]}
    status = status_of({**ROW, **more, **trouble, "hashString": "a", "downloadDir": "/dl"})
    assert status == DownloadStatus(
        "a", "Tin", DownloadState.DOWNLOADING, 10, 5, 9, 7, 4, Path("/dl/Tin"), "unregistered torrent"
    )
    assert status_of({**ROW, "status": Status.SEED, "trackerStats": [{"seederCount": -1}]}).seeders == 0


@pytest.mark.parametrize(
    ("told", "given"),
    [
        ({"status": Status.SEED, "uploadRatio": 0.456, "secondsSeeding": 125}, Seeding(0.45, 120)),
        ({"status": Status.SEED, "uploadRatio": -2}, Seeding(0.0, 0)),
        ({"status": Status.STOPPED, "uploadRatio": 0.456, "secondsSeeding": 125, "seedRatioMode": GoalMode.OWN},
         Seeding(0.456, 125, True, True)),
        ({"status": Status.STOPPED, "uploadRatio": 1, "isFinished": True}, Seeding(1, 0, True, False, True)),
    ],
)  # fmt: skip
def test_what_was_given_back_is_read_from_the_row(told: TorrentRow, given: Seeding) -> None:
    assert status_of({**ROW, "leftUntilDone": 0, **told}).seeding == given


def test_changes_are_merged_into_what_is_known() -> None:
    rows = merge({}, {"torrents": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"name": "no number"}]})
    rows = merge(rows, {"torrents": [{"id": 1, "name": "C"}], "removed": [2]})
    assert rows == {1: {"id": 1, "name": "C"}}


def test_the_address_may_name_its_path() -> None:
    assert rpc_url("http://nas:9091") == rpc_url("http://nas:9091/") == "http://nas:9091/transmission/rpc"
    assert rpc_url("http://nas/tr/") == rpc_url("http://nas/tr/rpc") == "http://nas/tr/rpc"
