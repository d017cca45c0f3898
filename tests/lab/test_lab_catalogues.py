"""TheTVDB and Wikidata of the lab speak as theirs do, and each catalogue can fail alone."""

from pathlib import Path

import httpx2
import pytest

from matinee.engines.metadata import Crosswalk, Sources, Tmdb, Tvdb, TvMaze, Wikidata
from matinee.kernel.cache import FolderCache
from matinee.lab import Lab, numbers
from matinee.lab.catalogue import BY_SLUG, NIGHT_TRAM, TIN_COMET
from matinee.lab.troubles import CATALOGUES, Troubles
from matinee.media.title import Kind, TitleRef
from matinee.pipeline.ports import MetadataSource

AGENT = {"User-Agent": "Test/1 (owner@house.test)"}


async def bearer(browser: httpx2.AsyncClient, lab: Lab) -> dict[str, str]:
    said = {"apikey": lab.addresses.tvdb_key, "pin": lab.addresses.tvdb_pin}
    answer = await browser.post(f"{lab.addresses.tvdb}/login", json=said)
    return {"Authorization": f"Bearer {answer.json()['data']['token']}"}


async def test_tvdb_wants_a_key_and_a_token_that_is_good(lab: Lab, browser: httpx2.AsyncClient) -> None:
    refused = await browser.post(f"{lab.addresses.tvdb}/login", json={"apikey": "wrong"})
    assert (refused.status_code, refused.json()["status"]) == (401, "failure")
    good = await bearer(browser, lab)
    url = f"{lab.addresses.tvdb}/movies/{numbers.tvdb(TIN_COMET)}/extended"
    assert (await browser.get(url, headers=good)).json()["data"]["name"] == "Tin Comet"
    lab.street.tvdb_tokens.clear()
    assert (await browser.get(url, headers=good)).status_code == 401


async def test_tvdb_hands_out_episodes_by_page(lab: Lab, browser: httpx2.AsyncClient) -> None:
    good, number = await bearer(browser, lab), BY_SLUG["glass-harbour"].tvdb
    names: list[str] = []
    url: str | None = f"{lab.addresses.tvdb}/series/{number}/episodes/official?page=0"
    while url:
        page = (await browser.get(url, headers=good)).json()
        names += [one["name"] for one in page["data"]["episodes"]]
        url = page["links"]["next"]
    assert names == [one.name for one in BY_SLUG["glass-harbour"].episodes]


async def test_wikidata_wants_to_know_whom_to_write_to(lab: Lab, browser: httpx2.AsyncClient) -> None:
    url = f"{lab.addresses.wikidata}/wiki/Special:EntityData/{numbers.wikidata(TIN_COMET)}.json"
    assert (await browser.get(url)).status_code == 403
    entity = (await browser.get(url, headers=AGENT)).json()["entities"][numbers.wikidata(TIN_COMET)]
    assert entity["labels"]["en"]["value"] == "Tin Comet"


async def test_a_picture_of_commons_is_found_behind_its_redirect(lab: Lab, browser: httpx2.AsyncClient) -> None:
    url = f"{lab.addresses.wikidata_images}/wiki/Special:FilePath/tin-comet-poster.jpg?width=780"
    answer = await browser.get(url, follow_redirects=True)
    assert answer.headers["content-type"] == "image/jpeg"


async def test_each_catalogue_fails_alone(lab: Lab, browser: httpx2.AsyncClient) -> None:
    told = await browser.post(f"{lab.addresses.control}/troubles", json={"tvmaze": "down"})
    assert told.json() == {**dict.fromkeys(CATALOGUES, "none"), "tvmaze": "down"}
    assert (await browser.get(f"{lab.addresses.tvmaze}/shows")).status_code == 500
    key = {"api_key": lab.addresses.tmdb_key}
    assert (await browser.get(f"{lab.addresses.tmdb}/configuration", params=key)).status_code == 200
    refused = await browser.post(f"{lab.addresses.control}/troubles", json={"imdb": "down"})
    assert refused.status_code == 400


@pytest.mark.parametrize("said", [{"imdb": "down"}, {"tmdb": "sad"}, {"tmdb": "down", "tvdb": 5}])
def test_an_unknown_trouble_changes_nothing(said: dict[str, str]) -> None:
    troubles = Troubles()
    with pytest.raises(ValueError, match=r".+"):
        troubles.tell(said)
    assert set(troubles.as_dict().values()) == {"none"}


async def test_all_are_down_with_the_old_switch(lab: Lab, browser: httpx2.AsyncClient) -> None:
    lab.faults.metadata_down = True
    assert (await browser.post(f"{lab.addresses.tvdb}/login", json={})).status_code == 500
    assert (await browser.get(f"{lab.addresses.wikidata}/w/api.php", headers=AGENT)).status_code == 503


async def test_a_house_of_four_catalogues_gets_through_the_night(lab: Lab, tmp_path: Path) -> None:
    where = lab.addresses
    tmdb, tvdb, tvmaze, wikidata = (
        Tmdb(where.tmdb, where.tmdb_key, image_base=where.tmdb_images),
        Tvdb(where.tvdb, where.tvdb_key, pin=where.tvdb_pin),
        TvMaze(where.tvmaze),
        Wikidata(where.wikidata, contact="a@house.test", queries=where.wikidata_queries, images=where.wikidata_images),
    )
    sources: list[MetadataSource] = [tmdb, tvdb, tvmaze, wikidata]
    house = Sources(sources, Crosswalk(sources, FolderCache(tmp_path, limit_bytes=1_000_000)))
    for name in CATALOGUES:
        lab.troubles.tell({**dict.fromkeys(CATALOGUES, "none"), name: "down"})
        assert [card.name for card in await house.search("night tram")] == [NIGHT_TRAM.name]
        told = await house.title(TitleRef(Kind.SERIES, "tmdb", str(NIGHT_TRAM.tmdb)))
        assert len(told.episodes) == len(NIGHT_TRAM.episodes)
    for source in (tmdb, tvdb, tvmaze, wikidata):
        await source.close()
