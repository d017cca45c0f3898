from dataclasses import replace

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Conflict, NotFound, Refused, Unreachable
from matinee.pipeline.search import Hub
from matinee.store.indexers import StoredIndexer, events, read_indexers
from tests.pipeline.search.fakes import TIN, Fake, House, Time, house_of, offer

NEW = StoredIndexer(name="New", kind="fake", settings={"url": "http://new"})


def made_for(house: House, *fakes: Fake) -> None:
    house.fakes.update({fake.name: fake for fake in fakes})


async def test_an_indexer_is_added_changed_and_removed(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        made_for(house, Fake("New", [offer()]))
        new = await house.hub.add(NEW)
        assert len((await house.search())[0].releases) == 1
        await house.hub.change(replace(NEW, id=new, enabled=False))
        assert house.hub.seat(new).health.state == "off"
        assert house.fakes["New"].is_closed
        await house.hub.remove(new)
        with pytest.raises(NotFound):
            house.hub.seat(new)
        kept = await on_sqlite.read(events)
        assert [one.indexer for one in kept] == ["New"]


async def test_a_name_is_given_once(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        await house.hub.add(NEW)
        with pytest.raises(Conflict) as error:
            await house.hub.add(replace(NEW, name="new"))
        assert error.value.field == "name"


async def test_a_number_is_never_given_to_another(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        first = await house.hub.add(NEW)
        await house.hub.remove(first)
        assert await house.hub.add(NEW) != first


async def test_those_of_the_file_are_changed_in_the_file(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("Lab")) as house:
        stored = house.hub.seat(house.id("Lab")).stored
        with pytest.raises(Refused, match=r"Lab stands in matinee\.toml .* change it there"):
            await house.hub.change(replace(stored, priority=1))
        with pytest.raises(Refused):
            await house.hub.remove(stored.id)


async def test_those_of_the_file_keep_their_number_and_their_secrets_stay_there(on_sqlite: Database) -> None:
    own = {"Lab": {"settings": {"url": "http://lab", "api_key": "secretkey"}, "secrets": frozenset({"api_key"})}}
    async with house_of(on_sqlite, Fake("Lab"), stored=own) as house:
        first = house.hub.seat(house.id("Lab")).stored
        assert first.settings["api_key"] == "secretkey"
        assert (await on_sqlite.read(read_indexers))[first.id].settings == {"url": "http://lab"}
    async with house_of(on_sqlite, Fake("Another"), Fake("Lab"), stored=own) as house:
        assert house.id("Lab") == first.id
    async with house_of(on_sqlite, Fake("Another")) as house:
        assert [seat.stored.name for seat in house.hub.seats()] == ["Another"]


async def test_new_settings_may_have_cured_it(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        made_for(house, Fake("New", error=Refused("New: wrong key")))
        new = await house.hub.add(NEW)
        await house.search()
        await house.hub.change(replace(NEW, id=new, priority=7))
        assert house.hub.seat(new).health.state == "blocked"
        await house.hub.change(replace(NEW, id=new, settings={"url": "http://better"}))
        assert house.hub.seat(new).health.state == "well"


async def test_a_changed_indexer_is_not_asked_faster(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        fake = Fake("New", [offer()])
        made_for(house, fake)
        new = await house.hub.add(NEW)
        await house.search()
        await house.hub.change(replace(NEW, id=new, priority=7))
        told = await house.search()
        assert not told[0].from_cache
        assert told[0].releases[0].indexer_priority == 7
        assert fake.at[1] - fake.at[0] >= 2.0


async def test_a_driver_that_cannot_be_built_says_why(on_sqlite: Database) -> None:
    def make(stored: StoredIndexer) -> Fake:
        if stored.name == "Bad":
            raise Refused("Bad: there is no definition 'x'")
        raise KeyError("y")

    fixed = (replace(NEW, name="Bad"), replace(NEW, name="Worse"))
    hub, time = Hub(on_sqlite, make, fixed=fixed), Time()
    await hub.open()
    told = {one.indexer: one.trouble async for one in hub.stream(TIN)}
    assert told == {"Bad": "Bad: there is no definition 'x'", "Worse": "Worse: its driver cannot be built (KeyError)"}
    assert time.seconds == 0
    await hub.close()


async def test_a_grab_is_fetched_by_the_indexer_that_told_of_it(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("A"), Fake("B")) as house:
        payload = await house.hub.fetch(offer(indexer="B"), source="Sonarr")
        assert payload.torrent
        assert (len(house.fakes["A"].grabbed), len(house.fakes["B"].grabbed)) == (0, 1)
        with pytest.raises(NotFound, match="search again"):
            await house.hub.fetch(offer(indexer="Gone"))
        await house.hub.settle()
        kept = (await on_sqlite.read(events))[0]
        assert (kept.kind, kept.text, kept.source, kept.ok) == ("grab", offer().name, "Sonarr", True)
        assert kept.details["guid"] == offer().guid


async def test_a_grab_is_found_again(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer("Other"), offer()])
    async with house_of(on_sqlite, fake) as house:
        await house.hub.fetch(offer())
        await house.hub.settle()
        event = (await on_sqlite.read(events))[0]
        assert (await house.hub.find_again(event.id)).guid == offer().guid
        assert fake.asked[0].text == offer().name
        fake.releases = ()
        house.time.seconds += 700
        with pytest.raises(NotFound, match="no longer offers"):
            await house.hub.find_again(event.id)


async def test_what_a_driver_does_by_itself_is_written_down(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("Lab")) as house:
        house.hub.note(house.id("Lab"), "auth", "logged in", seconds=0.5)
        await house.hub.settle()
        kept = (await on_sqlite.read(events))[0]
        assert (kept.kind, kept.text, kept.seconds) == ("auth", "logged in", 0.5)


async def test_old_history_is_forgotten_after_ninety_days(on_sqlite: Database) -> None:
    time = Time()
    async with house_of(on_sqlite, Fake("Lab"), time=time) as house:
        await house.search()
        await house.hub.settle()
        time.seconds += 91 * 86_400
        await house.search()
        await house.hub.settle()
        assert len(await on_sqlite.read(events)) == 1


async def test_a_database_that_is_away_costs_the_history_and_not_the_search(
    on_sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house_of(on_sqlite, Fake("Lab", [offer()])) as house:

        async def write(change: object) -> None:
            raise Unreachable("database: it is away")

        monkeypatch.setattr(on_sqlite, "write", write)
        assert len((await house.search())[0].releases) == 1
        await house.hub.settle()
        monkeypatch.undo()


async def test_drivers_are_made_anew_and_asked_no_faster(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        await house.search()
        await house.hub.reload(anew=True)
        await house.search()
        assert house.made == ["Lab", "Lab"]
        assert fake.at[1] - fake.at[0] >= 2.0
