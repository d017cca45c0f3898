"""Each of our indexers answers searches by itself, all of them as one, and number 0 with an invented release."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from matinee.kernel.errors import NotFound
from matinee.media.categories import STANDARD
from matinee.media.indexing import Abilities, Category, Function, Page, Question
from matinee.media.release import Protocol, Release
from matinee.pipeline.ports import Limited
from matinee.pipeline.search.answers import Seat
from matinee.products.newznab.server import Answer, Asked, Source, Wrong, answer, error_document, refused
from matinee.products.prowlarr.house import House, all_abilities, facts_of
from matinee.products.prowlarr.links import download_link, server_url, source_of
from matinee.products.prowlarr.streaming import gathered

DISABLED = 410
_UNKNOWN_INDEXER = 201
_LARGEST_PAGE = 100


def feed_routes(house: House) -> list[Route]:
    """The addresses of the feeds: Prowlarr's two, and one for all indexers together."""
    feeds = _Feeds(house)
    return [
        Route("/{id:int}/api", feeds.one),
        Route("/api/v1/indexer/{id:int}/newznab", feeds.one),
        Route("/all/api", feeds.all),
    ]


def turned_away(path: str) -> Response | None:
    """What a feed says to a wrong key: Newznab's own words; None for other addresses."""
    if not path.endswith(("/api", "/newznab", "/download")) or path == "/api":
        return None
    return _response(Answer(401, error_document(100, "Incorrect user credentials")))


class _Feeds:
    def __init__(self, house: House) -> None:
        self._house = house

    async def one(self, request: Request) -> Response:
        """One indexer's caps or releases."""
        id = request.path_params["id"]
        if id == 0:
            return await self._answer(request, TestFeed(), "Prowlarr", {})
        try:
            seat = self._house.indexers.seat(id)
        except NotFound:
            return _response(Answer(404, error_document(_UNKNOWN_INDEXER, "Indexer not found")))
        stored = seat.stored
        if not stored.enabled:
            return _response(refused(Wrong(DISABLED, "Indexer is disabled", DISABLED)))
        source = _source(seat)
        asked = _One(self._house, id, source_of(request))
        return await self._answer(request, asked, stored.name, {stored.name: source})

    async def all(self, request: Request) -> Response:
        """All indexers as one: each release once, from the best source, with its own categories."""
        sources = {seat.stored.name: _source(seat) for seat in _enabled(self._house)}
        return await self._answer(request, _All(self._house, source_of(request)), "All indexers", sources)

    async def _answer(self, request: Request, asked: Asked, title: str, sources: Mapping[str, Source]) -> Response:
        house = self._house
        told = await answer(
            dict(request.query_params),
            asked,
            link_for=lambda release: self._link(request, sources, release),
            title=title,
            site=server_url(request, house),
            self_url=f"{server_url(request, house)}{_below(request)}",
            source_for=lambda release: sources.get(release.indexer),
            clock=house.clock,
        )
        return _response(told)

    def _link(self, request: Request, sources: Mapping[str, Source], release: Release) -> str:
        source = sources.get(release.indexer)
        return release.download_url if source is None else download_link(request, self._house, source.id, release)


@dataclass(frozen=True, slots=True)
class _One:
    house: House
    id: int
    source: str

    async def abilities(self) -> Abilities:
        return await self.house.indexers.seat(self.id).indexer.abilities()

    async def ask(self, question: Question) -> Page:
        return await self.house.indexers.ask(self.id, question, source=self.source)


@dataclass(frozen=True, slots=True)
class _All:
    house: House
    source: str

    async def abilities(self) -> Abilities:
        """What any of them can; their own categories are left out, for one number may mean two things."""
        known = [one for one in await all_abilities(_enabled(self.house)) if one is not None]
        functions: dict[Function, frozenset[str]] = {}
        for one in known:
            for function, takes in one.functions.items():
                functions[function] = functions.get(function, frozenset()) | takes
        ids = sorted({category.id for one in known for category in one.categories if category.id in STANDARD})
        categories = tuple(Category(id, STANDARD[id].name) for id in ids)
        return Abilities(functions, categories, _LARGEST_PAGE, turns_pages=True, server="Matinee")

    async def ask(self, question: Question) -> Page:
        """A page out of all that they answer; Limited when every one of them is silent."""
        whole = await gathered(self.house.indexers, _first_page(question), source=self.source)
        if whole.troubles and not whole.answered:
            raise Limited(f"no indexer answered: {'; '.join(whole.troubles)}", seconds=60)
        newest = sorted(whole.releases, key=_age_first)
        cut = newest[question.offset : question.offset + question.limit]
        return Page(tuple(cut), rows=len(cut), total=len(newest), troubles=tuple(whole.troubles))


class TestFeed:
    """Indexer 0: a manager calls it to see whether it can reach us. It has all categories and one release."""

    __test__ = False

    async def abilities(self) -> Abilities:
        """All searches by words, and seasons and episodes of series."""
        functions = {function: frozenset({"q"}) for function in Function}
        functions[Function.TV] = frozenset({"q", "season", "ep"})
        return Abilities(functions, tuple(Category(one.id, one.name) for one in STANDARD.values()))

    async def ask(self, question: Question) -> Page:
        """One release, in the categories that are asked for."""
        release = Release(
            guid="https://prowlarr.com",
            name="Test Release",
            indexer="",
            download_url="https://prowlarr.com",
            size=1,
            protocol=Protocol.USENET,
            categories=question.categories[:1],
        )
        return Page((release,), rows=1, total=1)


def _source(seat: Seat) -> Source:
    return Source(seat.stored.id, facts_of(seat).privacy.value, seat.stored.name)


def _enabled(house: House) -> list[Seat]:
    return [seat for seat in house.indexers.seats() if seat.stored.enabled]


def _first_page(question: Question) -> Question:
    return replace(question, offset=0, limit=_LARGEST_PAGE)


def _age_first(release: Release) -> float:
    return -release.published.timestamp() if release.published else 0.0


def _response(told: Answer) -> Response:
    return Response(told.body, told.status, dict(told.headers), told.content_type)


def _below(request: Request) -> str:
    """The path behind the address that we are mounted at."""
    return request.url.path.removeprefix(str(request.scope.get("root_path", "")))
