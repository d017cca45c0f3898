from typing import Any

import pytest

from matinee.kernel.auth import Role
from matinee.kernel.journal import JourneyRecord, State, journeys_of
from matinee.pipeline.ports import DownloadState
from matinee.web import timeline
from tests.pipeline.household import Household
from tests.web.visiting import Visit

MOVIE = {"ref": "movie-tmdb-603"}
GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


async def downloading(home: Household, request_id: int) -> None:
    await home.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")


async def test_a_wish_is_answered_with_its_journey(visit: Visit) -> None:
    browser = await visit.signed_in()
    answer = await browser.post("/api/requests", json=MOVIE)
    told = answer.json()
    assert answer.status_code == 201
    assert (told["name"], told["year"], told["slot"], told["user"]["name"]) == ("Tin Comet", 2021, "main", "Anna")
    assert [journey["label"] for journey in told["journeys"]] == ["Tin Comet"]


async def test_the_timeline_tells_each_step_and_each_no(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    home.indexer.offer(GOOD)
    home.indexer.offer("Tin.Comet.2021.CAM-BAD", download_url="http://lab/dl?apikey=s3cr3t")
    request_id = (await browser.post("/api/requests", json=MOVIE)).json()["id"]
    await home.ready(request_id)
    answer = await browser.get(f"/api/requests/{request_id}")
    told, journey = answer.json(), answer.json()["journeys"][0]
    assert (told["state"], told["stage"], told["ready"]) == ("done", "ready", 1)
    assert [step["stage"] for step in journey["steps"]] == [
        "asked", "searched", "grabbed", "downloaded", "imported", "ready",
    ]  # fmt: skip
    releases = journey["steps"][1]["releases"]
    assert [(release["chosen"], bool(release["reasons"])) for release in releases] == [(True, False), (False, True)]
    assert journey["file_id"] == 1
    assert "s3cr3t" not in answer.text


async def test_lists_tell_no_steps(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    await home.resting(await home.wish())
    (told,) = (await browser.get("/api/requests")).json()
    assert (told["state"], told["journeys"][0]["steps"]) == ("waiting", [])
    assert told["journeys"][0]["wake_at"]


async def test_what_was_put_back_is_shown_as_failed_although_the_tale_went_on(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    home.indexer.offer(GOOD)
    home.client.outcomes[GOOD] = DownloadState.FAILED
    request_id = await home.wish()
    await home.resting(request_id)
    steps = (await browser.get(f"/api/requests/{request_id}")).json()["journeys"][0]["steps"]
    assert [(step["stage"], step["state"]) for step in steps][3] == ("downloaded", "failed")


async def test_the_same_wish_twice_is_a_conflict(visit: Visit) -> None:
    browser = await visit.signed_in()
    await browser.post("/api/requests", json=MOVIE)
    answer = await browser.post("/api/requests", json=MOVIE)
    assert answer.status_code == 409
    assert "wished for already" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ref": "movie-tmdb-999"}, 404),
        ({"ref": "nonsense"}, 404),
        ({"ref": "movie-tmdb-603", "seasons": [1]}, 400),
        ({"ref": "series-tvmaze-82", "seasons": [9]}, 404),
        ({"ref": "series-tvmaze-82", "episodes": [{"season": 1, "number": 99}]}, 404),
        ({"ref": "series-tvmaze-82", "seasons": [10**30]}, 404),
    ],
)
async def test_what_cannot_be_wished_for_is_refused(visit: Visit, body: dict[str, object], status: int) -> None:
    browser = await visit.signed_in()
    assert (await browser.post("/api/requests", json=body)).status_code == status
    assert (await browser.get("/api/requests")).json() == []


@pytest.mark.parametrize(("role", "may"), [(Role.MEMBER, False), (Role.CHILD, False), (Role.MANAGER, True)])
async def test_somebody_elses_wish_is_theirs(visit: Visit, role: Role, may: bool) -> None:
    await visit.person("Ben", role)
    request_id = await visit.home.wish()
    await visit.home.resting(request_id)
    browser = await visit.signed_in("Ben")
    assert (await browser.get(f"/api/requests/{request_id}")).status_code == 200
    for method, path in (("POST", "/search-now"), ("DELETE", "")):
        answer = await browser.request(method, f"/api/requests/{request_id}{path}")
        assert answer.is_success is may
        assert may or (answer.status_code, answer.json()["detail"]) == (403, "This is somebody else's wish.")
    state = (await visit.home.journeys(request_id))[0].state
    assert state is (State.CANCELLED if may else State.WAITING)


async def test_everybody_may_take_their_own_wish_back(visit: Visit) -> None:
    await visit.person("Ben", Role.CHILD)
    browser = await visit.signed_in("Ben")
    request_id = (await browser.post("/api/requests", json=MOVIE)).json()["id"]
    for _ in range(2):
        assert (await browser.delete(f"/api/requests/{request_id}")).status_code == 204
    assert (await browser.get("/api/requests")).json() == []
    assert (await browser.get(f"/api/requests/{request_id}")).json()["state"] == "cancelled"


async def test_searching_now_wakes_what_waits(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    request_id = await home.wish()
    await home.resting(request_id)
    home.indexer.offer(GOOD)
    answer = await browser.post(f"/api/requests/{request_id}/search-now")
    assert answer.status_code == 200
    await home.ready(request_id)


async def test_a_download_is_told_with_whom_it_works_for(visit: Visit) -> None:
    home, browser = visit.home, await visit.signed_in()
    home.indexer.offer(GOOD)
    home.client.outcomes[GOOD] = DownloadState.DOWNLOADING
    request_id = await home.wish()
    await downloading(home, request_id)
    (told,) = (await browser.get("/api/activity")).json()["downloads"]
    assert (told["label"], told["request_id"], told["state"]) == ("Tin Comet", request_id, "downloading")
    shown = (await browser.get(f"/api/requests/{request_id}")).json()["journeys"][0]["download"]
    assert (shown["done"], shown["size"]) == (10_000, 20_000)


async def test_a_series_is_told_by_its_episodes(visit: Visit) -> None:
    browser = await visit.signed_in()
    body = {"ref": "series-tvmaze-82", "seasons": [1], "episodes": [{"season": 0, "number": 1}]}
    told = (await browser.post("/api/requests", json=body)).json()
    labels = ["Night Tram S00E01", "Night Tram S01E01", "Night Tram S01E02"]
    assert [journey["label"] for journey in told["journeys"]] == labels
    (card,) = (await browser.get("/api/search", params={"q": "tram"})).json()["cards"]
    assert card["availability"] == "requested"


async def test_of_a_very_long_journey_the_last_steps_are_told(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_STEPS", 2)
    home, browser = visit.home, await visit.signed_in()
    request_id = await home.wish()
    await home.resting(request_id)
    steps = (await browser.get(f"/api/requests/{request_id}")).json()["journeys"][0]["steps"]
    assert [step["seq"] for step in steps] == [3, 4]
    assert steps[0]["notes"] == ["2 earlier steps are not shown."]


async def test_a_list_reads_one_step_of_each_journey(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    home, browser = visit.home, await visit.signed_in()
    await home.resting(await home.wish())
    read: list[JourneyRecord] = []

    def look(*told: Any, **more: Any) -> list[JourneyRecord]:
        found = journeys_of(*told, **more)
        read.extend(found)
        return found

    monkeypatch.setattr(timeline, "journeys_of", look)
    (told,) = (await browser.get("/api/requests")).json()
    assert told["stage"] == "searched"
    assert [len(record.steps) for record in read] == [1]
