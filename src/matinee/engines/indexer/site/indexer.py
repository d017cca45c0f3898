"""An indexer that is run from a definition: the site is asked as its pages want to be asked."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, tzinfo

import httpx2

from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.language.variables import Settings, config_scope, secrets_of, site_link
from matinee.engines.indexer.site.abilities import abilities_of, facts_of
from matinee.engines.indexer.site.cookies import CookieJar, read_cookie_header
from matinee.engines.indexer.site.download import NotATorrent, fetch_torrent, is_stranger
from matinee.engines.indexer.site.line import Judge, Line
from matinee.engines.indexer.site.membership import Keep, Membership, State
from matinee.engines.indexer.site.place import Site
from matinee.engines.indexer.site.search import search
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import Refused
from matinee.kernel.guard import Guard
from matinee.kernel.proxy import Proxy
from matinee.kernel.redact import redact
from matinee.media.indexing import Abilities, Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Payload


class CardigannIndexer:
    """An Indexer of one definition.

    `settings` are the owner's by name (a select by its option's key), `link` the owner's address of the site.
    `state` is what `keep` was given last: cookies, and a captcha that waits for its answer. `guard` judges every
    address before it is called (`judge` may too, raising Refused). `pause` waits between two requests.
    """

    def __init__(
        self,
        definition: Definition,
        settings: Settings,
        *,
        name: str | None = None,
        priority: int = 25,
        link: str | None = None,
        state: State | None = None,
        keep: Keep | None = None,
        guard: Guard | None = None,
        judge: Judge | None = None,
        proxy: Proxy | str | None = None,
        timeout: float = 30.0,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Clock = now,
        zone: tzinfo = UTC,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        redact.remember(secrets_of(definition, settings))
        address = site_link(definition, link)
        self.name = name or definition.name
        self.priority = priority
        self.facts = facts_of(definition, address)
        line = Line(
            self.name,
            address,
            CookieJar((state or {}).get("cookies"), clock=clock),
            own_cookies=read_cookie_header(str(settings.get("cookie") or "")),
            guard=guard,
            judge=judge,
            certificates=definition.certificates,
            timeout=timeout,
            proxy=proxy,
            transport=transport,
        )
        scope = config_scope(definition, settings, address, clock=clock, zone=zone)
        self._site = Site(self.name, definition, address, scope, line)
        self._member = Membership(self._site, state or {}, keep)
        self._pause = pause

    async def abilities(self) -> Abilities:
        """What the definition says it can do."""
        return abilities_of(self._site.definition)

    async def ask(self, question: Question) -> Page:
        """What all paths of the definition show for the question, each release once."""
        return await search(self._site, question, self._member, self._rest, self.priority)

    async def fetch(self, release: Release) -> Payload:
        """The torrent, or the magnet link that stands for it; signed in anew when the site has forgotten us."""
        link = release.download_url or release.magnet_url
        if not link:
            raise Refused(f"{self.name}: '{release.name:.80}' has no link to download")
        before = self._member.logins
        try:
            return await self._fetched(link)
        except NotATorrent as error:
            if not is_stranger(self._site, error.answer):
                raise
        await self._member.sign_in(before)
        return await self._fetched(link)

    async def probe(self) -> str:
        """The first page of the newest uploads, which must show something."""
        began = time.perf_counter()
        page = await search(self._site, Question(), self._member, self._rest, self.priority, most_paths=1)
        if not page.rows:
            raise Refused(f"{self.name}: the list of newest uploads is empty; look whether the site has changed")
        return f"{len(page.releases)} releases, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def sign_in(self) -> None:
        """Sign in now: the owner has answered a captcha or changed the password, and wants to know."""
        await self._member.sign_in()

    async def close(self) -> None:
        """Hang up."""
        self._member.save()
        await self._site.line.close()

    async def _fetched(self, link: str) -> Payload:
        try:
            return await fetch_torrent(self._site, link)
        except ValueError as error:
            raise Refused(f"{self.name}: the definition cannot find the torrent: {error}") from error
        finally:
            self._member.save()

    async def _rest(self) -> None:
        await self._pause(self.facts.requests_apart)
