"""Any feed of torrents as an indexer: it tells what is new, and we look through it for what is wanted."""

import asyncio
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import httpx2

from matinee.engines.indexer.native.calling import Pace, get
from matinee.engines.indexer.native.rss_document import rows
from matinee.engines.indexer.native.rss_rows import FeedPlace, release
from matinee.engines.indexer.native.torrents import payload
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.guard import Guard
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy
from matinee.kernel.redact import redact
from matinee.media.categories import with_children
from matinee.media.indexing import Abilities, Category, Function, IndexerFacts, Page, Privacy, Question
from matinee.media.release import Release
from matinee.pipeline.payloads import magnet_payload
from matinee.pipeline.ports import Payload

_MOST_TROUBLES = 20
_CATEGORIES = (
    Category(2000, "Movies"),
    Category(2030, "Movies/SD"),
    Category(2040, "Movies/HD"),
    Category(2045, "Movies/UHD"),
    Category(5000, "TV"),
    Category(5030, "TV/SD"),
    Category(5040, "TV/HD"),
    Category(5045, "TV/UHD"),
)
_FUNCTIONS = {
    Function.SEARCH: frozenset({"q"}),
    Function.MOVIE: frozenset({"q", "year"}),
    Function.TV: frozenset({"q", "season", "ep"}),
}


class TorrentRss:
    """An Indexer from the address of a feed, with the cookie that the site wants.

    A row that tells no size gets `default_size` (bytes); without one it is left out unless `allow_zero_size`, or a
    person searches. Cookie and the feed's own address go to the feed's host only; `guard` judges all others.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        cookie: str = "",
        allow_zero_size: bool = False,
        default_size: int = 0,
        priority: int = 25,
        guard: Guard | None = None,
        proxy: Proxy | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        pace: Pace | None = None,
        clock: Clock = now,
    ) -> None:
        redact.remember([cookie, *(part.partition("=")[2] for part in cookie.split(";"))])
        self.name = name
        self.priority = priority
        self._url = url.strip()
        self.facts = _facts(name, self._url, is_private=bool(cookie) or self._url != redact(self._url))
        self._allows_zero_size = allow_zero_size
        self._default_size = default_size
        self._clock = clock
        self._pace = pace or Pace(self.facts.requests_apart)
        own = guard.allowing(self._url) if guard else None
        headers = {"Cookie": cookie.strip()} if cookie.strip() else {}
        # Two lines: what is said to the feed's own host is not said to whatever host a row names.
        self._feed = Wire(name, "", headers=headers, guard=own, proxy=proxy, transport=transport, follow_redirects=True)
        self._elsewhere = Wire(name, "", guard=own, proxy=proxy, transport=transport, follow_redirects=True)

    async def abilities(self) -> Abilities:
        """Words only, looked for in the names of the feed; it turns no pages."""
        return Abilities(functions=_FUNCTIONS, categories=_CATEGORIES, page_size=100, server=self.name)

    async def ask(self, question: Question) -> Page:
        """The rows of the feed that have all words of the question in their name."""
        if question.offset or question.function not in _FUNCTIONS or (question.ids and not _words(question)):
            return Page(())
        await self._pace.turn()
        answer = await get(self._feed, self._url, clock=self._clock)
        return await asyncio.to_thread(self._page, answer.content, question)

    async def fetch(self, release: Release) -> Payload:
        """The torrent behind a row, or its magnet link."""
        url = release.download_url
        if url.lower().startswith("magnet:"):
            return magnet_payload(self.name, url)
        if not url.lower().startswith(("http://", "https://")):
            raise Refused(f"{self.name}: a torrent is not downloaded from '{url.partition(':')[0]:.20}:' addresses")
        await self._pace.turn()
        wire = self._feed if _is_same_place(url, self._url) else self._elsewhere
        try:
            return payload(self.name, await get(wire, url, clock=self._clock))
        except NotFound as error:
            raise NotFound(f"{self.name}: the torrent of '{release.name:.80}' is gone") from error

    async def probe(self) -> str:
        """The feed read once; Refused when not a single row of it is of use."""
        began = time.perf_counter()
        page = await self.ask(Question())
        if not page.releases:
            raise Refused(f"{self.name}: {page.troubles[0] if page.troubles else 'the feed is empty'}")
        return f"{len(page.releases)} releases, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._feed.close()
        await self._elsewhere.close()

    def _page(self, body: bytes, question: Question) -> Page:
        found: dict[str, Release] = {}
        troubles: list[str] = []
        items = rows(self.name, body)
        place = FeedPlace(self.name, self._url, self.priority, self._clock())
        for item in items:
            try:
                one = self._sized(release(item, place), is_interactive=question.is_interactive)
            except ValueError as error:
                troubles.append(redact(f"{self.name}: one row was left out: {error}"))
                continue
            if _fits(one, question):
                found.setdefault(one.guid, one)
        fitting = tuple(found.values())[: max(0, question.limit)]
        return Page(fitting, len(items), len(found), tuple(troubles[:_MOST_TROUBLES]))

    def _sized(self, one: Release, *, is_interactive: bool) -> Release:
        if one.size:
            return one
        if self._default_size:
            return replace(one, size=self._default_size)
        if self._allows_zero_size or is_interactive:
            return one
        raise ValueError(
            f"'{one.name[:80]}' tells no size; set a default size for this feed, or allow releases without one"
        )


def _fits(one: Release, question: Question) -> bool:
    """Whether all words of the question are in the name, and it is of a category that was asked for."""
    if question.categories and not with_children(question.categories) & set(one.categories):
        return False
    return set(_words(question)) <= set(_split(one.name))


def _words(question: Question) -> list[str]:
    words = _split(f"{question.text} {question.title or ''}")
    if question.year and question.function is Function.MOVIE:
        words.append(str(question.year))
    return [*words, *_number(question)]


def _number(question: Question) -> list[str]:
    """The season, episode or day as names write it."""
    if question.function is not Function.TV or question.season is None:
        return []
    if question.episode and "/" in question.episode:
        return _split(f"{question.season} {question.episode}")
    if question.episode and question.episode.isdigit():
        return [f"s{question.season:02}e{int(question.episode):02}"]
    return [f"s{question.season:02}"]


def _split(text: str) -> list[str]:
    """The words of a text, without accents, apostrophes and capitals; a whole season stands before its episodes."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("'", "").replace("’", "")
    letters = (letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return list(_with_seasons("".join(letters).split()))


def _with_seasons(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        yield word
        if len(word) == 6 and word[0] == "s" and word[3] == "e" and (word[1:3] + word[4:]).isdigit():
            yield word[:3]


def _is_same_place(url: str, feed: str) -> bool:
    """Whether an address is of the feed's own host, by the same or a safer way."""
    try:
        there, here = httpx2.URL(url), httpx2.URL(feed)
    except httpx2.InvalidURL:
        return False
    is_as_safe = there.scheme == here.scheme or (there.scheme == "https" and not there.port and not here.port)
    return there.host == here.host and there.port == here.port and is_as_safe


def _facts(name: str, url: str, *, is_private: bool) -> IndexerFacts:
    try:
        site = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise Refused(f"{name}: '{redact(url):.100}' is not the address of a feed", field="url") from error
    if site.scheme not in ("http", "https") or not site.host:
        raise Refused(f"{name}: the address of a feed begins with http:// or https://", field="url")
    privacy = Privacy.PRIVATE if is_private else Privacy.PUBLIC
    return IndexerFacts(privacy=privacy, description="A feed of torrents.", site=f"{site.scheme}://{site.host}")
