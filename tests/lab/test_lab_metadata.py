from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image

from matinee.lab import Lab
from matinee.lab.catalogue import TITLES


async def tmdb(browser: httpx2.AsyncClient, lab: Lab, path: str, **params: str) -> Any:
    answer = await browser.get(lab.addresses.tmdb + path, params={"api_key": lab.addresses.tmdb_key, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tvmaze(browser: httpx2.AsyncClient, lab: Lab, path: str, **params: str) -> Any:
    answer = await browser.get(lab.addresses.tvmaze + path, params=params, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_tmdb_wants_a_key(lab: Lab, browser: httpx2.AsyncClient) -> None:
    refused = await browser.get(f"{lab.addresses.tmdb}/configuration", params={"api_key": "wrong"})
    assert refused.status_code == 401
    assert refused.json()["status_code"] == 7
    bearer = {"Authorization": f"Bearer {lab.addresses.tmdb_key}"}
    assert (await browser.get(f"{lab.addresses.tmdb}/configuration", headers=bearer)).status_code == 200


async def test_the_shelves_are_full(lab: Lab, browser: httpx2.AsyncClient) -> None:
    week = await tmdb(browser, lab, "/trending/all/week")
    assert week["total_results"] == len(TITLES) == 12
    assert {item["media_type"] for item in week["results"]} == {"movie", "tv"}
    for path in ("/movie/popular", "/tv/popular", "/discover/movie", "/discover/tv", "/movie/top_rated"):
        assert (await tmdb(browser, lab, path))["results"], path
    assert (await tmdb(browser, lab, "/movie/popular", page="2"))["results"] == []


@pytest.mark.parametrize(
    ("path", "params", "found"),
    [
        ("/search/movie", {"query": "salt light"}, ["The Salt Lighthouse"]),
        ("/search/movie", {"query": "tin comet", "year": "1999"}, []),
        ("/search/movie", {"query": "night tram"}, []),
        ("/search/tv", {"query": "Night Tram"}, ["Night Tram"]),
        ("/search/multi", {"query": "cartographer's"}, ["The Cartographer's Cat"]),
        ("/discover/movie", {"with_genres": "16"}, ["Paper Orchard"]),
    ],
)
async def test_titles_are_found(
    lab: Lab, browser: httpx2.AsyncClient, path: str, params: dict[str, str], found: list[str]
) -> None:
    results = (await tmdb(browser, lab, path, **params))["results"]
    assert [item.get("title") or item["name"] for item in results] == found


async def test_a_film_in_full(lab: Lab, browser: httpx2.AsyncClient) -> None:
    film = await tmdb(browser, lab, "/movie/910001", append_to_response="external_ids,credits,release_dates,videos")
    assert (film["title"], film["release_date"], film["runtime"]) == ("Tin Comet", "2021-03-12", 1)
    assert film["imdb_id"] == film["external_ids"]["imdb_id"] == "tt9910001"
    assert film["genres"][0] == {"id": 878, "name": "Science Fiction"}
    assert film["credits"]["cast"][0]["character"] == "Nell"
    assert film["release_dates"]["results"][0]["release_dates"][0]["type"] == 3
    assert film["videos"] == {"results": []}


async def test_a_series_in_full(lab: Lab, browser: httpx2.AsyncClient) -> None:
    series = await tmdb(browser, lab, "/tv/920001", append_to_response="external_ids,credits,season/1")
    assert series["external_ids"]["tvdb_id"] == 990001
    assert series["seasons"][0]["episode_count"] == series["number_of_episodes"] == 2
    season = await tmdb(browser, lab, "/tv/920001/season/1")
    assert [episode["name"] for episode in season["episodes"]] == ["Last Stop, Harbour", "The Conductor Dreams"]
    assert season == series["season/1"]
    assert (await tmdb(browser, lab, "/tv/920001/external_ids"))["id"] == 920001


async def test_a_title_is_found_by_its_id_elsewhere(lab: Lab, browser: httpx2.AsyncClient) -> None:
    found = await tmdb(browser, lab, "/find/990001", external_source="tvdb_id")
    assert [item["name"] for item in found["tv_results"]] == ["Night Tram"]
    assert found["movie_results"] == []
    found = await tmdb(browser, lab, "/find/tt9910002", external_source="imdb_id")
    assert found["movie_results"][0]["id"] == 910002


@pytest.mark.parametrize("path", ["/movie/1", "/tv/920001/season/9", "/movie/910001/nothing", "/people/popular"])
async def test_what_is_not_there_is_a_404(lab: Lab, browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(lab.addresses.tmdb + path, params={"api_key": lab.addresses.tmdb_key})
    assert (answer.status_code, answer.json()["status_code"]) == (404, 34)


async def test_every_title_has_pictures(lab: Lab, browser: httpx2.AsyncClient) -> None:
    seen = set()
    for item in (await tmdb(browser, lab, "/trending/all/week"))["results"]:
        answer = await browser.get(f"{lab.addresses.tmdb_images}/w342{item['poster_path']}")
        assert answer.headers["content-type"] == "image/jpeg"
        picture = Image.open(BytesIO(answer.content))
        assert (picture.format, picture.size) == ("JPEG", (342, 513))
        seen.add(answer.content)
    assert len(seen) == len(TITLES)
    wide = await browser.get(f"{lab.addresses.tmdb_images}/w780/tin-comet-backdrop.jpg")
    assert Image.open(BytesIO(wide.content)).size == (780, 438)


@pytest.mark.parametrize("path", ["w342/nobody-poster.jpg", "huge/tin-comet-poster.jpg", "w0/tin-comet-poster.jpg"])
async def test_there_is_no_such_picture(lab: Lab, browser: httpx2.AsyncClient, path: str) -> None:
    assert (await browser.get(f"{lab.addresses.tmdb_images}/{path}")).status_code == 404


async def test_tvmaze_tells_of_shows_and_episodes(lab: Lab, browser: httpx2.AsyncClient) -> None:
    best = (await tvmaze(browser, lab, "/search/shows", q="night tram"))[0]["show"]
    assert best["externals"] == {"tvrage": None, "thetvdb": 990001, "imdb": "tt9920001"}
    show = await tvmaze(browser, lab, f"/shows/{best['id']}", embed="episodes")
    episodes = show["_embedded"]["episodes"]
    assert [(one["season"], one["number"], one["airdate"]) for one in episodes] == [
        (1, 1, "2022-11-03"),
        (1, 2, "2022-11-10"),
    ]
    assert episodes == await tvmaze(browser, lab, f"/shows/{best['id']}/episodes")
    assert (await browser.get(show["image"]["medium"])).headers["content-type"] == "image/jpeg"
    assert [season["number"] for season in await tvmaze(browser, lab, "/shows/95002/seasons")] == [1, 2]


async def test_tvmaze_looks_up_and_lists(lab: Lab, browser: httpx2.AsyncClient) -> None:
    assert (await tvmaze(browser, lab, "/lookup/shows", thetvdb="990001"))["id"] == 95001
    assert (await tvmaze(browser, lab, "/lookup/shows", imdb="tt9920002"))["name"] == "Glass Harbour"
    assert (await tvmaze(browser, lab, "/singlesearch/shows", q="orbit kitchen"))["id"] == 95004
    assert len(await tvmaze(browser, lab, "/shows", page="0")) == 4
    assert (await browser.get(f"{lab.addresses.tvmaze}/shows", params={"page": 1})).status_code == 404
    assert (await browser.get(f"{lab.addresses.tvmaze}/shows/1")).status_code == 404
    today = await tvmaze(browser, lab, "/schedule", country="US", date="2026-01-02")
    assert {one["airdate"] for one in today} == {"2026-01-02"}
    assert today[0]["show"]["name"]


async def test_metadata_may_be_down(lab: Lab, browser: httpx2.AsyncClient) -> None:
    lab.faults.metadata_down = True
    assert (await browser.get(f"{lab.addresses.tmdb}/configuration")).status_code == 500
    assert (await browser.get(f"{lab.addresses.tvmaze}/shows/95001")).status_code == 500
