"""Prowlarr's API v1 over our indexers, as Homepage, MediaManager, riven, mydia and its own pages call it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.media.indexing import Abilities, Function, IndexerFacts, Question
from matinee.media.release import Protocol
from tests.products.servarr.street import PROWLARR, RADARR, THEIR_KEY, Fake, Ours, Theirs, offer

V1 = "/api/v1"


@pytest.fixture
async def client(ours: Ours) -> AsyncIterator[httpx2.AsyncClient]:
    async with ours.client() as client:
        yield client


def values(resource: dict[str, object]) -> dict[str, object]:
    fields = resource["fields"]
    assert isinstance(fields, list)
    return {one["name"]: one.get("value") for one in fields}


async def form(client: httpx2.AsyncClient, family: str, implementation: str, **told: object) -> dict[str, object]:
    forms = (await client.get(f"{V1}/{family}/schema")).json()
    made: dict[str, object] = next(one for one in forms if one["implementation"] == implementation)
    fields = made["fields"]
    assert isinstance(fields, list)
    for field in fields:
        field["value"] = told.get(field["name"], field["value"])
    return made


async def test_without_the_key_nothing_but_ping_is_answered(client: httpx2.AsyncClient) -> None:
    nobody = {"X-Api-Key": "wrong"}
    for path in (f"{V1}/indexer", f"{V1}/system/status", "/api", "/initialize.json", f"{V1}/config/host"):
        answer = await client.get(path, headers=nobody)
        assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    assert (await client.get("/ping", headers=nobody)).json() == {"status": "OK"}


async def test_every_answer_tells_the_version(client: httpx2.AsyncClient) -> None:
    status = (await client.get(f"{V1}/system/status")).json()
    assert (status["appName"], status["version"]) == ("Prowlarr", "2.3.6.5350")
    for path in ("/ping", f"{V1}/indexer", f"{V1}/nothing"):
        assert (await client.get(path)).headers["X-Application-Version"] == status["version"]


class Silent(Fake):
    """Never says what it can do after it has failed once."""

    async def abilities(self) -> Abilities:
        return self.can if not self.asked else await asyncio.Event().wait() and self.can


async def test_nobody_waits_for_what_an_indexer_can_do_that_is_left_alone(
    client: httpx2.AsyncClient, ours: Ours
) -> None:
    id = await ours.add(Silent(error=Unreachable("Lab: no answer in time")))
    with pytest.raises(Unreachable):
        await ours.hub.ask(id, Question(text="tin comet"))
    async with asyncio.timeout(2):
        [one] = (await client.get(f"{V1}/indexer")).json()
    assert one["name"] == "Lab"


async def test_an_indexer_is_told_with_all_its_properties(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(), tags=("films",), query_limit=10, limit_unit="hour", for_rss=False)
    [one] = (await client.get(f"{V1}/indexer")).json()
    expected = (
        "id name fields implementationName implementation configContract infoLink tags presets indexerUrls legacyUrls "
        "definitionName description language encoding enable redirect supportsRss supportsSearch supportsRedirect "
        "supportsPagination appProfileId protocol privacy capabilities priority downloadClientId added sortName"
    )
    assert set(expected.split()) <= set(one)
    assert one == (await client.get(f"{V1}/indexer/{id}")).json()
    assert one["capabilities"]["tvSearchParams"] == ["q", "season", "ep", "tvdbId"]
    assert one["capabilities"]["musicSearchParams"] == []
    movies = one["capabilities"]["categories"][0]
    assert (movies["id"], movies["subCategories"][0]["name"]) == (2000, "Movies/HD")
    assert one["capabilities"]["categories"][-1]["name"] == "Movies of the lab"
    told = values(one)
    assert (told["apiKey"], told["baseSettings.queryLimit"], told["baseSettings.limitsUnit"]) == ("********", 10, 1)
    profile = (await client.get(f"{V1}/appprofile/{one['appProfileId']}")).json()
    assert (profile["enableRss"], profile["enableInteractiveSearch"]) == (False, True)


async def test_an_indexer_that_is_silent_is_listed_all_the_same(client: httpx2.AsyncClient, ours: Ours) -> None:
    await ours.add(Fake(error=Unreachable("down")))
    await ours.add(Fake("Broken", error=Refused("no such definition")))
    assert len((await client.get(f"{V1}/indexer")).json()) == 2


async def test_an_indexer_is_added_changed_and_removed(client: httpx2.AsyncClient, ours: Ours) -> None:
    ours.fakes["New"] = Fake("New", releases=(offer(indexer="New"),))
    made = await form(client, "indexer", "Torznab", baseUrl="https://new.example", apiKey="new-secret")
    answer = await client.post(f"{V1}/indexer", json={**made, "name": "New", "enable": True, "appProfileId": 2})
    assert answer.status_code == 201
    one = answer.json()
    stored = ours.hub.seat(one["id"]).stored
    assert (stored.kind, stored.settings["url"], stored.for_rss) == ("torznab", "https://new.example", False)
    answer = await client.put(f"{V1}/indexer/{one['id']}", json={**one, "priority": 3})
    assert answer.status_code == 202
    stored = ours.hub.seat(one["id"]).stored
    assert (stored.priority, stored.settings["api_key"]) == (3, "new-secret")
    assert (await client.delete(f"{V1}/indexer/{one['id']}")).json() == {}
    assert (await client.get(f"{V1}/indexer/{one['id']}")).json()["message"] == "NotFound"


async def test_a_wrong_form_is_told_field_by_field(client: httpx2.AsyncClient, ours: Ours) -> None:
    await ours.add(Fake(releases=(offer(),)))
    made = await form(client, "indexer", "Torznab", baseUrl="nowhere")
    answer = await client.post(f"{V1}/indexer", json={**made, "name": "", "priority": 99})
    assert answer.status_code == 400
    assert {one["propertyName"] for one in answer.json()} == {"Name", "BaseUrl", "Priority"}
    assert {"errorMessage", "isWarning", "severity"} <= set(answer.json()[0])
    made = await form(client, "indexer", "Torznab", baseUrl="https://x.example")
    answer = await client.post(f"{V1}/indexer", json={**made, "name": "lab"})
    assert answer.json()[0]["errorMessage"] == "Should be unique"
    for body in ("[]", "nonsense", '{"fields": 3}', '{"fields": null}', "[" * 100_000):
        answer = await client.post(f"{V1}/indexer", content=body)
        assert answer.status_code == 400


async def test_a_failing_test_is_a_400_unless_it_is_forced(client: httpx2.AsyncClient, ours: Ours) -> None:
    ours.fakes["New"] = Fake("New", error=Unreachable("New: no connection"))
    made = await form(client, "indexer", "Torznab", baseUrl="https://new.example")
    made = {**made, "name": "New", "enable": True}
    for path in ("indexer", "indexer/test"):
        answer = await client.post(f"{V1}/{path}", json=made)
        assert (answer.status_code, answer.json()[0]["propertyName"]) == (400, "BaseUrl")
    assert (await client.post(f"{V1}/indexer?forceSave=true", json=made)).status_code == 201
    answer = await client.post(f"{V1}/indexer/testall")
    assert answer.status_code == 400
    assert answer.json()[0]["isValid"] is False


async def test_many_are_changed_at_once(client: httpx2.AsyncClient, ours: Ours) -> None:
    ids = [await ours.add(Fake(name), tags=("old",)) for name in ("One", "Two")]
    label = (await client.post(f"{V1}/tag", json={"label": "Films"})).json()
    body = {"ids": ids, "tags": [label["id"]], "applyTags": "add", "priority": 9, "seedRatio": 2.5, "enable": False}
    assert (await client.put(f"{V1}/indexer/bulk", json=body)).status_code == 202
    for id in ids:
        stored = ours.hub.seat(id).stored
        assert (stored.tags, stored.priority, stored.seed_ratio) == (("films", "old"), 9, 2.5)
        assert (stored.enabled, stored.settings["api_key"]) == (False, "lab-secret-1")
    details = {one["label"]: one["indexerIds"] for one in (await client.get(f"{V1}/tag/detail")).json()}
    assert details == {"films": sorted(ids), "old": sorted(ids)}
    assert (await client.delete(f"{V1}/tag/{label['id']}")).status_code == 400
    await client.request("DELETE", f"{V1}/indexer/bulk", json={"ids": ids})
    assert ours.hub.seats() == []
    assert (await client.put(f"{V1}/indexer/bulk", json={"ids": []})).status_code == 400


async def test_a_search_takes_lists_in_both_spellings(client: httpx2.AsyncClient, ours: Ours) -> None:
    one, two = Fake(releases=(offer(),)), Fake("Two", releases=(offer("B", "Two"),))
    first, second = await ours.add(one), await ours.add(two)
    for ids, categories in (("indexerIds=1&indexerIds=2", "categories=2000&categories=5000"), ("indexerIds=1,2", "")):
        answer = await client.get(f"{V1}/search?query=tin&{ids}&{categories}&limit=100&offset=0")
        assert {row["indexerId"] for row in answer.json()} == {first, second}
    assert one.asked[0].categories == (2000, 5000)
    assert one.asked[0].is_interactive
    answer = await client.get(f"{V1}/search?query=tin&indexerIds=2&categories=2000,2040")
    assert {row["indexer"] for row in answer.json()} == {"Two"}


async def test_a_search_tells_all_of_a_release_and_hides_its_address(client: httpx2.AsyncClient, ours: Ours) -> None:
    magnet = "magnet:?xt=urn:btih:" + "a" * 40
    release = offer(magnet_url=magnet, infohash="a" * 40, grabs=5, files=2, flags=frozenset({"freeleech"}))
    await ours.add(Fake(releases=(release,)))
    [row] = (await client.get(f"{V1}/search", params={"query": "tin"})).json()
    expected = (
        "guid age ageHours ageMinutes size files grabs indexerId indexer title sortTitle imdbId tmdbId tvdbId tvMazeId "
        "publishDate commentUrl downloadUrl infoUrl posterUrl indexerFlags categories magnetUrl infoHash seeders "
        "leechers protocol fileName"
    )
    assert set(expected.split()) <= set(row)
    assert (row["age"], row["seeders"], row["leechers"], row["indexerFlags"]) == (3, 10, 2, ["freeleech"])
    assert row["categories"][1] == {"id": 2040, "name": "Movies/HD", "subCategories": []}
    assert row["downloadUrl"].startswith(f"{PROWLARR}/{row['indexerId']}/download?")
    assert row["magnetUrl"].startswith(PROWLARR)
    assert "passkey" not in str(row)
    assert (await client.get(row["downloadUrl"])).status_code == 200


async def test_ids_in_the_words_become_parameters(client: httpx2.AsyncClient, ours: Ours) -> None:
    fake = Fake(releases=(offer(),))
    await ours.add(fake)
    query = "{ImdbId:tt0063350} {season:2} night"
    await client.get(f"{V1}/search", params={"query": query, "type": "tvsearch"})
    query = "{imdbid:tt0063350}"
    await client.get(f"{V1}/search", params={"query": query, "type": "movie"})
    assert fake.asked[-1].function is Function.MOVIE
    assert (fake.asked[-1].imdb, fake.asked[-1].text) == ("tt0063350", "")
    answer = await client.get(f"{V1}/search", params={"query": "{season:x}", "type": "tvsearch"})
    assert answer.status_code == 400
    assert (await client.get(f"{V1}/search", params={"query": "x", "type": "dance"})).status_code == 400


async def test_minus_1_is_all_usenet_and_minus_2_all_torrents(client: httpx2.AsyncClient, ours: Ours) -> None:
    usenet = IndexerFacts(protocol=Protocol.USENET)
    await ours.add(Fake(releases=(offer(),)))
    await ours.add(Fake("News", releases=(offer("N", "News", protocol=Protocol.USENET),), facts=usenet))

    async def found(id: int) -> set[str]:
        rows = (await client.get(f"{V1}/search", params={"query": "x", "indexerIds": str(id)})).json()
        return {row["indexer"] for row in rows}

    assert (await found(-1), await found(-2), await found(99)) == ({"News"}, {"Lab"}, set())


async def test_a_search_that_nobody_answers_is_a_400(client: httpx2.AsyncClient, ours: Ours) -> None:
    fake = Fake(releases=(offer(),))
    await ours.add(fake)
    fake.error = Unreachable("Lab: no connection")
    answer = await client.get(f"{V1}/search", params={"query": "x"})
    assert answer.status_code == 400
    assert "Lab" in answer.json()["message"]


async def test_a_release_is_grabbed_for_half_an_hour(client: httpx2.AsyncClient, ours: Ours) -> None:
    await ours.add(Fake(releases=(offer(),)))
    [row] = (await client.get(f"{V1}/search", params={"query": "tin"})).json()
    assert (await client.post(f"{V1}/search", json=row)).json()["guid"] == row["guid"]
    assert (await client.post(f"{V1}/search/bulk", json=[row, {**row, "guid": "gone"}])).status_code == 200
    assert [release.name for release, _ in ours.grabbed] == [row["title"]] * 2
    ours.fakes["Lab"].error = Unreachable("Lab: no connection")
    assert (await client.post(f"{V1}/search", json=row)).status_code == 409
    ours.time.seconds += timedelta(minutes=31).total_seconds()
    answer = await client.post(f"{V1}/search", json={"guid": row["guid"], "indexerId": row["indexerId"]})
    assert (answer.status_code, "try searching again" in answer.json()["message"]) == (404, True)
    for body in ({"guid": "x"}, {"indexerId": 1}, {"guid": 5, "indexerId": "x"}):
        assert (await client.post(f"{V1}/search", json=body)).status_code == 400


async def test_history_and_figures_count_what_happened(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await client.get(f"/{id}/api", params={"t": "search"})
    [row] = (await client.get(f"{V1}/search", params={"query": "tin"})).json()
    await client.post(f"{V1}/search", json=row)
    await ours.hub.settle()
    page = (await client.get(f"{V1}/history", params={"pageSize": 2, "page": 1})).json()
    assert (page["totalRecords"], len(page["records"])) == (3, 2)
    assert page["records"][0]["eventType"] == "releaseGrabbed"
    assert page["records"][0]["data"]["grabTitle"] == row["title"]
    rss = (await client.get(f"{V1}/history", params={"eventType": [2, 3], "sortDirection": "ascending"})).json()
    assert [one["eventType"] for one in rss["records"]] == ["indexerRss", "indexerQuery"]
    assert len((await client.get(f"{V1}/history/indexer", params={"indexerId": id, "limit": 1})).json()) == 1
    since = {"date": "2026-05-04T19:00:00Z", "eventType": "indexerQuery"}
    assert len((await client.get(f"{V1}/history/since", params=since)).json()) == 1
    assert (await client.get(f"{V1}/history/since", params={"date": "soon"})).status_code == 400
    figures = (await client.get(f"{V1}/indexerstats")).json()
    [one] = figures["indexers"]
    counted = [one[f"numberOf{what}"] for what in ("Queries", "RssQueries", "Grabs", "FailedQueries")]
    assert (one["indexerName"], counted) == ("Lab", [1, 1, 1, 0])
    assert figures["userAgents"] == [{"userAgent": "Radarr", "numberOfQueries": 2, "numberOfGrabs": 1}]
    assert (await client.get(f"{V1}/indexerstats", params={"protocols": "usenet"})).json()["indexers"] == []


async def test_a_blocked_indexer_has_a_status_and_is_a_matter_of_health(client: httpx2.AsyncClient, ours: Ours) -> None:
    fake = Fake()
    id = await ours.add(fake)
    assert (await client.get(f"{V1}/indexerstatus")).json() == []
    fake.error = Refused("Lab: the key was refused")
    for _ in range(3):
        await client.get(f"{V1}/search", params={"query": "x", "indexerIds": id})
        ours.time.seconds += 1
    [row] = (await client.get(f"{V1}/indexerstatus")).json()
    assert row["indexerId"] == id
    assert row["disabledTill"] > "2026-05-04T20:00"
    [health] = (await client.get(f"{V1}/health")).json()
    assert "Lab" in health["message"]


async def test_a_manager_is_added_tested_and_synced(client: httpx2.AsyncClient, ours: Ours, theirs: Theirs) -> None:
    await ours.add(Fake(releases=(offer(),)))
    told = {"prowlarrUrl": PROWLARR, "baseUrl": RADARR, "apiKey": THEIR_KEY}
    made = {**await form(client, "applications", "Radarr", **told), "name": "Cinema", "syncLevel": "fullSync"}
    wrong = {**await form(client, "applications", "Radarr", **{**told, "apiKey": "wrong"}), "name": "Cinema"}
    answer = await client.post(f"{V1}/applications", json=wrong)
    assert (answer.status_code, answer.json()[0]["propertyName"]) == (400, "ApiKey")
    assert (await client.post(f"{V1}/applications/test", json=made)).json() == {}
    one = (await client.post(f"{V1}/applications", json=made)).json()
    assert values(one)["apiKey"] == "********"
    answer = await client.post(f"{V1}/command", json={"name": "ApplicationIndexerSync"})
    assert answer.status_code == 201
    path = f"{V1}/command/{answer.json()['id']}"
    for _ in range(10_000):
        if (run := (await client.get(path)).json())["status"] not in ("queued", "started"):
            break
        await asyncio.sleep(0)  # let the errand go on
    assert (run["status"], run["message"]) == ("completed", "1 added, 0 changed, 0 removed")
    assert [seat.stored.name for seat in theirs.hub.seats()] == ["Lab (Prowlarr)"]
    answer = await client.put(f"{V1}/applications/{one['id']}", json={**one, "syncLevel": "addOnly"})
    assert (answer.status_code, answer.json()["syncLevel"]) == (202, "addOnly")
    assert (await client.post(f"{V1}/applications/testall")).json() == [
        {"id": one["id"], "isValid": True, "validationFailures": []}
    ]
    assert (await client.delete(f"{V1}/applications/{one['id']}")).json() == {}


async def test_an_unknown_command_is_refused(client: httpx2.AsyncClient) -> None:
    assert (await client.post(f"{V1}/command", json={"name": "MakeCoffee"})).status_code == 400
    assert (await client.get(f"{V1}/command/99")).status_code == 404


async def test_a_proxy_is_kept_with_its_password_masked(client: httpx2.AsyncClient, ours: Ours) -> None:
    told = {"host": "way.example", "port": 1080, "username": "me", "password": "hush-hush"}
    made = {**await form(client, "indexerproxy", "Socks5", **told), "name": "Way"}
    one = (await client.post(f"{V1}/indexerproxy", json=made)).json()
    assert (values(one)["host"], values(one)["port"], values(one)["password"]) == ("way.example", 1080, "********")
    answer = await client.put(f"{V1}/indexerproxy/{one['id']}", json={**one, "name": "Way out"})
    assert answer.json()["name"] == "Way out"
    from matinee.store.indexers import read_proxies

    [proxy] = (await ours.database.read(read_proxies)).values()
    assert (proxy.url, proxy.password) == ("socks5://way.example:1080", "hush-hush")
    bad = {**made, "name": "Bad", "fields": [{"name": "host", "value": ""}]}
    assert (await client.post(f"{V1}/indexerproxy", json=bad)).status_code == 400


async def test_what_the_house_has_elsewhere_says_so(client: httpx2.AsyncClient) -> None:
    for family in ("downloadclient", "notification"):
        assert (await client.get(f"{V1}/{family}")).json() == []
        [made] = (await client.get(f"{V1}/{family}/schema")).json()
        assert (await client.post(f"{V1}/{family}", json={**made, "name": "x"})).status_code == 400
        assert (await client.get(f"{V1}/{family}/1")).status_code == 404
    answer = await client.put(f"{V1}/config/host/1", json={})
    assert "settings" in answer.json()[0]["errorMessage"]
    for name in ("host", "ui", "downloadclient", "development"):
        assert (await client.get(f"{V1}/config/{name}")).json()["id"] == 1
    assert (await client.get(f"{V1}/config/nothing")).status_code == 404


async def test_homepage_mediamanager_riven_and_mydia_find_what_they_read(
    client: httpx2.AsyncClient, ours: Ours
) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    [one] = (await client.get(f"{V1}/indexer")).json()
    assert (one["enable"], one["protocol"], one["supportsSearch"]) == (True, "torrent", True)  # riven, Homepage
    assert {"q", "imdbId"} <= set(one["capabilities"]["movieSearchParams"])  # MediaManager
    feed = await client.get(f"{V1}/indexer/{id}/newznab", params={"t": "movie", "imdbid": "0063350", "q": "x"})
    assert feed.status_code == 200
    assert (await client.get(f"{V1}/indexerstatus")).json() == []  # riven
    assert (await client.get(f"{V1}/system/status")).json()["version"]  # mydia
    for row in (await client.get(f"{V1}/indexerstats")).json()["indexers"]:
        assert isinstance(row["numberOfFailedGrabs"], int)


async def test_an_indexer_of_the_file_is_not_changed_here(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(), origin="file")
    one = (await client.get(f"{V1}/indexer/{id}")).json()
    answer = await client.put(f"{V1}/indexer/{id}?forceSave=true", json={**one, "priority": 1})
    assert (answer.status_code, "matinee.toml" in answer.json()[0]["errorMessage"]) == (400, True)


async def test_our_address_is_the_one_that_was_asked(ours: Ours, client: httpx2.AsyncClient) -> None:
    await ours.add(Fake(releases=(offer(),)))
    behind = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "films.example", "X-Forwarded-Prefix": "/prowlarr"}
    [row] = (await client.get(f"{V1}/search", params={"query": "x"}, headers=behind)).json()
    assert row["downloadUrl"].startswith("https://films.example/prowlarr/1/download?")


async def test_routes_are_listed(client: httpx2.AsyncClient) -> None:
    paths = {row["path"] for row in (await client.get(f"{V1}/system/routes")).json()}
    assert f"{V1}/indexer" in paths
