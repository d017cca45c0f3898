import json
from typing import Any

import httpx2

from matinee.kernel.auth import Role
from tests.web.visiting import Visit

MOVIE = {"ref": "movie-tmdb-603"}
GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
CAM = "Tin.Comet.2021.CAM.x264-SEAT"


async def resting(visit: Visit, browser: httpx2.AsyncClient) -> tuple[int, int]:
    """A wish whose only release is refused; its id and its journey's."""
    visit.home.indexer.offer(CAM, download_url="http://lab/dl?apikey=s3cr3t")
    request_id = (await browser.post("/api/requests", json=MOVIE)).json()["id"]
    return request_id, (await visit.home.resting(request_id)).id


async def test_the_latest_search_is_told_with_every_reason_and_no_key(visit: Visit) -> None:
    browser = await visit.signed_in()
    _, journey = await resting(visit, browser)
    answer = await browser.get(f"/api/journeys/{journey}/releases")
    told = answer.json()
    assert (told["by_hand"], told["troubles"]) == (False, [])
    (release,) = told["releases"]
    assert (release["name"], release["quality"], release["score"]) == (CAM, "CAM", 0)
    assert all(reason["text"] for reason in release["reasons"])
    assert "s3cr3t" not in answer.text


async def test_the_indexers_are_asked_for_a_look(visit: Visit) -> None:
    browser = await visit.signed_in()
    _, journey = await resting(visit, browser)
    visit.home.indexer.offer(GOOD)
    told = (await browser.post(f"/api/journeys/{journey}/releases")).json()
    assert told["by_hand"] is True
    assert [release["name"] for release in told["releases"]] == [GOOD, CAM]


async def test_a_refused_release_needs_a_word_why_and_is_taken_then(visit: Visit) -> None:
    browser = await visit.signed_in()
    request_id, journey = await resting(visit, browser)
    (cam,) = (await browser.get(f"/api/journeys/{journey}/releases")).json()["releases"]
    answer = await browser.post(f"/api/journeys/{journey}/pick", json={"release_id": cam["id"]})
    assert (answer.status_code // 100, answer.json()["field"]) == (4, "why")
    body = {"release_id": cam["id"], "why": "for the songs"}
    assert (await browser.post(f"/api/journeys/{journey}/pick", json=body)).status_code == 204
    await visit.home.ready(request_id)
    told = (await browser.get(f"/api/requests/{request_id}")).json()
    assert (told["state"], len(told["journeys"])) == ("done", 1)
    assert told["journeys"][0]["id"] != journey


async def test_members_may_look_at_what_was_found_but_not_choose(visit: Visit) -> None:
    owner = await visit.signed_in()
    _, journey = await resting(visit, owner)
    await visit.person("Ben", Role.MEMBER)
    ben = await visit.signed_in("Ben")
    assert (await ben.get(f"/api/journeys/{journey}/releases")).status_code == 200
    for path, body in (("releases", None), ("pick", {"release_id": 1, "why": "please"})):
        assert (await ben.post(f"/api/journeys/{journey}/{path}", json=body)).status_code == 403


async def test_a_journey_or_release_that_is_not_there_is_not_found(visit: Visit) -> None:
    browser = await visit.signed_in()
    assert (await browser.get("/api/journeys/99/releases")).status_code == 404
    _, journey = await resting(visit, browser)
    body = {"release_id": 99, "why": "please"}
    assert (await browser.post(f"/api/journeys/{journey}/pick", json=body)).status_code == 404


async def read(browser: httpx2.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await browser.post("/api/parse", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_name_is_told_word_by_word(visit: Visit) -> None:
    browser = await visit.signed_in()
    told = await read(browser, name="Night.Tram.S01E02.PROPER.1080p.WEB-DL.x264-GROUP")
    assert (told["kind"], told["title"], told["season"], told["episodes"]) == ("series", "Night Tram", 1, [2])
    decided = {word["text"]: (word["part"], word["value"]) for word in told["words"]}
    assert decided["S01E02"] == ("episode", "S01E02")
    assert decided["1080p"] == ("quality", "WEBDL-1080p")
    assert decided["GROUP"] == ("group", "GROUP")
    assert decided["PROPER"] == ("revision", "version 2")
    assert decided["Tram"][0] == "title"
    assert decided["x264"] == ("nothing", "")


async def test_rubbish_is_told_to_be_no_release(visit: Visit) -> None:
    browser = await visit.signed_in()
    told = await read(browser, name="a9f3c1d24be0f5e97a8812bcd34e01ff")
    assert told["is_release"] is False
    for strange in ("\x00" * 50, "\ud83c\udfac" * 100, "S01E01" * 160):
        body = json.dumps({"name": strange[:1000]})
        answer = await browser.post("/api/parse", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 422)
