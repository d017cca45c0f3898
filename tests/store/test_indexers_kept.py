from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.store import indexers as kept
from matinee.store.indexers import IndexerEvent, IndexerState, StoredApp, StoredIndexer, StoredProxy
from tests.store.keep_schema import EVENING, INDEXER, LATER, populate, read_asked

LAB = 1


@pytest.fixture
async def house(opened: Database) -> Database:
    """A memory with an evening in it."""
    await opened.write(populate)
    return opened


async def test_what_is_asked_is_read_back_alike_on_both_engines(house: Database) -> None:
    told = await house.read(read_asked)
    assert told["indexers"] == {LAB: replace(INDEXER, id=LAB)}
    assert told["states"][LAB].blocked_until == LATER
    assert [(one.kind, one.ok, one.unique) for one in told["events"]] == [("grab", False, 0), ("query", True, 3)]
    assert told["events"][1].details == {"function": "movie"}
    assert told["proxies"][1] == StoredProxy(1, "Out", "socks5", "socks5://out:1080", tags=("a",))
    assert told["apps"][1].remote == {LAB: 7}


async def test_the_chosen_categories_are_numbers() -> None:
    assert INDEXER.chosen == (2000, 5000)
    assert StoredIndexer(settings={"categories": " 2000, x,,²,5040"}).chosen == (2000, 5040)
    assert StoredIndexer().chosen == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"kind": ""}, "kind"),
        ({"priority": 0}, "priority"),
        ({"priority": 51}, "priority"),
        ({"limit_unit": "week"}, "limit_unit"),
        ({"query_limit": -1}, "query_limit"),
        ({"deadline": 0.0}, "deadline"),
        ({"deadline": float("nan")}, "deadline"),
    ],
)
async def test_what_is_out_of_bounds_is_refused_by_its_field(
    house: Database, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as error:
        await house.write(lambda tx: kept.change_indexer(tx, replace(INDEXER, id=LAB, **changed)))  # type: ignore[arg-type]
    assert error.value.field == field


@pytest.mark.parametrize("name", ["Lab", "LAB"])
async def test_a_name_is_given_once(house: Database, name: str) -> None:
    with pytest.raises(Conflict):
        await house.write(lambda tx: kept.add_indexer(tx, replace(INDEXER, name=name)))


async def test_who_is_forgotten_leaves_the_history_and_never_the_number(house: Database) -> None:
    await house.write(lambda tx: kept.remove_indexer(tx, LAB))
    assert await house.read(kept.read_states) == {}
    assert len(await house.read(kept.events)) == 2
    assert await house.write(lambda tx: kept.add_indexer(tx, INDEXER)) == LAB + 1
    with pytest.raises(NotFound):
        await house.read(lambda db: kept.read_indexer(db, LAB))
    with pytest.raises(NotFound):
        await house.write(lambda tx: kept.change_indexer(tx, replace(INDEXER, id=LAB)))


async def test_each_part_of_a_state_is_kept_apart(house: Database) -> None:
    def write(tx: Transaction) -> None:
        kept.keep_back_off(tx, LAB, IndexerState(cookies={"no": "no"}))
        kept.keep_cookies(tx, LAB, {"sid": "new"})
        kept.keep_caps(tx, LAB, "{1}")
        kept.keep_last_seen(tx, LAB, "g2")
        kept.keep_last_seen(tx, 99, "g")

    await house.write(write)
    assert await house.read(lambda db: kept.read_state(db, LAB)) == IndexerState(
        cookies={"sid": "new"}, caps_json="{1}", last_seen_guid="g2"
    )
    assert await house.read(lambda db: kept.read_state(db, 99)) == IndexerState()


async def test_figures_count_what_really_was_asked(house: Database) -> None:
    def more(tx: Transaction) -> None:
        asked = IndexerEvent(indexer_id=LAB, indexer="Lab", at=LATER, seconds=0.75, results=10, source="Sonarr")
        kept.add_event(tx, asked)
        kept.add_event(tx, replace(asked, ok=False, seconds=30.0, results=0, reason="no answer"))
        kept.add_event(tx, replace(asked, cached=True, seconds=0.0))
        kept.add_event(tx, replace(asked, kind="rss", seconds=0.5))
        kept.add_event(tx, replace(asked, kind="grab", seconds=2.0))
        kept.add_event(tx, replace(asked, kind="auth", ok=False))

    await house.write(more)
    one = (await house.read(kept.statistics))[0]
    assert (one.indexer, one.queries, one.failed_queries, one.cached_queries) == ("Lab", 3, 1, 1)
    assert (one.rss, one.grabs, one.failed_grabs, one.auths, one.failed_auths) == (1, 2, 1, 1, 1)
    assert (one.seconds, one.grab_seconds, one.results, one.unique) == (0.5, 2.0, 60, 3)
    assert (await house.read(lambda db: kept.statistics(db, EVENING)))[0].queries == 2
    assert await house.read(kept.asked_by) == {"Radarr": (1, 1), "Sonarr": (4, 1)}


async def test_limits_are_counted_from_the_history(house: Database) -> None:
    def count(db: Connection) -> list[int]:
        since, asked = EVENING - timedelta(seconds=1), (("query", "rss"), ("grab",), ("query", "grab"))
        return [kept.count_events_since(db, LAB, kinds, since) for kinds in asked]

    assert await house.read(count) == [1, 1, 2]
    assert await house.read(lambda db: kept.count_events_since(db, LAB, ["query"], EVENING)) == 0


async def test_the_history_is_read_by_pages_indexer_and_kind(house: Database) -> None:
    assert [one.kind for one in await house.read(lambda db: kept.events(db, limit=1))] == ["grab"]
    assert [one.kind for one in await house.read(lambda db: kept.events(db, offset=1))] == ["query"]
    assert await house.read(lambda db: kept.events(db, indexer=99)) == []
    assert await house.read(lambda db: kept.count_events(db, indexer=LAB, kind="grab")) == 1
    assert (await house.read(lambda db: kept.event_by_id(db, 1))).text == "movie 'Tin Comet'"
    with pytest.raises(NotFound):
        await house.read(lambda db: kept.event_by_id(db, 99))


async def test_what_is_old_is_forgotten(house: Database) -> None:
    assert await house.write(lambda tx: kept.prune_events(tx, LATER)) == 2
    assert await house.read(kept.events) == []


async def test_proxies_and_apps_are_added_changed_and_removed(opened: Database) -> None:
    def write(tx: Transaction) -> None:
        proxy = kept.add_proxy(tx, StoredProxy(name="Solver", kind="flaresolverr", url="http://solver:8191"))
        kept.change_proxy(tx, StoredProxy(proxy, "Solver", "flaresolverr", "http://other:8191"))
        app = kept.add_app(tx, StoredApp(name="Films"))
        kept.change_app(tx, StoredApp(app, "Films", "sonarr", remote={3: 4}))

    await opened.write(write)
    assert (await opened.read(lambda db: kept.read_proxy(db, 1))).url == "http://other:8191"
    assert (await opened.read(lambda db: kept.read_app(db, 1))).remote == {3: 4}
    await opened.write(lambda tx: kept.remove_proxy(tx, 1))
    await opened.write(lambda tx: kept.remove_app(tx, 1))
    assert (await opened.read(kept.read_proxies), await opened.read(kept.read_apps)) == ({}, {})
    with pytest.raises(NotFound, match="no app 1"):
        await opened.write(lambda tx: kept.remove_app(tx, 1))


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (StoredApp(name="x", kind="lidarr"), "kind"),
        (StoredApp(name="x", sync="often"), "sync"),
        (StoredApp(name=""), "name"),
        (StoredApp(name="FILMS"), "name"),
    ],
)
async def test_an_app_that_does_not_do_is_refused_by_its_field(house: Database, one: StoredApp, field: str) -> None:
    with pytest.raises(Refused) as error:
        await house.write(lambda tx: kept.add_app(tx, one))
    assert error.value.field == field


async def test_what_strangers_send_can_be_written_down(house: Database) -> None:
    odd = IndexerEvent(indexer_id=LAB, indexer="Lab", at=LATER, text="a\0b\ud800", details={"guid": "\0\udfff"})

    def write(tx: Transaction) -> None:
        kept.add_event(tx, odd)
        kept.keep_last_seen(tx, LAB, "g\0\ud800")

    await house.write(write)
    assert (await house.read(kept.events))[0].text == "ab?"
