"""Two houses side by side: one hands its indexers to the other as Prowlarr does, and apps of others find their way."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2

from matinee.lab import Lab
from tests.stories.conftest import MakeHouse
from tests.stories.house import RunningHouse


async def key_of(house: RunningHouse) -> str:
    """A key for an app, as the owner makes it on the page."""
    answer = await house.guest.http.post("/api/keys", json={"name": "neighbour"})
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


async def named(house: RunningHouse) -> dict[str, dict[str, Any]]:
    rows = (await house.guest.http.get("/api/indexers")).json()
    return {row["name"]: row for row in rows}


async def test_a_house_hands_its_indexers_to_the_next_and_takes_them_back(make_house: MakeHouse) -> None:
    giver, taker = make_house(), make_house(indexers="")
    await asyncio.gather(giver.start(), taker.start())
    app = {
        "name": "Next door",
        "kind": "radarr",
        "url": f"{taker.url}/radarr",
        "api_key": await key_of(taker),
        "own_url": f"{giver.url}/prowlarr",
    }
    made = await giver.guest.http.post("/api/apps", json=app)
    assert made.status_code == 201, made.text
    assert made.json()["indexers"] == 1
    assert app["api_key"] not in made.text
    found = await named(taker)
    assert set(found) == {"Lab (Prowlarr)"}
    pushed = found["Lab (Prowlarr)"]
    assert (pushed["origin"], pushed["kind"]) == ("prowlarr", "torznab")
    assert "api_key" not in pushed["settings"]

    wish = await taker.guest.ask_for_film("Tin Comet")  # found and fetched through the house next door
    await taker.until(wish.id)
    assert len(taker.films) == 1

    lab = {"url": giver.found.torznab, "api_key": giver.found.torznab_key}
    added = await giver.guest.http.post("/api/indexers", json={"name": "Lab again", "kind": "torznab", "settings": lab})
    assert added.status_code == 201, added.text
    assert (await giver.guest.http.post("/api/apps/sync")).json()["troubles"] == []
    assert set(await named(taker)) == {"Lab (Prowlarr)", "Lab again (Prowlarr)"}
    await giver.guest.http.delete(f"/api/indexers/{added.json()['id']}")
    assert (await giver.guest.http.post("/api/apps/sync")).json()["troubles"] == []
    assert set(await named(taker)) == {"Lab (Prowlarr)"}


async def test_a_house_is_not_its_own_neighbour(house: RunningHouse) -> None:
    app = {
        "name": "Myself",
        "kind": "radarr",
        "url": f"{house.url}/radarr",
        "api_key": await key_of(house),
        "own_url": f"{house.url}/prowlarr",
    }
    refused = await house.guest.http.post("/api/apps", json=app)
    assert refused.status_code in (400, 422), refused.text
    assert refused.json()["field"] == "api_key"
    assert (await house.guest.http.get("/api/apps")).json() == []


async def test_apps_of_others_search_and_download_with_a_key_and_nobody_without(house: RunningHouse) -> None:
    key = await key_of(house)
    async with httpx2.AsyncClient(base_url=house.url, timeout=20) as app:
        for path in ("/prowlarr/api/v1/indexer", "/radarr/api/v3/indexer", "/sonarr/api/v3/indexer"):
            assert (await app.get(path)).status_code == 401, path
            assert (await app.get(path, headers={"X-Api-Key": "made up"})).status_code == 401, path
        (lab,) = (await app.get("/prowlarr/api/v1/indexer", headers={"X-Api-Key": key})).json()
        found = await app.get(
            "/prowlarr/api/v1/search", params={"query": "Tin Comet", "apikey": key, "indexerIds": lab["id"]}
        )
        release = found.json()[0]
        assert house.found.torznab_key not in found.text
        torrent = await app.get(release["downloadUrl"])
        assert torrent.content.startswith(b"d8:announce")
        feed = await app.get("/prowlarr/all/api", params={"t": "search", "q": "tin comet", "apikey": key})
        assert feed.text.count("<item>") >= 5
        denied = await app.get("/prowlarr/all/api", params={"t": "search", "apikey": "made up"})
        assert 'code="100"' in denied.text


async def test_definitions_of_the_owner_are_offered_and_a_wrong_place_is_refused(
    house: RunningHouse, tmp_path: Path, lab: Lab
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "corner.yml").write_text(CORNER)
    (shelf / "broken.yml").write_text("id: broken\nname: [")
    refused = await house.guest.http.put("/api/indexers/catalogue/source", json={"source": str(tmp_path / "nowhere")})
    assert 400 <= refused.status_code < 500
    taken = await house.guest.http.put("/api/indexers/catalogue/source", json={"source": str(shelf)})
    assert taken.status_code == 200, taken.text
    catalogue = taken.json()
    assert [one["name"] for one in catalogue["offers"] if one["kind"] == "cardigann"] == ["The Corner"]
    assert [one["file"] for one in catalogue["broken"]] == ["broken.yml"]
    form = await house.guest.http.get(
        "/api/indexers/catalogue/form", params={"kind": "cardigann", "definition": "corner"}
    )
    assert [one["name"] for one in form.json()["settings"]] == ["url", "cookie"]
    assert form.json()["settings"][1]["type"] == "password"


CORNER = """
id: corner
name: The Corner
description: "A corner of the tests"
language: en-US
type: private
encoding: UTF-8
links: [https://corner.test/]
caps:
  categorymappings: [{id: 1, cat: Movies}]
  modes: {search: [q], movie-search: [q, imdbid]}
settings: [{name: cookie, type: text, label: Cookie}]
search:
  paths: [{path: browse}]
  rows: {selector: tr}
  fields:
    title: {selector: a}
    category: {text: 1}
    download: {selector: a, attribute: href}
    size: {selector: td}
    seeders: {selector: td}
"""


async def test_an_indexer_that_comes_stands_on_the_map_at_once(house: RunningHouse) -> None:
    lab = {"url": house.found.torznab, "api_key": house.found.torznab_key}
    more = {"name": "Second Lab", "kind": "torznab", "settings": lab}
    with_it = await house.guest.http.post("/api/indexers", json=more)
    assert with_it.status_code == 201, with_it.text
    drawn = (await house.guest.http.post("/api/map/probe")).json()
    link = next(one for one in drawn["links"] if one["id"] == "pipeline-indexer_second_lab")
    assert link["state"] == "green", link
