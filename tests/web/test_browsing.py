from dataclasses import replace

import pytest

from matinee.kernel.auth import Role
from matinee.kernel.errors import Unreachable
from matinee.media.file import MediaFacts
from tests.pipeline.household import SERIES, Household
from tests.web.visiting import POSTER, Visit

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


async def with_a_film(home: Household) -> int:
    """The movie stands on the shelf; returns its file's id."""
    home.indexer.offer(GOOD)
    await home.ready(await home.wish())
    return 1


async def test_shelves_and_searches_show_what_the_house_has(visit: Visit) -> None:
    browser = await visit.signed_in()
    before = (await browser.get("/api/discover")).json()["shelves"][0]
    assert [(card["name"], card["availability"]) for card in before["cards"]] == [
        ("Tin Comet", "none"),
        ("Night Tram", "none"),
    ]
    await with_a_film(visit.home)
    found = (await browser.get("/api/search", params={"q": "tin"})).json()
    assert [(card["ref"], card["availability"]) for card in found["cards"]] == [("movie-tmdb-603", "available")]
    assert found["text"] == "tin"


async def test_the_page_of_a_title_tells_its_files_and_wishes(visit: Visit) -> None:
    browser = await visit.signed_in()
    before = (await browser.get("/api/titles/movie-tmdb-603")).json()
    assert (before["id"], before["availability"], before["requests"]) == (None, "none", [])
    await with_a_film(visit.home)
    told = (await browser.get("/api/titles/movie-tmdb-603")).json()
    assert (told["availability"], told["requests"][0]["state"]) == ("available", "done")
    (file,) = told["files"]
    assert (file["quality"], file["width"], file["browser_plays"]) == ("WEBDL-1080p", 1920, False)
    assert file["stream_url"] == "/api/files/1/stream"


async def test_the_page_of_a_series_tells_its_seasons(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    name = "Night.Tram.S01E01.1080p.WEB-DL.x264-GRP"
    home.indexer.offer(name)
    home.probe.others[f"{name}.mkv"] = MediaFacts(2700.0, 1920, 1080, "h264", "aac", "matroska")
    request_id = await home.wish(SERIES.ref, seasons=(1,))
    await home.ready(request_id)
    told = (await browser.get("/api/titles/series-tvmaze-82")).json()
    assert [season["number"] for season in told["seasons"]] == [0, 1, 2]
    first, second = told["seasons"][1]["episodes"]
    assert (first["availability"], second["availability"]) == ("available", "requested")
    assert second["request_id"] == request_id
    assert told["availability"] == "partial"


async def test_when_the_source_is_silent_the_house_tells_what_it_remembers(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    await with_a_film(home)
    home.metadata.trouble = Unreachable("TMDB: no answer in time")
    assert (await browser.get("/api/titles/movie-tmdb-603")).json()["availability"] == "available"
    assert (await browser.get("/api/titles/series-tvmaze-82")).status_code == 503


# pictures


async def test_a_picture_comes_through_the_house_and_is_kept(visit: Visit) -> None:
    browser = await visit.signed_in()
    card = (await browser.get("/api/search", params={"q": "tin"})).json()["cards"][0]
    answer = await browser.get(card["poster"] + "&w=154")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert visit.asked_for_pictures == [POSTER]
    assert "private" in answer.headers["cache-control"]
    again = await browser.get(card["poster"] + "&w=154", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(visit.asked_for_pictures) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.1/admin",
        "http://localhost:8440/api/system",
        "https://image.tmdb.org.evil.test/x.jpg",
        "https://image.tmdb.org@evil.test/x.jpg",
        "https://evil.test/?https://image.tmdb.org/",
        "https://image.tmdb.org:8080/x.jpg",
        "file:///etc/passwd",
        "//image.tmdb.org/x.jpg",
        "http://[::1]/",
        "http://[",
        "",
    ],
)
async def test_pictures_of_strangers_are_never_fetched(visit: Visit, address: str) -> None:
    browser = await visit.signed_in()
    answer = await browser.get("/api/images", params={"u": address, "w": 154})
    assert answer.status_code == 400
    assert visit.asked_for_pictures == []


@pytest.mark.parametrize("width", ["1", "155", "99999", "-92"])
async def test_pictures_come_in_a_few_widths_only(visit: Visit, width: str) -> None:
    browser = await visit.signed_in()
    assert (await browser.get("/api/images", params={"u": POSTER, "w": width})).status_code == 400


# the library, and watching


async def test_the_library_shows_what_can_be_watched(visit: Visit) -> None:
    browser = await visit.signed_in()
    assert (await browser.get("/api/library")).json() == {"items": [], "total_size": 0}
    await with_a_film(visit.home)
    told = (await browser.get("/api/library")).json()
    (item,) = told["items"]
    assert (item["card"]["name"], item["files"], item["next_file_id"]) == ("Tin Comet", 1, 1)
    assert told["total_size"] == item["size"] == 20_000
    assert (await browser.get("/api/library", params={"kind": "series"})).json()["items"] == []


async def test_the_film_is_sent_from_any_byte_on(visit: Visit) -> None:
    browser = await visit.signed_in()
    file_id = await with_a_film(visit.home)
    answer = await browser.get(f"/api/files/{file_id}/stream", headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.content) == (206, b"film")
    head = await browser.head(f"/api/files/{file_id}/stream")
    assert (head.status_code, head.headers["content-length"]) == (200, "20000")


async def test_a_film_that_is_gone_from_the_disk_is_not_found(visit: Visit) -> None:
    browser = await visit.signed_in()
    file_id = await with_a_film(visit.home)
    next(visit.home.library.rglob("*.mkv")).unlink()
    answer = await browser.get(f"/api/files/{file_id}/stream")
    assert (answer.status_code, set(answer.json())) == (404, {"detail", "field"})


async def test_each_viewer_goes_on_where_they_stopped(visit: Visit) -> None:
    await visit.person("Ben", Role.MEMBER)
    anna, ben = await visit.signed_in(), await visit.signed_in("Ben")
    file_id = await with_a_film(visit.home)
    place = {"position": 1200.5, "duration": 6060.0}
    assert (await anna.put(f"/api/watch/{file_id}/progress", json=place)).status_code == 204
    assert (await anna.get(f"/api/watch/{file_id}")).json()["file"]["position"] == 1200.5
    assert (await ben.get(f"/api/watch/{file_id}")).json()["file"]["position"] == 0.0
    await anna.put(f"/api/watch/{file_id}/progress", json=place | {"position": 6000.0})
    told = (await anna.get(f"/api/watch/{file_id}")).json()
    assert (told["file"]["watched"], told["file"]["position"], told["label"]) == (True, 0.0, "Tin Comet (2021)")


@pytest.mark.parametrize("place", [{"position": -1, "duration": 1}, {"position": 1, "duration": 0}, {"position": 1}])
async def test_a_place_that_cannot_be_is_refused(visit: Visit, place: dict[str, float]) -> None:
    browser = await visit.signed_in()
    file_id = await with_a_film(visit.home)
    assert (await browser.put(f"/api/watch/{file_id}/progress", json=place)).status_code == 422


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
async def test_a_place_that_is_no_number_is_refused(visit: Visit, number: str) -> None:
    browser = await visit.signed_in()
    file_id = await with_a_film(visit.home)
    answer = await browser.put(
        f"/api/watch/{file_id}/progress",
        content=f'{{"position": 1, "duration": {number}}}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422


async def test_after_an_episode_comes_the_next_one_that_is_there(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    for number in (1, 2):
        name = f"Night.Tram.S01E0{number}.1080p.WEB-DL.x264-GRP"
        home.indexer.offer(name)
        home.probe.others[f"{name}.mkv"] = MediaFacts(2700.0, 1920, 1080, "h264", "aac", "matroska")
    for number in (2, 1):  # imported in the wrong order
        await home.ready(await home.wish(SERIES.ref, episodes=((1, number),)))
    first = (await browser.get("/api/watch/2")).json()
    assert (first["label"], first["next_file_id"]) == ("Night Tram S01E01 Depot", 1)
    assert (await browser.get("/api/watch/1")).json()["next_file_id"] is None


# the house itself


async def test_the_map_is_asked_once_and_again_when_told(visit: Visit) -> None:
    browser = await visit.signed_in()
    told = (await browser.get("/api/map")).json()
    states = {link["id"]: link["state"] for link in told["links"]}
    assert states["pipeline-library"] == "green"
    assert states["torrent-tunnel"] == "red"
    checked = {link["id"]: link["checked_at"] for link in told["links"]}
    assert {link["id"]: link["checked_at"] for link in (await browser.get("/api/map")).json()["links"]} == checked
    probed = (await browser.post("/api/map/probe")).json()
    assert all(link["checked_at"] > checked[link["id"]] for link in probed["links"])


async def test_the_owner_is_told_how_the_house_is(visit: Visit) -> None:
    browser = await visit.signed_in()
    await browser.post("/api/map/probe")
    told = (await browser.get("/api/system")).json()
    assert (told["database"], told["schema_version"], told["tunnel"]) == ("sqlite", "0001", "none")
    assert told["free_bytes"] > 0
    assert any("without a VPN" in finding for finding in told["findings"])


async def test_a_library_whose_disk_is_gone_is_a_finding_and_no_fault(visit: Visit) -> None:
    browser = await visit.signed_in()
    visit.home.library.rmdir()
    told = (await browser.get("/api/system")).json()
    assert told["free_bytes"] == 0
    assert any("cannot be looked at" in finding and "is its disk there?" in finding for finding in told["findings"])


@pytest.mark.parametrize("who", ["Anna", "Ben"])
async def test_paths_on_the_map_are_for_the_owner_alone(visit: Visit, who: str) -> None:
    await visit.person("Ben", Role.MEMBER)
    site, library = "http://reel.test:9117", str(visit.home.library)
    services = [
        service.model_copy(update={"url": f"{site}/s3cr3tpasskey/api"}) if service.role == "indexer" else service
        for service in visit.desk.topology.services
    ]
    topology = visit.desk.topology.model_copy(update={"services": tuple(services)})
    visit.app.state.desk = replace(visit.desk, topology=topology)
    browser = await visit.signed_in(who)
    for answer in (await browser.get("/api/map"), await browser.post("/api/map/probe")):
        told = {service["role"]: service for service in answer.json()["services"]}
        owner = who == "Anna"
        assert told["indexer"]["url"] == (f"{site}/s3cr3tpasskey/api" if owner else site)
        assert told["library"]["subtitle"] == (library if owner else None)
