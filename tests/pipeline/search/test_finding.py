import asyncio

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Unreachable
from matinee.media.indexing import Function, Page, Question
from matinee.media.title import Kind
from matinee.pipeline.ports import Query
from tests.pipeline.search.fakes import Fake, house_of, offer

QUERY = Query(Kind.MOVIE, "Tin Comet", 2021, imdb="tt0133093", tmdb=603)


async def test_a_number_is_asked_first_and_words_only_when_it_finds_nothing(on_sqlite: Database) -> None:
    def only_words(question: Question) -> Page:
        return Page((offer(categories=(2040,)),)) if question.text else Page(())

    words, numbers = Fake("Words", answers=only_words), Fake("Numbers", [offer()])
    async with house_of(on_sqlite, words, numbers) as house:
        found = await house.hub.find(QUERY)
        assert [bool(question.ids) for question in words.asked] == [True, False]
        assert [bool(question.ids) for question in numbers.asked] == [True]
        assert len(found.releases) == 1
        assert found.releases[0].attributes == (("sources", "Words, Numbers"),)


async def test_one_that_answers_is_enough_and_the_others_are_told(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("A", error=Unreachable("A: HTTP 500")), Fake("B")) as house:
        found = await house.hub.find(QUERY)
        assert (found.releases, found.troubles) == ([], ["A: HTTP 500"])


async def test_when_nobody_answers_it_is_tried_later(on_sqlite: Database) -> None:
    fakes = (Fake("A", error=Unreachable("A: HTTP 500")), Fake("B", gate=asyncio.Event()))
    async with house_of(on_sqlite, *fakes, deadline=0.02) as house:
        with pytest.raises(Unreachable) as error:
            await house.hub.find(QUERY)
        assert sorted(str(error.value).split("; ")) == ["A: HTTP 500", "B: no answer within 0.02 seconds"]


async def test_without_any_indexer_the_cure_is_told(on_sqlite: Database) -> None:
    async with house_of(on_sqlite) as house:
        with pytest.raises(Unreachable, match="add one under Indexers"):
            await house.hub.find(QUERY)
    async with house_of(on_sqlite, Fake("A"), stored={"A": {"enabled": False}}) as house:
        with pytest.raises(Unreachable, match=r"None of the 1 indexers is switched on .* under Indexers"):
            await house.hub.find(QUERY)


async def test_the_wanted_categories_are_those_its_owner_chose(on_sqlite: Database) -> None:
    fake, own = Fake("A"), {"A": {"settings": {"categories": "2040, 5040"}}}
    async with house_of(on_sqlite, fake, stored=own) as house:
        await house.hub.find(QUERY)
        assert {question.categories for question in fake.asked} == {(2040,)}


async def test_two_hundred_indexers_are_asked_at_once_and_their_drivers_made_when_needed(on_sqlite: Database) -> None:
    fakes = [Fake(f"I{number:03}", [offer(guid=f"g{number}")]) for number in range(200)]
    async with house_of(on_sqlite, *fakes) as house:
        assert house.made == []
        assert len(house.hub.seats()) == 200
        assert house.made == []
        await house.search(only=[house.id("I007")])
        assert house.made == ["I007"]
        found = await house.hub.find(QUERY)
        assert len(found.releases) == 1
        assert len(house.made) == 200
        await house.hub.reload()
        assert len(house.made) == 200


async def test_an_episode_is_asked_by_its_place(on_sqlite: Database) -> None:
    fake = Fake("A", [offer()])
    async with house_of(on_sqlite, fake) as house:
        await house.hub.find(Query(Kind.SERIES, "Night Tram", 2023, tvdb=121361, season=1, episode=2))
        first = fake.asked[0]
        assert (first.function, first.tvdb, first.season, first.episode) == (Function.TV, 121361, 1, "2")


async def test_a_person_s_search_goes_to_those_that_are_for_persons(on_sqlite: Database) -> None:
    own = {"A": {"for_interactive": False}, "B": {"for_automatic": False}}
    first, second = Fake("A"), Fake("B")
    async with house_of(on_sqlite, first, second, stored=own) as house:
        await house.hub.find(QUERY, by_hand=True)
        assert (len(first.asked), {question.is_interactive for question in second.asked}) == (0, {True})
