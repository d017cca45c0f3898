"""A client other people wrote, the PyPI package prowlarr-py, reads and writes everything that we serve."""

from pathlib import Path

from tests.products.servarr.peers import peer, run, served
from tests.products.servarr.street import OUR_KEY, Fake, Ours, offer

SCRIPT = Path(__file__).parent / "drive_prowlarr_py.py"


async def test_prowlarr_py_can_read_and_write_everything(ours: Ours) -> None:
    python = peer("prowlarr-py==1.1.0")
    id = await ours.add(Fake(releases=(offer(),)), tags=("films",))
    ours.fakes["Second"] = Fake("Second", releases=(offer(indexer="Second"),))
    [label] = [row["id"] for row in await labels(ours)]
    async with served(ours.app) as url:
        told = await run(python, SCRIPT, url, OUR_KEY, str(id), str(label))
    assert len(told["read"]) >= 45
    assert told["forms"] == ["InternetArchive", "Newznab", "TorrentRssIndexer", "Torznab"]
    assert told["made"] == ["Second", 11, ["q", "imdbId", "tmdbId"]]
    assert told["masked"] == "********"
    assert (told["changed"], told["bulk"], told["left"]) == (12, [False, 13], ["Lab"])
    assert told["found"] == ["Tin.Comet.2021.1080p.WEB-DL.x264-GRP"]
    assert [(release.name, source) for release, source in ours.grabbed] == [(told["found"][0], "prowlarr-py")]
    assert (told["tag"], told["command"]) == (["films", True], "CheckHealth")
    assert (told["proxy"], told["app"]) == ("Way out", "Cinema")
    assert told["stats"] == [1]
    assert told["history"] == ["releaseGrabbed", "indexerQuery", "indexerRss"]


async def labels(ours: Ours) -> list[dict[str, int]]:
    async with ours.client() as client:
        told: list[dict[str, int]] = (await client.get("/api/v1/tag")).json()
    return told
