"""Our client drives a qBittorrent, and cannot tell ours from the real one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.media.seeding import Seeding, SeedingGoal
from matinee.pipeline.polling import Pace
from matinee.pipeline.ports import ClientRefused, DownloadFile, DownloadState, DownloadStatus, Payload
from matinee.pipeline.seeding import has_seeded_enough
from matinee.products.qbittorrent.client import QBittorrentClient, make_download_client
from matinee.products.qbittorrent.statuses import merge, status_of
from matinee.products.qbittorrent.wire import STATES, TorrentRow
from tests.engines.torrent.swarm import Made, content_hash, leeching, make_film, make_torrent, seeding
from tests.products.qbittorrent.conftest import FarEnd


async def seen(
    client: QBittorrentClient, condition: Callable[[dict[str, DownloadStatus]], bool], seconds: float = 40
) -> dict[str, DownloadStatus]:
    """What the client shows as soon as it is as wanted."""
    async with asyncio.timeout(seconds):
        async for downloads in client.watch():
            if condition(downloads):
                return downloads
    raise AssertionError("watch ended")


def is_stopped(status: DownloadStatus) -> bool:
    return status.seeding is not None and status.seeding.stopped


def payload(made: Made) -> Payload:
    return Payload(made.infohash, torrent=made.torrent)


async def test_a_download_is_added_watched_and_complete(far_end: FarEnd, film: Made) -> None:
    folder = far_end.downloads / "films"
    with seeding(film):
        id = await far_end.client.add(payload(film), category="films", folder=folder)
        done = (await seen(far_end.client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    assert done.name == film.content.name
    assert done.path == folder / film.content.name
    assert done.done == done.size == sum(file.stat().st_size for file in film.content.iterdir())
    assert content_hash(done.path) == content_hash(film.content)
    assert sorted(await far_end.client.files(id), key=lambda file: file.size) == [
        DownloadFile(Path(film.content.name, f"{film.content.name}.srt"), 39, 39),
        DownloadFile(Path(film.content.name, f"{film.content.name}.mkv"), 2_000_000, 2_000_000),
    ]


async def test_a_magnet_link_is_added(far_end: FarEnd, film: Made) -> None:
    with seeding(film) as seeder:
        magnet = f"magnet:?xt=urn:btih:{film.infohash}&dn=Tin+Comet{seeder.magnet_peer}"
        order = Payload(film.infohash, magnet=magnet)
        id = await far_end.client.add(order, category="films", folder=far_end.downloads)
        done = (await seen(far_end.client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    assert content_hash(done.path) == content_hash(film.content)


async def test_a_magnet_that_is_looked_at_first_stops_before_a_byte_and_goes_on_when_told(
    far_end: FarEnd, film: Made
) -> None:
    client = far_end.client
    with seeding(film) as seeder:
        magnet = f"magnet:?xt=urn:btih:{film.infohash}&dn=Tin+Comet{seeder.magnet_peer}"
        order = Payload(film.infohash, magnet=magnet, looks_first=True)
        id = await client.add(order, category="films", folder=far_end.downloads)
        told = (await seen(client, lambda all: all[id].state is DownloadState.PAUSED and all[id].size > 0))[id]
        assert (told.size, told.done) == (2_000_039, 0)
        assert sorted(file.size for file in await client.files(id)) == [39, 2_000_000]
        assert seeder.uploaded == 0
        await client.resume(id)
        done = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    assert content_hash(done.path) == content_hash(film.content)


async def test_a_goal_goes_with_the_torrent_and_is_never_lowered(far_end: FarEnd, film: Made) -> None:
    client = far_end.client

    async def limits(goal: SeedingGoal) -> tuple[float, int, int]:
        id = await client.add(replace(payload(film), goal=goal), category="films", folder=far_end.downloads)
        (row,) = await client._rows(hashes=id)
        return row["ratio_limit"], row["seeding_time_limit"], row.get("inactive_seeding_time_limit", -1)

    assert await limits(SeedingGoal(1.5, 5400)) == (1.5, 90, -1)
    assert await limits(SeedingGoal(1.0, 7200)) == (1.5, 120, -1)
    assert await limits(SeedingGoal(ratio=1.0)) == (1.5, -1, -1)
    assert await limits(SeedingGoal(1.0, 60, both=True)) == (-1, -1, -1)


async def test_it_stops_by_itself_when_the_goal_is_reached(far_end: FarEnd, film: Made, tmp_path: Path) -> None:
    client = far_end.client
    goal = SeedingGoal(ratio=0.5)
    with seeding(film):
        id = await client.add(replace(payload(film), goal=goal), category="films", folder=far_end.downloads)
        found = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
        assert found.seeding == Seeding(0.0, 0, is_bound=True)
    with leeching(film, tmp_path / "neighbour"):
        found = (await seen(client, lambda all: is_stopped(all[id])))[id]
    assert found.seeding and found.seeding.reached and found.seeding.ratio >= 0.5
    assert has_seeded_enough(found, goal)


async def test_the_same_payload_twice_is_one_download(far_end: FarEnd, film: Made) -> None:
    first = await far_end.client.add(payload(film), category="films", folder=far_end.downloads)
    again = await far_end.client.add(payload(film), category="films", folder=far_end.downloads)
    assert first == again == film.infohash
    assert len(await seen(far_end.client, bool)) == 1


async def test_a_torrent_of_both_versions_is_found_by_either_hash(far_end: FarEnd, tmp_path: Path) -> None:
    made = make_torrent(make_film(tmp_path / "both", size=50_000), v1_only=False)
    id = await far_end.client.add(payload(made), category="films", folder=far_end.downloads)
    assert id in await seen(far_end.client, bool)
    assert await far_end.client.add(payload(made), category="films", folder=far_end.downloads) == id


async def test_rubbish_is_refused_in_words(far_end: FarEnd) -> None:
    with pytest.raises(Refused, match="not a valid torrent"):
        await far_end.client.add(Payload("0" * 40, torrent=b"rubbish"), category="x", folder=far_end.downloads)
    assert await seen(far_end.client, lambda all: True) == {}


async def test_a_download_is_stopped_started_and_removed(far_end: FarEnd, film: Made) -> None:
    client = far_end.client
    id = await client.add(payload(film), category="films", folder=far_end.downloads)
    await client.stop(id)
    await seen(client, lambda all: all[id].state is DownloadState.PAUSED)
    await client.resume(id)
    with seeding(film):
        done = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    await client.remove(id, delete_files=True)
    await seen(client, lambda all: not all)
    async with asyncio.timeout(20):
        while done.path.exists():  # noqa: ASYNC110  the real one deletes some time after it answers
            await asyncio.sleep(0.05)


async def test_an_unknown_download_is_forgotten_already(far_end: FarEnd) -> None:
    await far_end.client.remove("0" * 40, delete_files=True)


async def test_a_watcher_that_is_half_asleep_hears_at_once_of_what_we_change(far_end: FarEnd, film: Made) -> None:
    far_end.client._pace = Pace(first=3600, longest=3600)
    watching = far_end.client.watch()
    assert await anext(watching) == {}
    next_news = asyncio.ensure_future(anext(watching))
    id = await far_end.client.add(payload(film), category="films", folder=far_end.downloads)
    async with asyncio.timeout(20):
        assert id in await next_news
    next_news = asyncio.ensure_future(anext(watching))
    await far_end.client.remove(id, delete_files=True)
    async with asyncio.timeout(20):
        while id in await next_news:
            far_end.client._pace.nudge()  # its checking is news of its own
            next_news = asyncio.ensure_future(anext(watching))


async def test_it_tells_where_it_puts_things_and_which_folders_it_sees(far_end: FarEnd) -> None:
    assert (await far_end.client.lands("films")).folder == far_end.downloads
    (far_end.downloads / "there").mkdir(parents=True)
    seen = await far_end.client.sees(far_end.downloads / "there")
    assert seen in (True, None), "the one of Debian 12 is too old to show folders"
    if seen:
        assert await far_end.client.sees(far_end.downloads / "nothing") is False
        assert await far_end.client.sees(Path("/elsewhere/nothing")) is False


async def test_a_probe_tells_the_version(far_end: FarEnd) -> None:
    assert "0 downloads" in await far_end.client.probe()


async def test_a_wrong_password_is_a_refusal(far_end: FarEnd) -> None:
    far_end.client._password = "wrong"
    with pytest.raises(ClientRefused, match="wrong user name or password"):
        await far_end.client.probe()


async def test_a_torrent_somebody_else_had_before_is_left_alone(far_end: FarEnd, film: Made) -> None:
    await far_end.client.add(payload(film), category="mine", folder=far_end.downloads)
    with pytest.raises(Refused, match="is in qBittorrent already, under category 'mine': it is left alone"):
        await far_end.client.add(payload(film), category="films", folder=far_end.downloads)


async def test_older_ones_are_told_the_goal_in_a_call_of_its_own(film: Made) -> None:
    heard: dict[str, dict[str, list[str]]] = {}

    def answer(request: httpx2.Request) -> httpx2.Response:
        call = request.url.path.rpartition("/")[2]
        heard[call] = parse_qs(request.content.decode("latin-1"))
        row = f'[{{"hash": "{film.infohash}", "category": "films"}}]'
        texts = {"webapiVersion": "2.7", "info": row, "categories": "{}", "add": "Ok."}
        return httpx2.Response(200, text=texts.get(call, ""))

    client = QBittorrentClient("http://there", "a", "b", transport=httpx2.MockTransport(answer))
    await client.add(replace(payload(film), goal=SeedingGoal(1.5, 61)), category="films", folder=Path("/dl"))
    assert heard["setShareLimits"] == {
        "hashes": [film.infohash], "ratioLimit": ["1.5"], "seedingTimeLimit": ["2"], "inactiveSeedingTimeLimit": ["-1"],
    }  # fmt: skip
    await client.close()


@pytest.mark.parametrize(
    ("row", "given"),
    [
        ({"state": "uploading", "ratio": 0.456, "seeding_time": 125, "max_ratio": -1, "max_seeding_time": -1},
         Seeding(0.45, 120)),
        ({"state": "stalledUP", "ratio": 2.0, "seeding_time": 10, "max_ratio": 1.0},
         Seeding(2.0, 0, False, True, True)),
        ({"state": "pausedUP", "ratio": 0.456, "seeding_time": 125, "max_ratio": 1.0},
         Seeding(0.456, 125, True, True, False)),
        ({"state": "stoppedUP", "ratio": 0.1, "seeding_time": 120, "max_seeding_time": 2},
         Seeding(0.1, 120, True, True, True)),
        ({"state": "stoppedUP", "ratio": -1}, Seeding(9999.0, 0, True)),
        ({"state": "downloading", "ratio": 2.0}, None),
    ],
)  # fmt: skip
def test_what_was_given_back_is_read_from_the_row(row: TorrentRow, given: Seeding | None) -> None:
    assert status_of("x", row).seeding == given


def answering(**answers: tuple[int, str]) -> QBittorrentClient:
    """A client of a qBittorrent that gives these answers, by the last word of the call's path."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        status, text = answers.get(request.url.path.rpartition("/")[2], (200, "[]"))
        return httpx2.Response(status, text=text)

    return QBittorrentClient("http://there", "a", "b", transport=httpx2.MockTransport(answer))


async def test_an_older_one_that_ignores_a_known_torrent_makes_it_no_less_somebody_elses(film: Made) -> None:
    row = f'[{{"hash": "{film.infohash}", "name": "Tin Comet", "category": ""}}]'
    client = answering(add=(200, "Ok."), info=(200, row))
    with pytest.raises(Refused, match="'Tin Comet' is in qBittorrent already, under category ''") as caught:
        await client.add(payload(film), category="films", folder=Path("/dl"))
    assert not isinstance(caught.value, ClientRefused)
    await client.close()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"categories": (403, ""), "login": (200, "Fails.")}, "wrong user name or password"),
        ({"categories": (403, ""), "login": (401, "")}, "wrong user name or password"),
        ({"categories": (403, ""), "login": (403, "")}, "banned us"),
        ({"categories": (403, ""), "login": (200, "Ok.")}, "lets nobody in by our way .403."),
        ({"categories": (401, "")}, "lets nobody in by our way .401."),
        ({"add": (200, "Fails.")}, "the torrent was not accepted"),
    ],
)
async def test_a_client_that_refuses_us_is_not_the_releases_fault(
    film: Made, answers: dict[str, tuple[int, str]], words: str
) -> None:
    client = answering(**answers)
    with pytest.raises(ClientRefused, match=words):
        await client.add(payload(film), category="films", folder=Path("/dl"))
    await client.close()


async def test_a_bad_torrent_file_is_the_releases_fault(film: Made) -> None:
    client = answering(add=(415, "not valid"))
    with pytest.raises(Refused, match="not valid") as caught:
        await client.add(payload(film), category="films", folder=Path("/dl"))
    assert not isinstance(caught.value, ClientRefused)
    await client.close()


async def test_a_password_in_the_address_is_used_and_never_shown() -> None:
    client = make_download_client(url="http://owner:sec%21ret-word@media:8080/", username="admin", password="")
    assert client.name == "qBittorrent at http://media:8080/"
    assert (client._username, client._password) == ("owner", "sec!ret-word")
    assert "sec" not in redact("it said sec!ret-word and sec%21ret-word")
    await client.close()


def test_two_passwords_for_one_client_are_refused() -> None:
    with pytest.raises(Refused, match="take them away there") as caught:
        make_download_client(url="http://owner:first-word@media:8080", username="admin", password="second-word")
    assert "first-word" not in str(caught.value)


async def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    client = QBittorrentClient("http://torrent", "a", "b", uds=str(tmp_path / "nothing.sock"))
    with pytest.raises(Unreachable, match=r"qBittorrent at .*nothing\.sock"):
        await client.probe()
    with pytest.raises(Unreachable):
        await anext(client.watch())
    await client.close()


def test_every_state_string_has_its_meaning() -> None:
    assert {status_of("x", {"state": state}).state for state in STATES} == set(DownloadState)
    for word in ("paused", "stopped"):
        assert STATES[f"{word}UP"] is DownloadState.COMPLETE
        assert STATES[f"{word}DL"] is DownloadState.PAUSED


def test_a_failure_without_a_word_still_gets_one() -> None:
    assert status_of("x", {"state": "missingFiles"}).message == "its files are gone from the disk"
    assert status_of("x", {"state": "error"}).message
    assert status_of("x", {"state": "error", "matinee_message": "the disk is full"}).message == "the disk is full"


def test_a_bare_content_path_is_taken_relative_to_the_save_path() -> None:
    assert status_of("x", {"save_path": "/dl", "content_path": "Film"}).path == Path("/dl/Film")
    assert status_of("x", {"save_path": "/dl", "content_path": "", "name": "Film"}).path == Path("/dl/Film")


def test_changes_are_merged_into_what_is_known() -> None:
    rows = merge({}, {"rid": 1, "full_update": True, "torrents": {"a": {"name": "A", "size": 5}, "b": {"name": "B"}}})
    rows = merge(rows, {"rid": 2, "torrents": {"a": {"size": 7}}, "torrents_removed": ["b"]})
    assert rows == {"a": {"name": "A", "size": 7}}
    assert merge(rows, {"rid": 1, "full_update": True}) == {}
