from dataclasses import replace
from datetime import timedelta

from matinee.kernel.database import Database
from matinee.kernel.errors import Unreachable
from matinee.media.indexing import Abilities, Category, Page, Question
from matinee.media.release import Release
from matinee.pipeline.search import Answered
from matinee.store.indexers import read_state
from tests.pipeline.search.fakes import ALL, EVENING, Fake, House, Time, house_of, offer

PAGE = 10
TURNING = Abilities(ALL.functions, ALL.categories, page_size=PAGE, turns_pages=True)


class Site:
    """Uploads by number, newest first, a page at a time."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.pinned: tuple[Release, ...] = ()

    def page(self, question: Question) -> Page:
        numbers = range(self.last - question.offset, max(0, self.last - question.offset - PAGE), -1)
        rows = (*self.pinned, *(upload(number) for number in numbers))
        return Page(rows, len(rows))


def upload(number: int) -> Release:
    return offer(f"Film.{number}", guid=str(number), published=EVENING + timedelta(minutes=number))


async def news(house: House) -> tuple[list[str], Answered]:
    told = [one async for one in house.hub.newest()]
    house.time.seconds += 900
    return [release.guid for release in told[0].releases], told[0]


async def test_only_what_is_new_is_told_and_a_restart_changes_nothing(on_sqlite: Database) -> None:
    site, time = Site(10), Time()
    fake = Fake("Lab", answers=site.page, can=TURNING)
    async with house_of(on_sqlite, fake, time=time) as house:
        assert len((await news(house))[0]) == 10
        assert (await news(house))[0] == []
        site.last = 12
        assert (await news(house))[0] == ["12", "11"]
        await house.hub.settle()
        kept = await on_sqlite.read(lambda db: read_state(db, house.id("Lab")))
        assert kept.last_seen_guid == "12"
    site.last = 13
    async with house_of(on_sqlite, Fake("Lab", answers=site.page, can=TURNING), time=time) as house:
        assert (await news(house))[0] == ["13"]


async def test_pages_are_turned_back_to_the_last_seen(on_sqlite: Database) -> None:
    site = Site(10)
    fake = Fake("Lab", answers=site.page, can=TURNING)
    async with house_of(on_sqlite, fake) as house:
        await news(house)
        site.last, fake.asked = 35, []
        found, told = await news(house)
        assert found == [str(number) for number in range(35, 10, -1)]
        assert [question.offset for question in fake.asked] == [0, 10, 20]
        assert told.trouble == ""


async def test_without_pages_what_was_missed_is_told(on_sqlite: Database) -> None:
    site = Site(10)
    async with house_of(on_sqlite, Fake("Lab", answers=site.page)) as house:
        await news(house)
        site.last = 35
        found, told = await news(house)
        assert len(found) == 10
        assert told.trouble == "Lab: more is new than it lists, and older rows were missed"


async def test_a_page_that_fails_does_not_lose_the_first(on_sqlite: Database) -> None:
    site = Site(10)
    fake = Fake("Lab", can=TURNING)

    def page(question: Question) -> Page:
        if question.offset:
            raise Unreachable("Lab: HTTP 500")
        return site.page(question)

    fake.answers = page
    async with house_of(on_sqlite, fake) as house:
        await news(house)
        site.last = 35
        found, told = await news(house)
        assert len(found) == 10
        assert told.trouble == "Lab: HTTP 500"


async def test_an_indexer_that_reads_back_by_itself_is_left_to_it(on_sqlite: Database) -> None:
    site = Site(10)

    class ReadingBack(Fake):
        async def newest(self, until_guid: str) -> Page:
            return Page(tuple(upload(number) for number in range(site.last, int(until_guid), -1)))

    async with house_of(on_sqlite, ReadingBack("Lab", answers=site.page)) as house:
        await news(house)
        site.last = 35
        found, told = await news(house)
        assert found == [str(number) for number in range(35, 10, -1)]
        assert told.trouble == ""


async def test_a_pinned_row_is_not_the_mark(on_sqlite: Database) -> None:
    site = Site(10)
    site.pinned = (offer("Rules", guid="pinned", published=EVENING - timedelta(days=400)),)
    fake = Fake("Lab", answers=site.page, can=TURNING)
    async with house_of(on_sqlite, fake) as house:
        await news(house)
        site.last, fake.asked = 12, []
        assert (await news(house))[0] == ["12", "11"]
        assert len(fake.asked) == 1


async def test_our_news_and_an_app_s_are_one_request(on_sqlite: Database) -> None:
    fake = Fake("Lab", answers=Site(10).page)
    async with house_of(on_sqlite, fake) as house:
        await house.hub.ask(house.id("Lab"), Question(categories=(5040, 2040)), source="Sonarr")
        found, told = await news(house)
        assert (len(found), len(fake.asked), told.from_cache) == (10, 1, True)


async def test_news_are_of_films_and_series_unless_its_owner_chose(on_sqlite: Database) -> None:
    fakes = (Fake("A", can=replace(ALL, categories=(*ALL.categories, Category(3010, "Audio/MP3")))), Fake("B"))
    async with house_of(on_sqlite, *fakes, stored={"B": {"settings": {"categories": "2040"}}}) as house:
        [one async for one in house.hub.newest()]
        assert [fake.asked[0].categories for fake in fakes] == [(2040, 5040), (2040,)]


async def test_a_mark_that_is_gone_is_looked_for_to_the_last_page_only(on_sqlite: Database) -> None:
    site = Site(10)
    fake = Fake("Lab", answers=site.page, can=TURNING)
    async with house_of(on_sqlite, fake) as house:
        await news(house)
        fake.answers = lambda question: Page(() if question.offset else tuple(upload(n) for n in range(40, 30, -1)), 0)
        fake.asked = []
        found, told = await news(house)
        assert (len(found), len(fake.asked), told.trouble) == (10, 2, "")
