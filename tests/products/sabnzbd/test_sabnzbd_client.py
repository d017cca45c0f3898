"""Our client drives a SABnzbd: ours in this process, and what a real one is known to answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.pipeline.ports import ClientRefused, DownloadFile, DownloadState, DownloadStatus, Payload
from matinee.pipeline.usenet_port import JobState
from matinee.products.sabnzbd.client import SABnzbdClient, make_download_client
from matinee.products.sabnzbd.statuses import finished_status, output_path
from matinee.products.sabnzbd.wire import DISK_FULL
from tests.products.newznab.nzbs import NZB
from tests.products.sabnzbd.conftest import KEY, NZB_KEY
from tests.products.sabnzbd.engine import MIB, FakeEngine

FILM = Payload(nzb=NZB)


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[SABnzbdClient]:
    client = SABnzbdClient("http://sab.test", KEY, transport=httpx2.ASGITransport(app=app))
    yield client
    await client.close()


async def seen(
    client: SABnzbdClient, condition: Callable[[dict[str, DownloadStatus]], bool], seconds: float = 10
) -> dict[str, DownloadStatus]:
    async with asyncio.timeout(seconds):
        async for downloads in client.watch():
            if condition(downloads):
                return downloads
    raise AssertionError("watch ended")


async def test_a_download_is_added_watched_and_complete(client: SABnzbdClient, engine: FakeEngine) -> None:
    folder = engine.complete_folder / "films"
    id = await client.add(FILM, category="matinee", folder=folder)
    assert engine.given == [NZB]
    assert (engine.jobs[0].name, engine.jobs[0].category) == ("tram", "matinee")
    assert engine.known[-1].folder == str(folder)
    engine.speed = MIB
    engine.put(id, state=JobState.DOWNLOADING, left=175 * MIB)
    status = (await seen(client, bool))[id]
    assert status == DownloadStatus(
        id, "tram", DownloadState.DOWNLOADING, 700 * MIB, 525 * MIB, MIB, 175, 0, folder / "tram"
    )
    assert await client.files(id) == [
        DownloadFile(Path("tram.mkv"), 600 * MIB, 600 * MIB),
        DownloadFile(Path("tram.nfo"), MIB, 0),
    ]
    engine.put(id, state=JobState.EXTRACTING, left=0)
    assert (await seen(client, bool))[id].state is DownloadState.CHECKING
    engine.finish(id)
    done = (await seen(client, bool))[id]
    assert (done.state, done.done, done.path) == (
        DownloadState.COMPLETE,
        700 * MIB,
        engine.complete_folder / "matinee" / "tram",
    )


async def test_a_watcher_hears_of_a_change_at_once(client: SABnzbdClient, engine: FakeEngine) -> None:
    watching = client.watch()
    assert await anext(watching) == {}
    waiting = asyncio.ensure_future(anext(watching))
    await client.probe()
    id = await client.add(FILM, category="films", folder=engine.complete_folder)
    async with asyncio.timeout(3):
        assert id in await waiting


async def test_the_same_payload_twice_is_one_download(client: SABnzbdClient, engine: FakeEngine) -> None:
    folder = engine.complete_folder
    first = await client.add(FILM, category="films", folder=folder)
    assert await client.add(FILM, category="films", folder=folder) == first
    engine.finish(first)
    assert await client.add(FILM, category="films", folder=folder) == first
    engine.done = []
    await client.add(FILM, category="films", folder=folder)
    engine.finish("SABnzbd_nzo_2", JobState.FAILED)
    assert await client.add(FILM, category="films", folder=folder) == "SABnzbd_nzo_3"


async def test_a_failed_download_goes_on_under_the_id_we_know(client: SABnzbdClient, engine: FakeEngine) -> None:
    id = await client.add(FILM, category="films", folder=engine.complete_folder)
    engine.finish(id, JobState.FAILED, "Aborted, cannot be completed")
    failed = (await seen(client, bool))[id]
    assert (failed.state, failed.message) == (DownloadState.FAILED, "Aborted, cannot be completed")
    await client.resume(id)
    assert [job.id for job in engine.jobs] == ["SABnzbd_nzo_2"]
    assert (await seen(client, bool))[id].state is DownloadState.QUEUED
    assert await client.files(id)
    await client.remove(id, delete_files=True)
    assert engine.jobs == []
    assert await seen(client, lambda all: True) == {}


async def test_a_download_is_stopped_and_goes_on(client: SABnzbdClient, engine: FakeEngine) -> None:
    id = await client.add(FILM, category="films", folder=engine.complete_folder)
    await client.stop(id)
    assert (await seen(client, bool))[id].state is DownloadState.PAUSED
    await client.resume(id)
    assert (await seen(client, bool))[id].state is DownloadState.QUEUED


async def test_unknown_downloads_are_forgotten_already(client: SABnzbdClient) -> None:
    await client.remove("none", delete_files=True)
    await client.resume("none")
    assert await client.files("none") == []


async def test_a_probe_tells_the_version(client: SABnzbdClient) -> None:
    assert await client.probe() == "SABnzbd 5.0.0, 0 downloads"


async def test_a_release_without_an_nzb_is_refused(client: SABnzbdClient, engine: FakeEngine) -> None:
    for payload, words in ((Payload(magnet="magnet:?x"), "no NZB"), (Payload(nzb=b"rubbish"), "cannot be read")):
        with pytest.raises(Refused, match=words) as caught:
            await client.add(payload, category="films", folder=engine.complete_folder)
        assert not isinstance(caught.value, ClientRefused)


@pytest.mark.parametrize("key", ["wrong-wrong-wrong", NZB_KEY])
async def test_a_wrong_key_is_not_the_releases_fault(app: ASGIApp, key: str, engine: FakeEngine) -> None:
    client = SABnzbdClient("http://sab.test", key, transport=httpx2.ASGITransport(app=app))
    for call in (client.probe(), client.add(FILM, category="films", folder=engine.complete_folder)):
        with pytest.raises(ClientRefused, match="the API key is wrong") as caught:
            await call
        assert key not in str(caught.value)
        assert str(caught.value).startswith("SABnzbd at http://sab.test")
    await client.close()
    assert key not in redact(f"it said {key}")


async def test_a_folder_outside_the_downloads_is_refused(client: SABnzbdClient) -> None:
    with pytest.raises(Refused, match="must lie below"):
        await client.add(FILM, category="new", folder=Path("/etc"))


async def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    client = SABnzbdClient("http://sab", KEY, uds=str(tmp_path / "nothing.sock"))
    with pytest.raises(Unreachable, match=r"SABnzbd at .*nothing\.sock"):
        await client.probe()
    await client.close()


# what a real one is known to answer


def answering(**answers: Any) -> SABnzbdClient:
    """A client of a SABnzbd that gives these answers by mode; it knows nothing of waiting."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        told = answers.get(request.url.params["mode"], {"status": True})
        if isinstance(told, httpx2.Response):
            return told
        return httpx2.Response(200, text=told) if isinstance(told, str) else httpx2.Response(200, json=told)

    return SABnzbdClient("http://real.test", KEY, transport=httpx2.MockTransport(answer))


def config(categories: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"config": {"misc": {"complete_dir": "/dl"}, "categories": categories, **more}}


EMPTY: dict[str, Any] = {"queue": {"queue": {"slots": []}}, "history": {"history": {"slots": []}}}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("API Key Incorrect", "the API key is wrong"),
        ("error: API Key Required", "wants an API key"),
        ({"status": False, "error": "API Key Incorrect"}, "the API key is wrong"),
        (httpx2.Response(403, text="External internet access denied"), "lets nobody in by our way .External"),
    ],
)
async def test_who_is_not_let_in_is_told_why(answer: Any, words: str) -> None:
    client = answering(queue=answer)
    with pytest.raises(ClientRefused, match=words):
        await anext(client.watch())
    await client.close()


async def test_a_login_page_is_no_answer() -> None:
    client = answering(version="<html>")
    with pytest.raises(Refused, match="expected JSON"):
        await client.probe()
    await client.close()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (config([{"name": "films", "dir": "films*"}]), "ends in \\*"),
        (config([{"name": "films"}], sorters=[{"name": "A", "is_active": 1, "sort_cats": ["films"]}]), "sorter 'A'"),
    ],
)
async def test_a_category_that_scatters_its_files_is_refused(told: dict[str, Any], words: str) -> None:
    client = answering(get_config=told, **EMPTY)
    with pytest.raises(ClientRefused, match=words):
        await client.add(FILM, category="films", folder=Path("/dl"))
    await client.close()


async def test_an_empty_list_of_ids_is_a_rejection() -> None:
    client = answering(get_config=config([{"name": "films"}]), addfile={"status": False, "nzo_ids": []}, **EMPTY)
    with pytest.raises(Refused, match="takes no NZB of 'tram'") as caught:
        await client.add(FILM, category="films", folder=Path("/dl"))
    assert not isinstance(caught.value, ClientRefused)
    await client.close()


async def test_a_relative_folder_is_completed_by_the_status() -> None:
    relative = {
        "config": {"misc": {"complete_dir": "Downloads/complete"}, "categories": [{"name": "films", "dir": "f"}]}
    }
    slot = {"nzo_id": "a", "filename": "tram", "cat": "films", "status": "Idle?", "mb": "x", "timeleft": "0:00:00"}
    client = answering(
        get_config=relative,
        fullstatus={"status": {"completedir": "/home/sab/Downloads/complete"}},
        queue={"queue": {"slots": [slot], "kbpersec": "?"}},
        history={"history": False},
    )
    assert await client.add(FILM, category="films", folder=Path("/dl")) == "a"
    status = (await anext(client.watch()))["a"]
    assert status.path == Path("/home/sab/Downloads/complete/f/tram")
    assert (status.state, status.size) == (DownloadState.QUEUED, 0)
    await client.close()


def test_the_folder_of_a_download_is_the_one_called_like_it() -> None:
    assert output_path("/dl/films/Tin Comet/Tin Comet.mkv", "Tin Comet") == Path("/dl/films/Tin Comet")
    assert output_path("/dl/films/Tin Comet", "Tin Comet") == Path("/dl/films/Tin Comet")
    assert output_path("/dl/films/other.mkv", "Tin Comet") == Path("/dl/films/other.mkv")


def test_a_full_disk_is_told_as_one() -> None:
    status = finished_status({"nzo_id": "a", "status": "Failed", "fail_message": DISK_FULL, "bytes": 5})
    assert (status.state, status.done) == (DownloadState.FAILED, 0)
    assert "space" in status.message


def test_a_client_without_a_key_is_refused() -> None:
    with pytest.raises(Refused, match="needs its API key as `password`"):
        make_download_client(url="http://sab", username="", password="")
