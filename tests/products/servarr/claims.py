"""What holds for the Radarr and for the Sonarr that we are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from matinee.pipeline.search import Hub
from matinee.products.servarr.fields import values_of
from tests.products.servarr.street import OUR_KEY, PROWLARR, THEIR_KEY, Fake, Ours, Street, Theirs, offer

V3 = "/api/v3"


@dataclass(frozen=True)
class Desk:
    """A client at our server, a feed it can push, and the hub behind the server."""

    client: httpx2.AsyncClient
    ours: Ours
    hub: Hub
    base_url: str

    async def form(self, implementation: str = "Torznab", **told: Any) -> dict[str, Any]:
        forms = (await self.client.get(f"{V3}/indexer/schema")).json()
        made: dict[str, Any] = next(one for one in forms if one["implementation"] == implementation)
        values = {"baseUrl": self.base_url, "apiKey": OUR_KEY, **told}
        for field in made["fields"]:
            field["value"] = values.get(field["name"], field["value"])
        return {**made, "name": "Lab (Prowlarr)", "id": 0}


async def desk_at(url: str, ours: Ours, theirs: Theirs, street: Street) -> Desk:
    id = await ours.add(Fake(releases=(offer(categories=(2040, 5040)),)))
    client = httpx2.AsyncClient(base_url=url, headers={"X-Api-Key": THEIR_KEY}, transport=street)
    return Desk(client, ours, theirs.hub, f"{PROWLARR}/{id}/")


def values(resource: Mapping[str, Any]) -> dict[str, Any]:
    return values_of(resource)


async def nothing_without_the_key(desk: Desk) -> None:
    for path in ("/indexer", "/indexer/schema", "/system/status", "/tag"):
        answer = await desk.client.get(f"{V3}{path}", headers={"X-Api-Key": "wrong"})
        assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
        assert answer.headers["X-Application-Version"]
    for way in ({"params": {"apikey": THEIR_KEY}}, {"headers": {"Authorization": f"Bearer {THEIR_KEY}"}}):
        told: dict[str, Any] = {"headers": {"X-Api-Key": ""}}
        for name, value in way.items():
            told[name] = {**told.get(name, {}), **value}
        assert (await desk.client.get(f"{V3}/indexer", **told)).status_code == 200
    assert (await desk.client.get("/ping", headers={"X-Api-Key": ""})).json() == {"status": "OK"}


async def the_version_is_on_every_answer(desk: Desk, name: str, major: str) -> None:
    status = (await desk.client.get(f"{V3}/System/Status")).json()
    assert (status["appName"], status["version"].partition(".")[0]) == (name, major)
    for path in (f"{V3}/indexer", f"{V3}/nothing", "/ping"):
        assert (await desk.client.get(path)).headers["X-Application-Version"] == status["version"]
    answer = await desk.client.post(f"{V3}/indexer/test", json=await desk.form())
    assert (answer.status_code, answer.headers["X-Application-Version"]) == (200, status["version"])


async def the_schema_has_the_fields_a_prowlarr_needs(desk: Desk, own: str) -> None:
    forms = (await desk.client.get(f"{V3}/indexer/schema")).json()
    assert [one["implementation"] for one in forms] == ["Newznab", "Torznab"]
    both = {"baseUrl", "apiPath", "apiKey", "categories", "additionalParameters"}
    seeds = {"minimumSeeders", "seedCriteria.seedRatio", "seedCriteria.seedTime"}
    assert both <= set(values(forms[0]))
    wanted = both | seeds | {"rejectBlocklistedTorrentHashesWhileGrabbing", *own.split()}
    assert wanted <= set(values(forms[1]))


async def a_pushed_indexer_is_kept_and_its_key_masked(desk: Desk) -> None:
    answer = await desk.client.post(f"{V3}/indexer", json=await desk.form())
    assert answer.status_code == 201
    one = answer.json()
    [seat] = desk.hub.seats()
    stored = seat.stored
    assert (stored.kind, stored.origin, stored.settings["url"]) == ("torznab", "prowlarr", desk.base_url)
    assert (stored.settings["api_key"], "api_key" in stored.secrets) == (OUR_KEY, True)
    assert values(one)["apiKey"] == "********"
    answer = await desk.client.put(f"{V3}/indexer/{one['id']}", json={**one, "priority": 5, "enableRss": False})
    assert (answer.status_code, answer.json()["priority"], answer.json()["enableRss"]) == (202, 5, False)
    stored = desk.hub.seat(one["id"]).stored
    assert (stored.settings["api_key"], stored.for_rss, stored.enabled) == (OUR_KEY, False, True)
    assert (await desk.client.put(f"{V3}/indexer", json={**one, "priority": 6})).json()["priority"] == 6
    assert (await desk.client.delete(f"{V3}/indexer/{one['id']}")).json() == {}
    gone = await desk.client.get(f"{V3}/indexer/{one['id']}")
    assert (gone.status_code, gone.json()["message"]) == (404, "NotFound")


async def a_test_really_calls_and_says_what_is_wrong(desk: Desk) -> None:
    async def complaint(**told: Any) -> tuple[int, dict[str, Any]]:
        answer = await desk.client.post(f"{V3}/indexer/test", json=await desk.form(**told))
        return answer.status_code, answer.json()[0]

    status, wrong = await complaint(baseUrl="http://nobody:9696/1/")
    assert (status, wrong["propertyName"], wrong["isWarning"]) == (400, "BaseUrl", False)
    status, wrong = await complaint(apiKey="wrong")
    assert (status, wrong["propertyName"]) == (400, "ApiKey")
    desk.ours.fakes["Lab"].releases = ()
    status, wrong = await complaint()
    assert (status, "no results in the configured categories" in wrong["errorMessage"]) == (400, True)
    assert desk.hub.seats() == []


async def a_failing_indexer_is_kept_only_by_force(desk: Desk) -> None:
    desk.ours.fakes["Lab"].releases = ()
    form = await desk.form()
    assert (await desk.client.post(f"{V3}/indexer", json=form)).status_code == 400
    assert desk.hub.seats() == []
    assert (await desk.client.post(f"{V3}/indexer?forceSave=true", json=form)).status_code == 201
    assert (await desk.client.post(f"{V3}/indexer/testall")).status_code == 400


async def a_wrong_form_is_told_field_by_field(desk: Desk) -> None:
    form = {**await desk.form(baseUrl="nowhere", categories=[]), "name": "", "priority": 0, "implementation": "Nyaa"}
    form["fields"] = [one for one in form["fields"] if one["name"] != "animeCategories"]
    answer = await desk.client.post(f"{V3}/indexer?forceSave=true", json=form)
    assert answer.status_code == 400
    named = {one["propertyName"] for one in answer.json()}
    assert named == {"Name", "BaseUrl", "Categories", "Priority", "Implementation"}
    await desk.client.post(f"{V3}/indexer", json=await desk.form())
    again = await desk.client.post(f"{V3}/indexer?forceSave=true", json=await desk.form())
    assert (again.status_code, again.json()[0]["errorMessage"]) == (400, "Should be unique")
    for body in ("[]", "nonsense", "{}", '{"id": "x", "fields": [1, {"name": 3}]}', "[" * 100_000):
        for path in ("", "/test"):
            answer = await desk.client.post(f"{V3}/indexer{path}", content=body)
            assert answer.status_code == 400


async def many_are_changed_and_removed_at_once(desk: Desk) -> None:
    one = (await desk.client.post(f"{V3}/indexer", json=await desk.form())).json()
    tag = (await desk.client.post(f"{V3}/tag", json={"label": "Films"})).json()
    body = {"ids": [one["id"]], "tags": [tag["id"]], "applyTags": "add", "priority": 9, "enableRss": False}
    answer = await desk.client.put(f"{V3}/indexer/bulk", json=body)
    assert (answer.status_code, answer.json()[0]["tags"]) == (202, [tag["id"]])
    stored = desk.hub.seat(one["id"]).stored
    assert (stored.tags, stored.priority, stored.for_rss) == (("films",), 9, False)
    details = (await desk.client.get(f"{V3}/tag/detail")).json()
    assert details == [{"id": tag["id"], "label": "films", "indexerIds": [one["id"]]}]
    await desk.client.request("DELETE", f"{V3}/indexer/bulk", json={"ids": [one["id"]]})
    assert desk.hub.seats() == []
