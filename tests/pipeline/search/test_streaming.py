import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, cast

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Refused, Unreachable
from matinee.media.indexing import Abilities, Category, Function, IndexerFacts, Page, Question
from matinee.pipeline.search import Answered
from matinee.store.indexers import StoredIndexer, events, statistics
from tests.pipeline.search.fakes import ALL, PLAIN, TIN, Fake, house_of, offer


async def test_each_indexer_tells_exactly_one_end(on_sqlite: Database) -> None:
    fakes = (Fake("A", [offer()]), Fake("B", error=Unreachable("B: no answer")), Fake("C", can=PLAIN))
    async with house_of(on_sqlite, *fakes) as house:
        told = await house.search(replace(TIN, categories=(5000,)))
        assert sorted(one.indexer for one in told) == ["A", "B", "C"]
        by_name = {one.indexer: one for one in told}
        assert [one.name for one in by_name["A"].releases] == ["Tin.Comet.2021.1080p.WEB-DL.x264-GRP"]
        assert by_name["B"].trouble == "B: no answer"
        assert not by_name["B"].skipped


async def test_an_answer_comes_in_while_others_are_still_asked(on_sqlite: Database) -> None:
    slow = Fake("Slow", gate=asyncio.Event())
    async with house_of(on_sqlite, Fake("Quick", [offer()]), slow) as house:
        stream = house.hub.stream(TIN)
        assert (await anext(stream)).indexer == "Quick"
        assert slow.gate is not None
        slow.gate.set()
        assert (await anext(stream)).indexer == "Slow"


async def test_an_indexer_that_never_answers_costs_its_deadline_only(on_sqlite: Database) -> None:
    fakes = (Fake("Hanging", gate=asyncio.Event()), Fake("Quick", [offer()]))
    async with house_of(on_sqlite, *fakes, deadline=0.05) as house:
        told = await house.search()
        assert [one.indexer for one in told] == ["Quick", "Hanging"]
        assert told[1].trouble == "Hanging: no answer within 0.05 seconds"
        assert house.hub.seat(house.id("Hanging")).health.state == "blocked"


async def test_an_indexer_may_have_a_deadline_of_its_own(on_sqlite: Database) -> None:
    own = {"Hanging": {"deadline": 0.02}}
    async with house_of(on_sqlite, Fake("Hanging", gate=asyncio.Event()), stored=own) as house:
        assert (await house.search())[0].trouble == "Hanging: no answer within 0.02 seconds"


async def test_who_stops_listening_ends_what_nobody_else_waits_for(on_sqlite: Database) -> None:
    slow = Fake("Slow", gate=asyncio.Event())
    async with house_of(on_sqlite, Fake("Quick"), slow) as house:
        stream = cast(AsyncGenerator[Answered, None], house.hub.stream(TIN))
        await anext(stream)
        await stream.aclose()
        await asyncio.sleep(0)
        assert slow.cancelled == 1
        await house.hub.settle()
        kept = await on_sqlite.read(lambda db: events(db, indexer=house.id("Slow")))
        assert [(one.ok, one.reason) for one in kept] == [(False, "nobody waited for the answer any longer")]
        assert house.hub.seat(house.id("Slow")).health.level == 0


async def test_one_who_leaves_does_not_end_the_search_of_another(on_sqlite: Database) -> None:
    slow = Fake("Slow", [offer()], gate=asyncio.Event())
    async with house_of(on_sqlite, slow) as house:
        first, second = (asyncio.create_task(house.search()) for _ in range(2))
        assert slow.gate is not None
        await slow.begun.wait()
        first.cancel()
        await asyncio.sleep(0)
        slow.gate.set()
        assert len((await second)[0].releases) == 1
        assert slow.cancelled == 0


async def test_a_stampede_of_equal_searches_is_one_request(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        written = ("tin comet", "Tin  Comet", " TIN COMET")
        told = await asyncio.gather(*(house.search(replace(TIN, text=written[at % 3])) for at in range(20)))
        assert len(fake.asked) == 1
        assert all(len(answers[0].releases) == 1 for answers in told)
        assert sum(answers[0].from_cache for answers in told) == 19


async def test_an_answer_holds_ten_minutes_and_news_five(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        for question, seconds in ((TIN, 600), (Question(), 300)):
            fake.asked.clear()
            await house.search(question)
            house.time.seconds += seconds - 10
            assert (await house.search(question))[0].from_cache
            house.time.seconds += 20
            assert not (await house.search(question))[0].from_cache
            assert len(fake.asked) == 2


async def test_a_person_may_ask_anew(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        await house.search()
        await house.search(fresh=True)
        assert len(fake.asked) == 2


async def test_a_failure_is_not_remembered_as_an_answer(on_sqlite: Database) -> None:
    fake = Fake("Lab", error=Unreachable("Lab: HTTP 500"))
    async with house_of(on_sqlite, fake) as house:
        await house.search()
        fake.error = None
        house.time.seconds += 61
        assert (await house.search())[0].trouble == ""
        assert len(fake.asked) == 2


async def test_requests_of_one_indexer_are_apart_whoever_asks(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()], facts=IndexerFacts(requests_apart=2.0))
    async with house_of(on_sqlite, fake) as house:
        await house.search()
        asks = [house.hub.ask(house.id("Lab"), replace(TIN, text=str(n))) for n in range(3)]
        await asyncio.gather(*asks, house.search(replace(TIN, text="3")), house.hub.fetch(offer()))
        assert [question.text for question in fake.asked[1:4]] == ["0", "1", "2"]
        assert all(b - a >= 2.0 for a, b in zip(fake.at, fake.at[1:], strict=False))
        assert house.time.seconds >= 10.0


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (replace(TIN, categories=(3000,)), "it has none of these categories"),
        (replace(TIN, offset=100), "it has no further pages"),
        (Question(Function.MUSIC, "tin"), "it cannot be asked for 'music'"),
        (Question(Function.MOVIE, "tin", year=2021), "it cannot be asked by year"),
        (Question(Function.MOVIE, genre="comedy"), "it cannot be asked by genre"),
        (Question(Function.TV, tvmaze=82), "it cannot be asked by tvmazeid"),
    ],
)
async def test_what_can_only_be_empty_is_not_asked(on_sqlite: Database, question: Question, why: str) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        told = await house.search(question)
        assert (told[0].skipped, told[0].trouble) == (True, f"Lab: {why}")
        assert await house.hub.ask(house.id("Lab"), question) == Page(())
        assert fake.asked == []


async def test_of_several_numbers_those_that_are_known_are_asked(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        await house.search(Question(Function.MOVIE, imdb="tt0133093", trakt=7))
        assert fake.asked[0].ids == {"imdbid": "tt0133093"}


async def test_what_is_of_other_categories_is_dropped_and_what_tells_none_is_kept(on_sqlite: Database) -> None:
    rows = [
        offer("a", categories=(2040,)),
        offer("b", categories=(5040,)),
        offer("c"),
        offer("d", categories=(100_001,)),
    ]
    async with house_of(on_sqlite, Fake("Lab", rows)) as house:
        told = await house.search(replace(TIN, categories=(2000,)))
        assert [one.name for one in told[0].releases] == ["a", "c"]
        assert told[0].rows == 4


async def test_news_are_asked_by_plain_search_where_there_is_no_other(on_sqlite: Database) -> None:
    fake = Fake("Lab", can=PLAIN)
    async with house_of(on_sqlite, fake) as house:
        await house.search(Question(Function.MOVIE, categories=(2000,)))
        assert fake.asked[0].function is Function.SEARCH


@pytest.mark.parametrize(
    ("question", "refusing"),
    [
        (Question(), {"for_rss": False}),
        (TIN, {"for_automatic": False}),
        (replace(TIN, is_interactive=True), {"for_interactive": False}),
        (TIN, {"enabled": False}),
    ],
)
async def test_an_indexer_is_asked_only_for_what_its_owner_wants(
    on_sqlite: Database, question: Question, refusing: dict[str, Any]
) -> None:
    async with house_of(on_sqlite, Fake("A"), Fake("B"), stored={"A": refusing}) as house:
        assert [one.indexer for one in await house.search(question)] == ["B"]


async def test_tags_bind_indexers_to_titles(on_sqlite: Database) -> None:
    own = {"A": {"tags": ("anime",)}}
    async with house_of(on_sqlite, Fake("A"), Fake("B"), stored=own) as house:
        assert [one.indexer for one in await house.search(tags=())] == ["B"]
        assert sorted(one.indexer for one in await house.search(tags=("anime",))) == ["A", "B"]


async def test_only_those_named_are_asked(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("A"), Fake("B")) as house:
        assert [one.indexer for one in await house.search(only=[house.id("B")])] == ["B"]


async def test_a_better_place_replaces_the_one_that_was_told(on_sqlite: Database) -> None:
    near = Fake("Near", [offer(guid="n", seeders=3)], priority=1, gate=asyncio.Event())
    async with house_of(on_sqlite, Fake("Far", [offer(guid="f", seeders=80)]), near) as house:
        stream = house.hub.stream(TIN)
        assert [one.guid for one in (await anext(stream)).releases] == ["f"]
        assert near.gate is not None
        near.gate.set()
        told = await anext(stream)
        assert told.replaced == (("Far", "f"),)
        assert told.releases[0].attributes == (("sources", "Far, Near"),)
        assert told.releases[0].indexer_priority == 1


async def test_a_filter_keeps_what_one_wants_to_see(on_sqlite: Database) -> None:
    rows = [offer("Tin.Comet.2021.720p.WEB-DL-G"), offer("Tin.Comet.2021.1080p.WEB-DL-G")]
    async with house_of(on_sqlite, Fake("Lab", rows)) as house:
        told = await house.search(keep="resolution:720p")
        assert [one.name for one in told[0].releases] == ["Tin.Comet.2021.720p.WEB-DL-G"]
        with pytest.raises(Refused, match="at letter 1"):
            house.hub.stream(TIN, keep="sise<8GB")


async def test_a_driver_that_stumbles_costs_the_others_nothing(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("Bad", error=KeyError("x")), Fake("Good", [offer()])) as house:
        told = {one.indexer: one for one in await house.search()}
        assert told["Bad"].trouble == "Bad: its driver stumbled (KeyError)"
        assert len(told["Good"].releases) == 1


async def test_finds_that_nobody_else_had_are_counted(on_sqlite: Database) -> None:
    common, own = offer("Tin.Comet.2021.720p-G"), offer("Tin.Comet.2021.1080p-G")
    async with house_of(on_sqlite, Fake("A", [common, own]), Fake("B", [common])) as house:
        await house.search()
        await house.hub.settle()
        kept = await on_sqlite.read(lambda db: {one.indexer: one.unique for one in events(db)})
        assert kept == {"A": 1, "B": 0}


async def test_the_history_tells_what_was_asked_by_whom_and_no_secret(on_sqlite: Database) -> None:
    own = {"Lab": {"settings": {"api_key": "verysecretkey"}, "secrets": frozenset({"api_key"})}}
    fake = Fake("Lab", error=Refused("Lab: the key verysecretkey is wrong"))
    async with house_of(on_sqlite, fake, stored=own) as house:
        question = Question(Function.MOVIE, "verysecretkey", imdb="tt0133093", categories=(2040,))
        told = await house.search(question, source="Radarr")
        await house.hub.settle()
        kept = (await on_sqlite.read(events))[0]
        assert kept.source == "Radarr"
        assert kept.text == "movie '[redacted]' (imdbid tt0133093) in Movies/HD"
        assert "verysecretkey" not in str((kept, told))


async def test_categories_above_and_below_fit(on_sqlite: Database) -> None:
    can = Abilities(ALL.functions, (Category(2040, "Movies/HD"),))
    async with house_of(on_sqlite, Fake("Lab", can=can)) as house:
        told = [(await house.search(replace(TIN, categories=(one,))))[0].skipped for one in (2000, 2040, 2045)]
        assert told == [False, False, True]


async def test_an_indexer_that_is_changed_while_it_is_asked_leaves_nobody_waiting(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        slow = house.fakes["Slow"] = Fake("Slow", gate=asyncio.Event())
        new = await house.hub.add(StoredIndexer(name="Slow", kind="fake"))
        search = asyncio.create_task(house.search())
        await slow.begun.wait()
        await house.hub.change(StoredIndexer(id=new, name="Slow", kind="fake", priority=3))
        assert (await search)[0].trouble == "Slow: it was changed while it was asked; ask again"


async def test_one_that_does_not_say_what_it_can_do_is_left_alone(on_sqlite: Database) -> None:
    class Mute(Fake):
        async def abilities(self) -> Abilities:
            raise Unreachable("Mute: HTTP 500")

    async with house_of(on_sqlite, Mute("Mute")) as house:
        assert (await house.search())[0].trouble == "Mute: HTTP 500"
        assert (await house.search())[0].skipped
        await house.hub.settle()
        assert [(one.kind, one.ok) for one in await on_sqlite.read(events)] == [("info", False)]


async def test_finds_are_counted_once_and_only_beside_others(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("A", [offer()]), Fake("B")) as house:
        await house.search(replace(TIN, text="alone"), only=[house.id("A")])
        await house.search()
        await house.search()
        await house.hub.settle()
        figures = await on_sqlite.read(statistics)
        assert [(one.indexer, one.unique, one.queries, one.cached_queries) for one in figures] == [
            ("A", 1, 2, 1),
            ("B", 0, 1, 1),
        ]
