"""Other people's programs use the house's own engines: as a qBittorrent and as a SABnzbd on its one port."""

import asyncio
from pathlib import Path

import httpx2
import pytest
import qbittorrentapi

from matinee.kernel.errors import Refused
from matinee.lab import Lab
from matinee.pipeline.ports import DownloadClient, DownloadState, DownloadStatus, Payload
from matinee.products.qbittorrent.client import QBittorrentClient
from matinee.products.sabnzbd.client import SABnzbdClient
from tests.stories.conftest import MakeHouse
from tests.stories.house import THE_LAB, RunningHouse
from tests.stories.test_downloading_by_usenet import NEWZNAB, asked


@pytest.fixture
async def house(make_house: MakeHouse) -> RunningHouse:
    """With both engines at work."""
    house = make_house(indexers=THE_LAB + NEWZNAB)
    await house.start()
    async with asyncio.timeout(30):
        for engine in ("pipeline-torrent", "pipeline-usenet"):
            while (await asked(house, engine))["state"] != "green":
                pass
    return house


async def complete(client: DownloadClient, id: str) -> DownloadStatus:
    """The download as soon as all of it is there."""
    async with asyncio.timeout(40):
        async for statuses in client.watch():
            if id in statuses and statuses[id].state is DownloadState.COMPLETE:
                return statuses[id]
    raise AssertionError("watch ended")


async def app_key(house: RunningHouse) -> str:
    answer = await house.guest.http.post("/api/keys", json={"name": "Neighbour"})
    return str(answer.json()["key"])


async def test_a_program_that_knows_qbittorrent_downloads_with_the_engine(house: RunningHouse, lab: Lab) -> None:
    client = QBittorrentClient(f"{house.url}/qbittorrent", "anybody", await app_key(house))
    torrent = next(one for one in lab.street.torrents if "WEB-DL" in one.offer.name)
    payload = Payload(torrent.infohash.hex(), torrent=torrent.file(lab.addresses.tracker))
    id = await client.add(payload, category="radarr", folder=house.media / "downloads")
    done = await complete(client, id)
    assert done.path.exists()
    await client.remove(id, delete_files=True)
    await client.close()


async def test_the_package_for_qbittorrent_gets_in_with_a_key_and_not_without(house: RunningHouse) -> None:
    key = await app_key(house)

    def drive() -> str:
        with qbittorrentapi.Client(f"{house.url}/qbittorrent", username="app", password=key) as client:
            client.torrents_create_category("films", save_path=str(house.media / "downloads" / "films"))
            assert "films" in client.torrents_categories()
            return str(client.app_version())

    def knock() -> None:
        with qbittorrentapi.Client(f"{house.url}/qbittorrent", username="app", password="wrong") as client:
            client.auth_log_in()

    assert (await asyncio.to_thread(drive)).startswith("v")
    with pytest.raises(qbittorrentapi.LoginFailed):
        await asyncio.to_thread(knock)


async def test_a_revoked_key_closes_the_door_at_once(house: RunningHouse) -> None:
    made = (await house.guest.http.post("/api/keys", json={"name": "Old"})).json()
    bearer = {"Authorization": f"Bearer {made['key']}"}
    async with httpx2.AsyncClient(base_url=house.url, trust_env=False) as app:
        assert (await app.get("/qbittorrent/api/v2/app/version")).status_code == 403
        assert (await app.get("/qbittorrent/api/v2/app/version", headers=bearer)).status_code == 200
        foreign = {**bearer, "Origin": "http://elsewhere.test"}
        assert (await app.get("/qbittorrent/api/v2/app/version", headers=foreign)).status_code == 401
        await house.guest.http.delete(f"/api/keys/{made['id']}")
        assert (await app.get("/qbittorrent/api/v2/app/version", headers=bearer)).status_code == 403


async def test_a_program_that_knows_sabnzbd_downloads_with_the_engine(house: RunningHouse, lab: Lab) -> None:
    client = SABnzbdClient(f"{house.url}/sabnzbd", await app_key(house))
    torrent = next(one for one in lab.street.torrents if "WEB-DL" in one.offer.name)
    nzb = lab.street.nzb(torrent)
    id = await client.add(Payload(nzb=nzb, name=torrent.offer.name), category="radarr", folder=Path("radarr"))
    done = await complete(client, id)
    assert done.path == house.media / "downloads" / "radarr" / torrent.offer.name
    await client.remove(id, delete_files=True)
    await client.close()


async def test_sabnzbds_door_is_shut_without_a_key(house: RunningHouse) -> None:
    key = await app_key(house)
    async with httpx2.AsyncClient(base_url=f"{house.url}/sabnzbd", trust_env=False) as app:
        assert "version" in (await app.get("/api?mode=version&output=json")).json()
        assert "API Key Required" in (await app.get("/api?mode=queue&output=json")).text
        assert "API Key Incorrect" in (await app.get("/api?mode=queue&output=json&apikey=wrong")).text
        assert (await app.post("/api", data={"mode": "queue", "output": "json", "apikey": key})).json()["queue"]
    stranger = SABnzbdClient(f"{house.url}/sabnzbd", "not a key")
    with pytest.raises(Refused, match="the API key is wrong"):
        await stranger.probe()
    await stranger.close()
    assert key not in house.log
