import json
from typing import Any

import pytest

from matinee.kernel.auth import Role
from tests.web.visiting import Visit

LOOK = {"name": "lab", "kind": "title", "value": r"-lab\b"}
FORMAT = {"name": "Lab", "conditions": [LOOK]}
PROFILE = {
    "name": "Mine",
    "groups": [{"name": name, "qualities": [name]} for name in ("WEBDL-720p", "WEBDL-1080p")],
    "cutoff": "WEBDL-1080p",
    "scores": {"x265": 5},
}  # fmt: skip
NAME = "Tin.Comet.2021.1080p.WEB-DL.H.265-LAB"


async def test_a_new_house_has_three_profiles_with_a_sentence_each(visit: Visit) -> None:
    browser = await visit.signed_in()
    told = (await browser.get("/api/profiles")).json()
    assert [one["name"] for one in told] == ["1080p, small", "Best picture that fits", "4K with HDR"]
    assert [one["is_default"] for one in told] == [True, False, False]
    assert all(one["sentence"] and one["groups"] and one["sizes"] for one in told)


async def test_a_profile_is_made_changed_and_forgotten(visit: Visit) -> None:
    browser = await visit.signed_in()
    made = (await browser.post("/api/profiles", json=PROFILE)).json()
    assert PROFILE.items() <= made.items()
    changed = await browser.put(f"/api/profiles/{made['id']}", json={**PROFILE, "upgrades": False, "name": "Ours"})
    assert (changed.status_code, changed.json()["upgrades"], changed.json()["name"]) == (200, False, "Ours")
    assert visit.home.parts.profile("Ours").upgrades is False
    assert (await browser.delete(f"/api/profiles/{made['id']}")).status_code == 204
    assert "Ours" not in visit.home.parts.tastes.now.profiles


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"groups": []}, 400, "groups"),
        ({"groups": [{"name": "x", "qualities": ["Hologram"]}]}, 400, "groups"),
        ({"cutoff": "Remux-2160p"}, 400, "cutoff"),
        ({"scores": {"nothing": 1}}, 400, "scores"),
        ({"sizes": {"WEBDL-720p": {"least": 5, "most": 4}}}, 400, "sizes"),
        ({"name": "1080P, SMALL"}, 409, "name"),
        ({"name": ""}, 422, "name"),
        ({"least_gain": 0}, 422, "least_gain"),
        ({"odd": 1}, 422, "odd"),
    ],
)
async def test_a_profile_that_cannot_be_meant_is_refused(
    visit: Visit, change: dict[str, Any], status: int, field: str
) -> None:
    browser = await visit.signed_in()
    answer = await browser.post("/api/profiles", json={**PROFILE, **change})
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_the_profile_of_new_wishes_stays(visit: Visit) -> None:
    browser = await visit.signed_in()
    assert (await browser.delete("/api/profiles/1")).status_code == 409
    assert (await browser.put("/api/profiles/1", json=PROFILE)).status_code == 409
    assert (await browser.put("/api/profiles/1", json={**PROFILE, "name": "1080p, small"})).status_code == 200


async def test_a_profile_that_titles_are_kept_by_stays(visit: Visit) -> None:
    browser = await visit.signed_in()
    visit.home.parts.tastes.default = "4K with HDR"
    await visit.home.resting(await visit.home.wish())
    visit.home.parts.tastes.default = "1080p, small"
    answer = await browser.delete("/api/profiles/3")
    assert (answer.status_code, "1 titles are kept by" in answer.json()["detail"]) == (409, True)


async def test_a_format_is_made_tried_and_forgotten(visit: Visit) -> None:
    browser = await visit.signed_in()
    made = (await browser.post("/api/formats", json=FORMAT)).json()
    small = (await browser.get("/api/profiles")).json()[0]
    scored = {key: value for key, value in small.items() if key not in ("id", "is_default")}
    scored["scores"]["Lab"] = 30
    assert (await browser.put(f"/api/profiles/{small['id']}", json=scored)).status_code == 200
    tried = (await browser.post("/api/formats/try", json={"name": NAME})).json()
    matching = [one["name"] for one in tried["formats"] if one["matches"]]
    assert (tried["quality"], tried["group"], matching) == ("WEBDL-1080p", "LAB", ["x265", "Lab"])
    assert tried["formats"][-1]["conditions"] == [
        {"name": "lab", "kind": "title", "negate": False, "required": False, "held": True}
    ]
    assert tried["profiles"][0] == {
        "name": "1080p, small", "score": 40, "quality_allowed": True, "score_reached": True,
    }  # fmt: skip
    renamed = await browser.put(f"/api/formats/{made['id']}", json={**FORMAT, "name": "The lab"})
    assert renamed.json()["name"] == "The lab"
    assert (await browser.get("/api/profiles")).json()[0]["scores"]["The lab"] == 30
    assert (await browser.delete(f"/api/formats/{made['id']}")).status_code == 204
    assert "The lab" not in (await browser.get("/api/profiles")).json()[0]["scores"]
    assert "The lab" not in [one["name"] for one in (await browser.get("/api/formats")).json()]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"conditions": []}, 400, "conditions"),
        ({"conditions": [{**LOOK, "value": "("}]}, 400, "conditions.0"),
        ({"conditions": [LOOK, {**LOOK, "value": "(a+)+b"}]}, 400, "conditions.1"),
        ({"conditions": [{"kind": "size", "least": 5, "most": 4}]}, 400, "conditions.0"),
        ({"conditions": [{"kind": "smell", "value": "x"}]}, 422, "conditions.0.kind"),
        ({"name": "X265"}, 409, "name"),
    ],
)
async def test_a_format_that_cannot_hold_is_refused(
    visit: Visit, change: dict[str, Any], status: int, field: str
) -> None:
    browser = await visit.signed_in()
    answer = await browser.post("/api/formats", json={**FORMAT, **change})
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_formats_come_in_as_files_and_go_out_as_the_guides_write_them(visit: Visit) -> None:
    browser = await visit.signed_in()
    exported = (await browser.get("/api/formats/export")).json()
    assert exported["left_out"] == []
    files = [{"path": "cf/new.json", "text": json.dumps({**exported["formats"][0], "name": "New"})}]
    files.append({"path": "cf/bad.json", "text": "{"})
    answer = await browser.post("/api/formats/import", json={"files": files})
    told = {one["path"]: one["outcome"] for one in answer.json()["told"]}
    assert told == {"cf/new.json": "added", "cf/bad.json": "refused"}
    again = (await browser.get("/api/formats/export", params={"product": "sonarr"})).json()
    assert again["formats"][-1]["name"] == "New"


async def test_an_import_needs_something_to_take_in(visit: Visit) -> None:
    browser = await visit.signed_in()
    for body in ({}, {"place": "/nowhere/at/all"}):
        answer = await browser.post("/api/formats/import", json=body)
        assert (answer.status_code, answer.json()["field"]) == (400, "place")


async def test_what_a_product_cannot_have_is_left_out_of_its_export(visit: Visit) -> None:
    browser = await visit.signed_in()
    body = {"name": "Old", "conditions": [{"kind": "year", "most": 1950}]}
    await browser.post("/api/formats", json=body)
    told = (await browser.get("/api/formats/export", params={"product": "sonarr"})).json()
    assert told["left_out"] == ["Old: Sonarr knows no condition of the kind 'year'"]


async def test_sizes_are_kept_by_quality(visit: Visit) -> None:
    browser = await visit.signed_in()
    body = {"sizes": {"WEBDL-1080p": {"least": 5, "preferred": 30, "most": None}}}
    told = (await browser.put("/api/sizes", json=body)).json()
    assert told["sizes"] == {"WEBDL-1080p": {"least": 5.0, "preferred": 30.0, "most": None}}
    assert "WEBDL-1080p" in told["qualities"]
    bad = await browser.put("/api/sizes", json={"sizes": {"DVD": {"least": 5, "most": 1}}})
    assert (bad.status_code, bad.json()["field"]) == (400, "sizes")
    assert (await browser.get("/api/sizes")).json() == told


async def test_delays_are_kept_in_their_order_and_may_not_contradict(visit: Visit) -> None:
    browser = await visit.signed_in()
    delays: list[dict[str, Any]] = [{"name": "Series", "tags": ["b", "a"], "torrent_minutes": 90}, {"name": "All"}]
    told = (await browser.put("/api/delays", json={"delays": delays})).json()
    assert [(one["name"], one["tags"]) for one in told["delays"]] == [("Series", ["a", "b"]), ("All", [])]
    bad = await browser.put("/api/delays", json={"delays": delays[::-1]})
    assert (bad.status_code, bad.json()["field"]) == (400, "tags")
    worse = await browser.put("/api/delays", json={"delays": [{"name": "All", "torrent_minutes": -1}]})
    assert worse.status_code == 422
    assert (await browser.get("/api/delays")).json() == told


async def test_words_are_kept_and_may_not_contradict(visit: Visit) -> None:
    browser = await visit.signed_in()
    words = {"restrictions": [{"name": "No cams", "must_not": ["cam", "/hd-?ts/i"]}]}
    told = (await browser.put("/api/restrictions", json=words)).json()
    assert told["restrictions"][0]["must_not"] == ["cam", "/hd-?ts/i"]
    for bad, field in (({"must": []}, "must"), ({"must": ["a"], "must_not": ["A"]}, "must_not")):
        answer = await browser.put("/api/restrictions", json={"restrictions": [{"name": "x", **bad}]})
        assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert (await browser.get("/api/restrictions")).json() == told


async def test_the_houses_preferences_are_kept(visit: Visit) -> None:
    browser = await visit.signed_in()
    body = (await browser.get("/api/preferences")).json()
    assert body["propers"] == "prefer and upgrade"
    body |= {"propers": "do not prefer", "indexers": {"Lab": {"least_seeders": 3, "required_flags": ["freeleech"]}}}
    body["limits"]["largest_mb"] = 9000
    told = (await browser.put("/api/preferences", json=body)).json()
    assert told["limits"]["largest_mb"] == 9000
    assert visit.home.parts.tastes.now.preferences.indexers["Lab"].required_flags == frozenset({"freeleech"})
    assert (await browser.get("/api/preferences")).json() == told


CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "/api/profiles", PROFILE),
    ("PUT", "/api/profiles/2", PROFILE),
    ("DELETE", "/api/profiles/2", None),
    ("POST", "/api/formats", FORMAT),
    ("PUT", "/api/formats/1", FORMAT),
    ("DELETE", "/api/formats/1", None),
    ("POST", "/api/formats/import", {"place": "/etc"}),
    ("PUT", "/api/sizes", {"sizes": {}}),
    ("PUT", "/api/delays", {"delays": []}),
    ("PUT", "/api/restrictions", {"restrictions": []}),
    ("PUT", "/api/preferences", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
@pytest.mark.parametrize("role", [Role.MANAGER, Role.MEMBER, Role.CHILD])
async def test_the_owner_alone_changes_the_houses_taste(
    visit: Visit, role: Role, method: str, path: str, body: dict[str, Any] | None
) -> None:
    await visit.person("Ben", role)
    browser = await visit.signed_in("Ben")
    before = visit.home.parts.tastes.now
    assert (await browser.request(method, path, json=body)).status_code == 403
    assert visit.home.parts.tastes.now is before
    assert (await browser.get("/api/profiles")).status_code == 200


@pytest.mark.parametrize("path", ["/api/profiles/99", "/api/formats/99"])
async def test_what_is_not_there_cannot_be_changed(visit: Visit, path: str) -> None:
    browser = await visit.signed_in()
    body = {**PROFILE, "name": "x"} if "profiles" in path else {**FORMAT, "name": "x"}
    assert (await browser.put(path, json=body)).status_code == 404
    assert (await browser.delete(path)).status_code == 404
