"""The indexers as their owner handles them: added, changed, tried, searched; secrets stay in the house."""

import json
from typing import Any

import pytest

from matinee.kernel.auth import Role
from matinee.kernel.errors import Unreachable
from matinee.media.seeding import SeedingGoal
from tests.web.visiting import Visit

KEY = "a key nobody may read"
FEED: dict[str, Any] = {
    "name": "Corner",
    "kind": "torznab",
    "definition": "Generic Torznab",
    "settings": {"url": "http://corner.test", "api_key": KEY},
    "tags": ["far"],
    "query_limit": 50,
}


async def test_nobody_but_the_owner_handles_indexers(visit: Visit) -> None:
    await visit.person("Ben", Role.MANAGER)
    ben = await visit.signed_in("Ben")
    for path in ("/api/indexers", "/api/indexers/catalogue", "/api/indexers/history", "/api/proxies", "/api/apps"):
        assert (await ben.get(path)).status_code == 403, path
    assert (await ben.post("/api/indexers", json=FEED)).status_code == 403
    assert (await ben.get("/api/indexers/search", params={"q": "tin"})).status_code == 403


async def test_a_secret_is_kept_and_never_shown(visit: Visit) -> None:
    anna = await visit.signed_in()
    made = await anna.post("/api/indexers", json=FEED)
    assert made.status_code == 201, made.text
    assert KEY not in made.text
    assert made.json()["secrets"] == ["api_key"]
    changed = {**FEED, "priority": 3, "settings": {"url": "http://corner.test"}}
    told = await anna.put(f"/api/indexers/{made.json()['id']}", json=changed)
    assert told.status_code == 200, told.text
    kept = visit.home.parts.hub.seat(made.json()["id"]).stored
    assert (kept.settings["api_key"], kept.priority, kept.tags) == (KEY, 3, ("far",))
    assert KEY not in (await anna.get("/api/indexers")).text


async def test_a_secret_that_is_emptied_is_forgotten(visit: Visit) -> None:
    anna = await visit.signed_in()
    made = (await anna.post("/api/indexers", json=FEED)).json()
    await anna.put(
        f"/api/indexers/{made['id']}", json={**FEED, "settings": {"url": "http://corner.test", "api_key": ""}}
    )
    assert "api_key" not in visit.home.parts.hub.seat(made["id"]).stored.settings


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"settings": {"url": "http://corner.test", "nonsense": "x"}}, "settings.nonsense"),
        ({"name": "Lab"}, "name"),
        ({"priority": 51}, "priority"),
        ({"name": ""}, "name"),
        ({"deadline": 0}, "deadline"),
    ],
)
async def test_bad_input_is_refused_with_its_field(visit: Visit, wrong: dict[str, Any], field: str) -> None:
    anna = await visit.signed_in()
    answer = await anna.post("/api/indexers", json={**FEED, **wrong})
    assert 400 <= answer.status_code < 500
    assert answer.json()["field"] == field
    assert [one["name"] for one in (await anna.get("/api/indexers")).json()] == ["Lab"]


async def test_what_nobody_offers_cannot_be_added(visit: Visit) -> None:
    anna = await visit.signed_in()
    answer = await anna.post("/api/indexers", json={**FEED, "kind": "cardigann", "definition": "nowhere"})
    assert answer.status_code == 404
    assert "nowhere" in answer.json()["detail"]


async def test_those_of_the_file_are_changed_there(visit: Visit) -> None:
    anna = await visit.signed_in()
    (lab,) = (await anna.get("/api/indexers")).json()
    assert lab["origin"] == "file"
    gone = await anna.delete(f"/api/indexers/{lab['id']}")
    assert 400 <= gone.status_code < 500
    assert "matinee.toml" in gone.json()["detail"]


async def test_a_removed_one_is_gone_and_its_history_stays(visit: Visit) -> None:
    anna = await visit.signed_in()
    made = (await anna.post("/api/indexers", json=FEED)).json()
    assert (await anna.delete(f"/api/indexers/{made['id']}")).status_code == 204
    assert (await anna.delete(f"/api/indexers/{made['id']}")).status_code == 404


async def test_a_trial_names_the_step_that_fails(visit: Visit) -> None:
    anna = await visit.signed_in()
    (lab,) = (await anna.get("/api/indexers")).json()
    visit.home.indexer.offer("Tin.Comet.2021.1080p.WEB-DL.x264-GRP")
    well = (await anna.post(f"/api/indexers/{lab['id']}/test")).json()
    assert well["ok"], well
    visit.home.indexer.trouble = Unreachable("Lab: no answer in time")
    ill = (await anna.post(f"/api/indexers/{lab['id']}/test")).json()
    assert not ill["ok"]
    assert ill["steps"][-1]["text"] == "Lab: no answer in time"


async def events(visit: Visit, **params: str) -> list[tuple[str, dict[str, Any]]]:
    anna = await visit.signed_in()
    answer = await anna.get("/api/indexers/search", params=params)
    assert answer.status_code == 200, answer.text
    told = []
    for block in answer.text.strip().split("\n\n"):
        name, data = block.split("\n")
        told.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return told


async def test_a_search_tells_whom_it_asks_then_each_answer_then_the_end(visit: Visit) -> None:
    visit.home.indexer.offer("Tin.Comet.2021.1080p.WEB-DL.x264-GRP", size=2_000_000_000)
    visit.home.indexer.offer("Tin.Comet.2021.CAM.x264-BAD", size=700_000_000)
    told = await events(visit, q="tin comet", keep="-cam")
    assert [name for name, _ in told] == ["asked", "answered", "end"]
    (found,) = told[1][1]["found"]
    assert (found["name"], found["quality"]) == ("Tin.Comet.2021.1080p.WEB-DL.x264-GRP", "WEBDL-1080p")
    assert "download_url" not in found


async def test_a_filter_that_cannot_be_read_is_refused_before_anybody_is_asked(visit: Visit) -> None:
    anna = await visit.signed_in()
    answer = await anna.get("/api/indexers/search", params={"q": "tin", "keep": "size<<"})
    assert 400 <= answer.status_code < 500
    assert visit.home.indexer.questions == []


async def test_the_trouble_of_an_indexer_is_told_and_the_stream_ends(visit: Visit) -> None:
    visit.home.indexer.trouble = Unreachable("Lab: no answer in time")
    told = await events(visit, q="tin comet")
    assert told[1][1]["trouble"] == "Lab: no answer in time"
    assert told[-1][0] == "end"


async def test_what_was_found_can_be_taken_and_an_old_key_cannot(visit: Visit) -> None:
    visit.home.indexer.offer("Tin.Comet.2021.1080p.WEB-DL.x264-GRP", minimum_ratio=1.5)
    (found,) = (await events(visit, q="tin"))[1][1]["found"]
    anna = await visit.signed_in()
    taken: list[tuple[str, SeedingGoal]] = []

    async def add(payload: Any, *, category: str, folder: Any) -> str:
        taken.append((category, payload.goal))
        return str(payload.infohash)

    visit.home.client.add = add  # type: ignore[method-assign]
    assert (await anna.post("/api/indexers/grab", json={"key": found["key"]})).status_code == 204
    assert taken == [("by-hand", SeedingGoal(ratio=1.5))]
    assert (await anna.post("/api/indexers/grab", json={"key": "made up"})).status_code == 404


async def test_history_and_figures_tell_what_was_asked(visit: Visit) -> None:
    await events(visit, q="tin comet")
    anna = await visit.signed_in()
    await visit.home.parts.hub.settle()
    (one,) = (await anna.get("/api/indexers/history")).json()["events"]
    assert (one["indexer"], one["kind"], one["ok"], one["source"]) == ("Lab", "query", True, "manual search")
    assert "tin comet" in one["text"]


async def test_the_password_of_a_proxy_stays_in_the_house(visit: Visit) -> None:
    anna = await visit.signed_in()
    body = {
        "name": "Far",
        "kind": "socks5",
        "url": "far.test:1080",
        "username": "anna",
        "password": "hush",
        "tags": ["far"],
    }
    made = await anna.post("/api/proxies", json=body)
    assert made.status_code == 201, made.text
    assert "hush" not in made.text
    proxy = made.json()
    kept = await anna.put(f"/api/proxies/{proxy['id']}", json={**body, "name": "Further", "password": None})
    assert (kept.json()["name"], kept.json()["has_password"]) == ("Further", True)
    assert (await anna.delete(f"/api/proxies/{proxy['id']}")).status_code == 204
    assert (await anna.get("/api/proxies")).json() == []
