"""Programs that other people wrote find and fetch at our indexer: PyPI's torznab, and FlexGet."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from matinee.media.indexing import Function, Question
from tests.products.newznab.house import EPISODE, FILM, KEY, Shelf, house, of_usenet
from tests.products.newznab.nzbs import NZB
from tests.products.newznab.peers import peer, run
from tests.products.torznab.torrents import infohash, torrent
from tests.serving import serving

ASK = """
import dataclasses, json, sys
from torznab import Torznab
from torznab.exceptions import TorznabAPIError, TorznabConnectionError
url, key = sys.argv[1:]
client = Torznab(api_key=key)
told = {"caps": dataclasses.asdict(client.get_capabilities(url))}
told["found"] = [dataclasses.asdict(one) for one in client.search_torrent("tin comet 2021", url)]
told["nothing"] = [dataclasses.asdict(one) for one in client.search_torrent("nothing like it", url)]
try:
    client.search_torrent("tin comet", url, api_key="wrong")
except (TorznabAPIError, TorznabConnectionError) as error:
    told["refused"] = str(error)
print(json.dumps(told))
"""


async def test_the_torznab_package_reads_our_caps_and_our_feed(tmp_path: Path) -> None:
    python = (await asyncio.to_thread(peer, "torznab")) / "python"
    shelf = Shelf()
    async with serving(house(shelf)) as served:
        told = json.loads(await run(python, "-c", ASK, f"{served.url}/api", KEY, folder=tmp_path))
    caps = told["caps"]
    assert caps["limits"] == {"max": 50, "default": 50}
    assert caps["searching"]["movie_search"] == {"available": True, "supported_params": ["q", "imdbid", "tmdbid"]}
    assert caps["searching"]["book_search"]["available"] is False
    assert [(one["id"], [below["id"] for below in one["subcats"]]) for one in caps["categories"]] == [
        (2000, [2040]),
        (3000, [3040]),
        (5000, [5040]),
        (100042, []),
    ]
    (found,) = told["found"]
    assert (found["title"], found["size"], found["infohash"]) == (FILM.name, FILM.size, infohash())
    assert (found["seeders"], found["leechers"], found["peers"], found["grabs"]) == (12, 3, 15, 31)
    assert found["tags"] == ["freeleech", "doubleupload", "internal"] and found["dl_volume_factor"] == 0
    assert (found["min_ratio"], found["min_seed_time"], found["categories"]) == (1.5, 172800, [2000, 2040, 100042])
    assert found["movie_info"]["imdb_id"] == "0063350" and found["media_info"]["genre"] == "Noir"
    assert told["nothing"] == [] and "401" in told["refused"]


async def flexget(folder: Path, wanted: Mapping[str, object], source: Mapping[str, object]) -> list[bytes]:
    """What FlexGet downloads when it looks for one title at one place."""
    program = (await asyncio.to_thread(peer, "flexget")) / "flexget"
    task = {
        "discover": {"what": [{"mock": [wanted]}], "from": [source], "release_estimations": "ignore"},
        "accept_all": True,
        "download": str(folder / "found"),
    }
    (folder / "config.yml").write_text(yaml.safe_dump({"tasks": {"find": task}}))
    (folder / "found").mkdir()
    told = await run(program, "-c", "config.yml", "execute", "--discover-now", "--no-cache", folder=folder)
    found = [path.read_bytes() for path in (folder / "found").iterdir()]
    assert found, told
    return found


async def test_flexget_finds_a_film_by_its_number_and_downloads_the_torrent(tmp_path: Path) -> None:
    shelf = Shelf()
    async with serving(house(shelf)) as served:
        source = {"url": served.url, "apikey": KEY, "searcher": "movie", "categories": [2000, 2040]}
        wanted = {"title": "Tin Comet", "url": "mock://1", "imdb_id": "tt0063350"}
        assert await flexget(tmp_path, wanted, {"torznab": source}) == [torrent()]
    assert shelf.asked == [
        Question(Function.MOVIE, "Tin Comet", imdb="tt0063350", categories=(2000, 2040), limit=50),
    ]


async def test_flexget_finds_an_episode_and_downloads_the_torrent(tmp_path: Path) -> None:
    shelf = Shelf()
    async with serving(house(shelf)) as served:
        source = {"url": served.url, "apikey": KEY, "searcher": "tv"}
        wanted = {
            "title": "Night Tram S01E02", "url": "mock://1", "series_name": "Night Tram",
            "tvdb_id": 333, "series_season": 1, "series_episode": 2,
        }  # fmt: skip
        assert await flexget(tmp_path, wanted, {"torznab": source}) == [torrent()]
    (asked,) = shelf.asked
    assert (asked.function, asked.tvdb, asked.season, asked.episode) == (Function.TV, 333, 1, "2")


async def test_flexget_finds_a_film_at_our_newznab_and_downloads_the_nzb(tmp_path: Path) -> None:
    shelf = Shelf(of_usenet((FILM, EPISODE)))
    async with serving(house(shelf)) as served:
        source = {"website": served.url, "apikey": KEY, "category": "movie"}
        wanted = {"title": "Tin Comet", "url": "mock://1", "imdb_id": "tt0063350"}
        assert await flexget(tmp_path, wanted, {"newznab": source}) == [NZB]
    assert shelf.asked == [Question(Function.MOVIE, imdb="tt0063350", limit=50)]
