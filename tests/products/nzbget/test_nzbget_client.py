"""Our client drives an NZBGet: the real one of Debian beside a news server of ours, and what it is known to answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.lab.news import NewsLab
from matinee.lab.news_posts import made_up
from matinee.pipeline.nzb_naming import nzb_key
from matinee.pipeline.polling import Pace
from matinee.pipeline.ports import ClientRefused, DownloadState, DownloadStatus, Payload
from matinee.products.nzbget.client import (
    NzbgetClient,
    destination,
    finished_status,
    group_status,
    make_download_client,
)
from matinee.products.nzbget.wire import STATES, History, Row, size_of, trouble_of
from tests.products.newznab.nzbs import NZB
from tests.products.nzbget.real import BINARY, PASSWORD, USERNAME, real_nzbget

FILM = made_up(3_000_000, seed=7)


@dataclass(frozen=True)
class FarEnd:
    """A real NZBGet, our client of it, and the news server it loads from."""

    client: NzbgetClient
    news: NewsLab
    downloads: Path


@pytest.fixture
async def far_end(tmp_path: Path) -> AsyncIterator[FarEnd]:
    if BINARY is None:
        pytest.skip("the real NZBGet is not installed (apt-get install nzbget)")
    async with NewsLab() as news:
        with real_nzbget(tmp_path / "real", news.port) as real:
            client = NzbgetClient(real.url, USERNAME, PASSWORD)
            yield FarEnd(client, news, real.downloads)
            await client.close()


async def seen(
    client: NzbgetClient, condition: Callable[[dict[str, DownloadStatus]], bool], seconds: float = 40
) -> dict[str, DownloadStatus]:
    async with asyncio.timeout(seconds):
        async for downloads in client.watch():
            if condition(downloads):
                return downloads
    raise AssertionError("watch ended")


async def test_a_download_is_added_watched_and_complete(far_end: FarEnd) -> None:
    payload = Payload(nzb=far_end.news.add_post("Tin Comet 2021", {"tin.comet.mkv": FILM}))
    id = await far_end.client.add(payload, category="films", folder=far_end.downloads)
    done = (await seen(far_end.client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
    assert (done.name, done.path) == ("Tin Comet 2021", far_end.downloads / "films" / "Tin Comet 2021")
    assert done.path.joinpath("tin.comet.mkv").read_bytes() == FILM
    assert done.done == done.size >= len(FILM)
    assert await far_end.client.add(payload, category="films", folder=far_end.downloads) == id
    assert len(await seen(far_end.client, bool)) == 1
    assert await far_end.client.destination("films") == done.path.parent
    await far_end.client.remove(id, delete_files=True)
    assert await seen(far_end.client, lambda all: True) == {}


async def test_a_download_waits_goes_on_and_is_removed(far_end: FarEnd) -> None:
    far_end.news.pause()
    payload = Payload(nzb=far_end.news.add_post("Night Tram", {"tram.mkv": FILM, "tram.nfo": b"about"}))
    id = await far_end.client.add(payload, category="films", folder=far_end.downloads)
    assert id == nzb_key(payload.nzb or b"")
    assert await far_end.client.add(payload, category="films", folder=far_end.downloads) == id
    assert sorted(str(file.path) for file in await far_end.client.files(id)) == ["tram.mkv", "tram.nfo"]
    await far_end.client.stop(id)
    assert (await seen(far_end.client, lambda all: all[id].state is DownloadState.PAUSED))[id].done == 0
    await far_end.client.resume(id)
    far_end.news.start()
    await seen(far_end.client, lambda all: all[id].state is DownloadState.COMPLETE)
    assert await far_end.client.files(id) == []


async def test_what_is_on_no_server_fails_in_words_and_can_be_tried_again(far_end: FarEnd) -> None:
    nzb = far_end.news.add_post("Lost", {"lost.mkv": FILM}).replace(b"@lab.test", b"@gone.test")
    id = await far_end.client.add(Payload(nzb=nzb), category="films", folder=far_end.downloads)
    failed = (await seen(far_end.client, lambda all: all[id].state is DownloadState.FAILED))[id]
    assert "on no server" in failed.message or "on any server" in failed.message
    await far_end.client.resume(id)
    await seen(far_end.client, lambda all: id in all)
    await seen(far_end.client, lambda all: all[id].state is DownloadState.FAILED)
    assert await far_end.client.add(Payload(nzb=nzb), category="films", folder=far_end.downloads) == id
    await far_end.client.remove(id, delete_files=True)


async def test_a_probe_tells_the_version(far_end: FarEnd) -> None:
    assert await far_end.client.probe() == "NZBGet 21.0, 0 downloads"


async def test_unknown_downloads_are_forgotten_already(far_end: FarEnd) -> None:
    await far_end.client.remove("none", delete_files=True)
    await far_end.client.resume("none")


async def test_a_wrong_password_is_not_the_releases_fault(far_end: FarEnd) -> None:
    client = NzbgetClient(far_end.client.name.removeprefix("NZBGet at "), USERNAME, "not this one")
    with pytest.raises(ClientRefused, match="wrong user name or password"):
        await client.add(Payload(nzb=NZB), category="films", folder=Path("/dl"))
    await client.close()
    assert "not this one" not in redact("it said not this one")


# what it is known to answer


def answering(**answers: Any) -> NzbgetClient:
    def answer(request: httpx2.Request) -> httpx2.Response:
        method = httpx2.Response(200, content=request.content).json()["method"]
        told = answers.get(method, [])
        return told if isinstance(told, httpx2.Response) else httpx2.Response(200, json={"result": told})

    client = make_download_client(url="http://nzbget.test/", username="a", password="b")
    client._wire._client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://nzbget.test/")
    return client


async def test_the_history_is_asked_for_only_when_something_has_left_the_queue() -> None:
    answers: dict[str, Any] = {"status": {}, "listgroups": [row()], "history": []}
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(httpx2.Response(200, content=request.content).json()["method"])
        return httpx2.Response(200, json={"result": answers[asked[-1]]})

    client = NzbgetClient("http://nzbget.test/", "a", "b", transport=httpx2.MockTransport(answer))
    client._pace = Pace(first=0.001, longest=0.001)
    watching = client.watch()
    assert (await anext(watching))["9"].state is DownloadState.DOWNLOADING
    for left in (300, 200, 0):
        answers["listgroups"] = [row(RemainingSizeLo=left, PausedSizeLo=0)]
        await anext(watching)
    assert asked.count("history") == 1
    answers |= {"listgroups": [], "history": [{"NZBID": 9, "Name": "Tin Comet", "Health": 1000}]}
    assert (await anext(watching))["9"].state is DownloadState.COMPLETE
    assert asked.count("history") == 2
    answers["history"] = []
    client._pace.nudge()  # as a removal of ours does
    assert await anext(watching) == {}
    await client.close()


async def test_an_nzb_that_is_not_taken_is_refused() -> None:
    client = answering(append=0)
    with pytest.raises(Refused, match=r"takes no NZB of 'tram\.nzb'") as caught:
        await client.add(Payload(nzb=NZB), category="films", folder=Path("/dl"))
    assert not isinstance(caught.value, ClientRefused)
    await client.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx2.Response(200, json={"error": {"message": "Invalid procedure"}}), "Invalid procedure"),
        (httpx2.Response(200, json=[]), "no object"),
        (httpx2.Response(200, text="<html>"), "expected JSON"),
    ],
)
async def test_an_error_is_told_in_its_words(answer: httpx2.Response, words: str) -> None:
    client = answering(version=answer)
    with pytest.raises(Refused, match=words):
        await client.probe()
    await client.close()


async def test_nobody_there_is_unreachable() -> None:
    client = NzbgetClient("http://127.0.0.1:1", "a", "b")
    with pytest.raises(Unreachable, match="NZBGet at http://127"):
        await anext(client.watch())
    await client.close()


async def test_a_release_without_an_nzb_is_refused() -> None:
    client = NzbgetClient("http://127.0.0.1:1", "a", "b")
    with pytest.raises(Refused, match="no NZB"):
        await client.add(Payload(magnet="magnet:?x"), category="films", folder=Path("/dl"))
    await client.close()


def test_sizes_are_put_together_from_their_halves() -> None:
    assert size_of({"ALo": 5, "AHi": 2}, "A") == 2 * 2**32 + 5
    assert size_of({"ALo": -1, "AHi": 0}, "A") == 2**32 - 1
    assert size_of({}, "A") == 0


def row(**more: Any) -> Row:
    base = {"NZBID": 9, "NZBName": "Tin Comet", "Status": "DOWNLOADING", "FileSizeLo": 1000, "RemainingSizeLo": 400}
    made: Any = {**base, "PausedSizeLo": 100, "DestDir": "/dl/Tin Comet", "Health": 1000, **more}
    return made  # type: ignore[no-any-return]


def test_recovery_blocks_that_wait_are_neither_done_nor_missing() -> None:
    status = group_status(row(), 10, is_paused=False)
    assert (status.id, status.size, status.done, status.speed, status.eta) == ("9", 900, 600, 10, 30)
    assert group_status(row(), 10, is_paused=True).state is DownloadState.PAUSED
    assert group_status(row(Health=995), 10, is_paused=False).message == "0.5 % of it is on no server"
    named = row(Parameters=[{"Name": "Drone", "Value": "abc"}])
    assert group_status(named, 0, is_paused=False).id == "abc"


def test_every_status_has_its_meaning() -> None:
    states = {group_status(row(Status=word), 0, is_paused=False).state for word in STATES}
    assert states == set(DownloadState) - {DownloadState.STALLED, DownloadState.COMPLETE, DownloadState.FAILED}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, ""),
        ({"ParStatus": "SUCCESS", "UnpackStatus": "SUCCESS", "MoveStatus": "SUCCESS"}, ""),
        ({"DeleteStatus": "HEALTH", "Health": 300}, "too much of it is on no server (30 % of it is there)"),
        ({"DeleteStatus": "DUPE"}, "had it already"),
        ({"DeleteStatus": "NEW"}, "NZBGet deleted it"),
        ({"ParStatus": "FAILURE"}, "cannot be repaired"),
        ({"ParStatus": "REPAIR_POSSIBLE"}, "cannot be repaired"),
        ({"UnpackStatus": "SPACE"}, "no space left"),
        ({"UnpackStatus": "PASSWORD"}, "no password is known"),
        ({"UnpackStatus": "FAILURE"}, "could not be unpacked"),
        ({"MoveStatus": "FAILURE"}, "could not be moved"),
        ({"ScriptStatus": "FAILURE"}, "a script"),
        ({"MarkStatus": "BAD", "DeleteStatus": "MANUAL"}, "marked as bad"),
        ({"Health": 0}, "nothing of it"),
    ],
)
def test_all_outcomes_count_together(told: History, words: str) -> None:
    assert words in trouble_of(told)
    assert bool(trouble_of(told)) is bool(words)
    state = finished_status(told).state
    assert state is (DownloadState.FAILED if words else DownloadState.COMPLETE)


async def test_what_was_deleted_by_hand_or_is_a_copy_is_no_download() -> None:
    rows = [{"ID": n, "Kind": "NZB", "DeleteStatus": word} for n, word in enumerate(("MANUAL", "COPY", "NONE"), 1)]
    client = answering(history=[*rows, {"ID": 4, "Kind": "URL"}], status={})
    assert set(await anext(client.watch())) == {"3"}
    await client.close()


def test_a_finished_download_lies_in_its_final_folder() -> None:
    assert finished_status({"DestDir": "/inter", "FinalDir": "/final"}).path == Path("/final")
    assert finished_status({"DestDir": "/dest", "FinalDir": ""}).path == Path("/dest")


def test_the_folder_of_a_category_is_read_from_the_configuration() -> None:
    told = {"MainDir": "/dl", "DestDir": "${MainDir}/done", "Category1.Name": "Films", "Category1.DestDir": ""}
    config = [{"Name": name, "Value": value} for name, value in told.items()]
    assert destination(config, "films") == Path("/dl/done/films")
    assert destination(config, "") == Path("/dl/done")
    own = [*config, {"Name": "Category2.Name", "Value": "shows"}, {"Name": "Category2.DestDir", "Value": "/shows"}]
    assert destination(own, "Shows") == Path("/shows")
    flat = [*config, {"Name": "AppendCategoryDir", "Value": "no"}]
    assert destination(flat, "films") == Path("/dl/done")
