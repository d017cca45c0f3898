"""Our indexers are handed to a Radarr and a Sonarr: our sync against our own servers of the two."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx2

from matinee.kernel.errors import Unreachable
from matinee.products.prowlarr.applications import sync_all
from matinee.products.prowlarr.matching import field_values, our_id
from matinee.products.prowlarr.sync import Synced, try_app
from matinee.products.radarr.client import make_manager as make_radarr
from matinee.products.servarr.manager import Manager
from matinee.products.sonarr.client import make_manager as make_sonarr
from matinee.store.indexers import StoredApp, add_app, change_app, read_apps
from tests.products.servarr.street import (
    BOOKS,
    OUR_KEY,
    PROWLARR,
    RADARR_APP,
    SONARR_APP,
    THEIR_KEY,
    Fake,
    Ours,
    Street,
    Theirs,
    offer,
)

Make = Callable[..., Manager]


async def sync(ours: Ours) -> Synced:
    [done] = await sync_all(ours.house)
    return done


async def keep(ours: Ours, app: StoredApp) -> None:
    await ours.database.write(lambda tx: add_app(tx, app))


async def there(manager: Manager) -> list[dict[str, object]]:
    return [one | field_values(one) for one in await manager.indexers()]


async def test_a_test_lets_the_manager_call_our_feed_of_number_0(ours: Ours, theirs: Theirs, street: Street) -> None:
    assert await try_app(RADARR_APP, theirs.radarr, OUR_KEY) == []
    assert await try_app(SONARR_APP, theirs.sonarr, OUR_KEY) == []
    assert "GET prowlarr/0/api" in street.calls
    assert "POST radarr/api/v3/indexer/test" in street.calls
    assert theirs.hub.seats() == []


async def test_a_test_says_whose_address_and_whose_key_is_wrong(ours: Ours, theirs: Theirs) -> None:
    async def wrong(app: StoredApp, key: str = OUR_KEY) -> str:
        manager = ours.house.manager(app)
        [told] = await try_app(app, manager, key)
        await manager.close()
        return str(told["propertyName"])

    assert await wrong(replace(RADARR_APP, api_key="not-the-key")) == "ApiKey"
    assert await wrong(replace(RADARR_APP, own_url="http://nobody:9696")) == "ProwlarrUrl"
    assert await wrong(RADARR_APP, key="not-ours") == "ProwlarrUrl"
    assert await wrong(replace(RADARR_APP, url="http://nobody:7878")) == "BaseUrl"
    assert await wrong(replace(RADARR_APP, url="http://radarr:7878/movies")) == "BaseUrl"


async def test_an_indexer_is_added_with_the_categories_the_manager_wants(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)), seed_ratio=1.5, seed_time=60, minimum_seeders=3, priority=7)
    await keep(ours, RADARR_APP)
    await keep(ours, SONARR_APP)
    radarr, sonarr = await sync_all(ours.house)
    assert (radarr.added, sonarr.added) == (["Lab"], ["Lab"])
    [one] = await there(theirs.radarr)
    assert one["name"] == "Lab (Prowlarr)"
    assert one["implementation"] == "Torznab"
    assert one["baseUrl"] == f"{PROWLARR}/{id}/"
    assert one["apiKey"] == "********"
    assert one["categories"] == [2000, 2040]
    assert (one["priority"], one["minimumSeeders"], one["seedCriteria.seedRatio"]) == (7, 3, 1.5)
    [two] = await there(theirs.sonarr)
    assert (two["categories"], two["animeCategories"]) == ([5000, 5040], [5070])
    assert two["seedCriteria.seasonPackSeedTime"] == 60


async def test_both_managers_of_one_house_keep_an_indexer_once(ours: Ours, theirs: Theirs) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await keep(ours, SONARR_APP)
    await sync_all(ours.house)
    [seat] = theirs.hub.seats()
    assert seat.stored.origin == "prowlarr"
    assert seat.stored.chosen == (2000, 2040, 5000, 5040, 5070)
    await theirs.sonarr.remove(seat.stored.id)
    [left] = theirs.hub.seats()
    assert left.stored.chosen == (2000, 2040)
    assert await theirs.sonarr.indexers() == []
    await theirs.radarr.remove(left.stored.id)
    assert theirs.hub.seats() == []


async def test_a_second_sync_changes_nothing(ours: Ours, theirs: Theirs, street: Street) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await sync(ours)
    street.calls.clear()
    done = await sync(ours)
    assert (done.added, done.changed, done.removed) == ([], [], [])
    assert [call for call in street.calls if "radarr" in call and not call.startswith("GET")] == []


async def test_a_change_of_ours_is_put_right_there_and_the_owners_fields_stay(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await sync(ours)
    [one] = await theirs.radarr.indexers()
    for field in one["fields"]:
        if field["name"] == "multiLanguages":
            field["value"] = [1, 4]
        if field["name"] == "additionalParameters":
            field["value"] = "&cached=1"
    await theirs.radarr.change(one)
    await ours.hub.change(replace(ours.hub.seat(id).stored, priority=40, seed_time=90, for_rss=False))
    assert (await sync(ours)).changed == ["Lab"]
    [now] = await there(theirs.radarr)
    assert (now["priority"], now["seedCriteria.seedTime"], now["enableRss"]) == (40, 90, False)
    assert (now["multiLanguages"], now["additionalParameters"]) == ([1, 4], "&cached=1")


async def test_add_only_changes_nothing_but_removes(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await keep(ours, replace(RADARR_APP, sync="addOnly"))
    await sync(ours)
    await ours.hub.change(replace(ours.hub.seat(id).stored, priority=40))
    assert (await sync(ours)).changed == []
    await ours.hub.remove(id)
    assert (await sync(ours)).removed == [id]
    assert await theirs.radarr.indexers() == []


async def test_nothing_is_done_where_sync_is_off(ours: Ours, theirs: Theirs, street: Street) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, replace(RADARR_APP, sync="disabled"))
    assert (await sync(ours)).added == []
    assert street.calls == []


async def test_labels_must_meet(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)), tags=("films",))
    await ours.add(Fake("Other", releases=(offer(indexer="Other"),)), tags=("private",))
    await keep(ours, replace(RADARR_APP, tags=("films",)))
    assert (await sync(ours)).added == ["Lab"]
    await ours.hub.change(replace(ours.hub.seat(id).stored, tags=()))
    assert (await sync(ours)).removed == [id]


async def test_an_indexer_without_films_is_not_for_radarr(ours: Ours, theirs: Theirs) -> None:
    await ours.add(Fake("Library", can=BOOKS, releases=(offer(indexer="Library"),)))
    await keep(ours, RADARR_APP)
    assert (await sync(ours)).added == []


async def test_an_indexer_that_is_silent_now_is_left_as_it_is(ours: Ours, theirs: Theirs) -> None:
    fake = Fake(releases=(offer(),))
    await ours.add(fake)
    await keep(ours, RADARR_APP)
    await sync(ours)
    fake.error = Unreachable("Lab is down")
    done = await sync(ours)
    assert done.removed == []
    assert len(done.troubles) == 1
    assert len(await theirs.radarr.indexers()) == 1


async def test_an_indexer_that_finds_nothing_is_added_by_force(ours: Ours, theirs: Theirs, street: Street) -> None:
    await ours.add(Fake())
    await keep(ours, RADARR_APP)
    assert (await sync(ours)).added == ["Lab"]
    assert street.calls.count("POST radarr/api/v3/indexer") == 2


async def test_what_was_removed_there_comes_back_only_with_full_sync(ours: Ours, theirs: Theirs) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, replace(RADARR_APP, sync="addOnly"))
    await sync(ours)
    await theirs.radarr.remove(theirs.hub.seats()[0].stored.id)
    assert (await sync(ours)).added == []
    [app] = (await ours.database.read(read_apps)).values()
    await ours.database.write(lambda tx: change_app(tx, replace(app, sync="fullSync")))
    assert (await sync(ours)).added == ["Lab"]


async def test_indexers_of_ours_are_known_again_when_the_table_is_lost(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    first = await sync(ours)
    [app] = (await ours.database.read(read_apps)).values()
    await ours.database.write(lambda tx: change_app(tx, replace(app, remote={})))
    assert (await sync(ours)).remote == first.remote == {id: theirs.hub.seats()[0].stored.id}
    assert len(theirs.hub.seats()) == 1


async def test_a_manager_that_is_silent_is_a_trouble_and_not_an_end(ours: Ours, theirs: Theirs, street: Street) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await keep(ours, SONARR_APP)
    del street.hosts["radarr"]
    radarr, sonarr = await sync_all(ours.house)
    assert radarr.troubles
    assert sonarr.added == ["Lab"]


def test_ours_are_told_by_address_or_by_key() -> None:
    def one(url: str, key: str = "x", implementation: str = "Torznab") -> dict[str, object]:
        fields = [{"name": "baseUrl", "value": url}, {"name": "apiKey", "value": key}]
        return {"implementation": implementation, "fields": fields}

    assert our_id(one(f"{PROWLARR}/12/"), PROWLARR, OUR_KEY) == 12
    assert our_id(one(f"{PROWLARR}/12"), PROWLARR, OUR_KEY) == 12
    assert our_id(one(f"{PROWLARR}/12/api/"), f"{PROWLARR}/", OUR_KEY) == 12
    assert our_id(one("http://other/12/", OUR_KEY), PROWLARR, OUR_KEY) == 12
    assert our_id(one("http://other/12/"), PROWLARR, OUR_KEY) is None
    assert our_id(one(f"{PROWLARR}/12/", implementation="Nyaa"), PROWLARR, OUR_KEY) is None
    assert our_id(one("http://prowlarr:96961/12/"), PROWLARR, OUR_KEY) is None


async def test_their_key_is_told_nowhere(ours: Ours, theirs: Theirs) -> None:
    await keep(ours, RADARR_APP)
    async with ours.client() as client:
        told = (await client.get("/api/v1/applications")).text
    assert THEIR_KEY not in told
    assert "********" in told


async def test_the_forms_of_a_manager_are_asked_once_a_week(ours: Ours, theirs: Theirs, street: Street) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await sync(ours)
    await sync(ours)
    assert street.calls.count("GET radarr/api/v3/indexer/schema") == 1
    ours.time.seconds += timedelta(days=8).total_seconds()
    await sync(ours)
    assert street.calls.count("GET radarr/api/v3/indexer/schema") == 2


async def test_a_manager_that_is_too_old_or_tells_no_version_is_told(ours: Ours) -> None:
    async def complaint(make: Make, version: str | None) -> str:
        def answer(request: httpx2.Request) -> httpx2.Response:
            forms = [{"implementation": "Newznab", "fields": []}]
            return httpx2.Response(200, json=forms, headers={"X-Application-Version": version} if version else {})

        manager = make(name="It", url="http://it", api_key="k", transport=httpx2.MockTransport(answer))
        wrong = await try_app(RADARR_APP, manager, OUR_KEY)
        await manager.close()
        return " ".join(str(one["errorMessage"]) for one in wrong)

    assert "at least 3.1.1" in await complaint(make_radarr, "3.1.0.5000")
    assert "at least 4.0.4" in await complaint(make_radarr, "4.0.3.1")
    assert "at least 3.0.5" in await complaint(make_sonarr, "3.0.4.9")
    assert "version" in await complaint(make_sonarr, None)
    for make, version in ((make_radarr, "3.2.2.1"), (make_radarr, "5.28.0.1"), (make_sonarr, "4.0.15.1")):
        assert await complaint(make, version) == ""


async def test_a_redirect_of_the_manager_is_a_wrong_address(ours: Ours) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return httpx2.Response(307, headers={"Location": "http://it/base/"})
        return httpx2.Response(200, json=[{"implementation": "Newznab", "fields": []}])

    manager = make_radarr(name="It", url="http://it", api_key="k", transport=httpx2.MockTransport(answer))
    [wrong] = await try_app(RADARR_APP, manager, OUR_KEY)
    await manager.close()
    assert (wrong["propertyName"], "URL base" in wrong["errorMessage"]) == ("BaseUrl", True)


async def test_an_indexer_that_is_switched_off_is_switched_off_there(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await sync(ours)
    await ours.hub.change(replace(ours.hub.seat(id).stored, enabled=False))
    assert (await sync(ours)).changed == ["Lab"]
    [one] = await there(theirs.radarr)
    assert (one["enableRss"], one["enableInteractiveSearch"], one["categories"]) == (False, False, [2000, 2040])
    assert (await sync(ours)).changed == []
    await ours.hub.change(replace(ours.hub.seat(id).stored, enabled=True))
    await sync(ours)
    assert (await there(theirs.radarr))[0]["enableRss"] is True


async def test_another_indexer_under_the_number_of_ours_is_not_touched(ours: Ours, theirs: Theirs) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await sync(ours)
    [one] = await theirs.radarr.indexers()
    for field in one["fields"]:
        if field["name"] == "baseUrl":
            field["value"] = "http://elsewhere:5076"
    await theirs.radarr.change({**one, "name": "The owner's own"})
    assert (await sync(ours)).added == ["Lab"]
    await ours.hub.remove(id)
    await sync(ours)
    assert [one["name"] for one in await theirs.radarr.indexers()] == ["The owner's own"]


async def test_two_syncs_at_once_add_everything_once(ours: Ours, theirs: Theirs) -> None:
    await ours.add(Fake(releases=(offer(),)))
    await keep(ours, RADARR_APP)
    await asyncio.gather(sync_all(ours.house), sync_all(ours.house))
    assert len(await theirs.radarr.indexers()) == 1
