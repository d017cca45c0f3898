"""Every indexer gets its driver, its way through the net and what it remembered."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import httpx2

from matinee.engines.indexer.native import InternetArchive, TorrentRss
from matinee.engines.indexer.site.indexer import CardigannIndexer
from matinee.kernel.database import Database
from matinee.kernel.drivers import driver
from matinee.kernel.errors import Refused
from matinee.kernel.guard import Guard, GuardedTransport
from matinee.kernel.proxy import Proxy, ProxyKind
from matinee.kernel.retrying import RetryingTransport
from matinee.media.release import Protocol
from matinee.pipeline.ports import Indexer
from matinee.products.flaresolverr import FlareSolverr, SolvingTransport
from matinee.products.newznab.client import indexer_from
from matinee.settings import IndexerSettings
from matinee.store.indexers import StoredIndexer, StoredProxy, keep_cookies, read_proxies, read_states
from matinee.web.catalogue import Catalogue

log = logging.getLogger(__name__)

MB = 1024 * 1024
SOLVING_SECONDS = 90.0
OURS = frozenset({"torznab", "newznab", "rss"})  # what the file may name without a driver
_STATE = "state"  # what a site's own session is kept as, beside an indexer


class Seating:
    """Makes the driver of an indexer. `read` must be awaited before the first, and after proxies have changed."""

    def __init__(self, database: Database, catalogue: Catalogue, guard: Guard) -> None:
        self._database = database
        self.catalogue = catalogue
        self._guard = guard
        self._proxies: tuple[StoredProxy, ...] = ()
        self._states: dict[int | str, Mapping[str, Any]] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def read(self) -> None:
        """Look up the proxies and what the sites gave us last."""
        proxies, states = await self._database.read(lambda db: (read_proxies(db), read_states(db)))
        self._proxies = tuple(proxies.values())
        self._states = {**{id: _state(one.cookies) for id, one in states.items()}, **self._states}

    def make(self, stored: StoredIndexer) -> Indexer:
        """The driver of an indexer. Refused when its settings do not do, NotFound when its definition is gone."""
        kinds = {"cardigann": self._site, "archive": self._archive, "rss": self._feed}
        kinds |= dict.fromkeys(("torznab", "newznab"), self._newznab)
        make = kinds.get(stored.kind)
        if make is not None:
            return make(stored)
        return make_by_driver(stored)

    async def close(self) -> None:
        """Finish writing what sites gave us."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    def _site(self, stored: StoredIndexer) -> Indexer:
        definition = self.catalogue.get(stored.definition)
        own = stored.settings.get("url", "")
        link = own or next(iter(definition.links), "")
        settings = {name: value for name, value in stored.settings.items() if name != "url"}
        is_owners = own not in ("", *definition.links, *definition.legacy_links)  # the others a stranger wrote
        guard = self._guard.allowing(link) if is_owners or self._is_custom(stored.definition) else self._guard
        draft = f"{stored.definition} {stored.name}"  # one that is tried, not kept
        has_own_certificates = definition.certificates and not self._for(stored)
        return CardigannIndexer(
            definition,
            settings,
            name=stored.name,
            priority=stored.priority,
            link=link,
            state=self._states.get(stored.id or draft),
            keep=(lambda state: self._keep(stored.id, state))
            if stored.id
            else partial(self._states.__setitem__, draft),
            guard=guard if has_own_certificates else None,
            transport=None if has_own_certificates else self._transport(stored, guard),
        )

    def _is_custom(self, definition: str) -> bool:
        """Whether the owner has laid the definition into the `custom` folder."""
        return any(one.is_custom for one in self.catalogue.summaries() if definition in (one.id, *one.replaces))

    def _newznab(self, stored: StoredIndexer) -> Indexer:
        url = _url(stored)
        return indexer_from(
            stored.settings,
            name=stored.name,
            protocol=Protocol.USENET if stored.kind == "newznab" else Protocol.TORRENT,
            priority=stored.priority,
            transport=self._transport(stored, self._guard.allowing(url)),
        )

    def _archive(self, stored: StoredIndexer) -> Indexer:
        return InternetArchive(stored.name, priority=stored.priority, transport=self._transport(stored, self._guard))

    def _feed(self, stored: StoredIndexer) -> Indexer:
        url, told = _url(stored), stored.settings
        return TorrentRss(
            stored.name,
            url,
            cookie=told.get("cookie", ""),
            allow_zero_size=told.get("allow_zero_size", "") in ("true", "1", "on"),
            default_size=_megabytes(told.get("default_size", "")),
            priority=stored.priority,
            transport=self._transport(stored, self._guard.allowing(url)),
        )

    def _transport(self, stored: StoredIndexer, guard: Guard) -> httpx2.AsyncBaseTransport:
        """Judged addresses only, through the proxies that share a tag with the indexer."""
        proxies = self._for(stored)
        plain = next((one for one in proxies if one.kind != "flaresolverr"), None)
        solver = next((one for one in proxies if one.kind == "flaresolverr"), None)
        proxy = proxy_of(plain) if plain else None
        inner = RetryingTransport(GuardedTransport(guard, proxy=proxy))
        if solver is None:
            return inner
        way = GuardedTransport(Guard().allowing(solver.url))
        return SolvingTransport(inner, FlareSolverr(solver.url, proxy=proxy, transport=way), guard=guard)

    def patience(self, stored: StoredIndexer) -> float:
        """Seconds that an answer may take at least: a solver's browser needs its time."""
        return SOLVING_SECONDS if any(one.kind == "flaresolverr" for one in self._for(stored)) else 0.0

    def _for(self, stored: StoredIndexer) -> Sequence[StoredProxy]:
        """The proxies of an indexer: those that share one of its tags, and those that are for all."""
        return [one for one in self._proxies if not one.tags or set(one.tags) & set(stored.tags)]

    def _keep(self, indexer_id: int, state: Mapping[str, Any]) -> None:
        self._states[indexer_id] = state
        told = {_STATE: json.dumps(dict(state))}
        writing = asyncio.create_task(self._write(indexer_id, told))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _write(self, indexer_id: int, told: Mapping[str, str]) -> None:
        await self._database.write(lambda tx: keep_cookies(tx, indexer_id, told))


def make_by_driver(stored: StoredIndexer) -> Indexer:
    """An indexer that an installed driver speaks with. Refused when there is no such driver."""
    make: Callable[..., Indexer] = driver(stored.kind, "make_indexer")
    key = stored.settings.get("api_key", "")
    return make(name=stored.name, url=_url(stored), api_key=key, priority=stored.priority)


def seats_of(settings: Sequence[IndexerSettings]) -> list[StoredIndexer]:
    """The indexers of matinee.toml. Refused when nobody announced the driver of one."""
    for one in settings:
        if one.kind not in OURS:
            driver(one.kind, "make_indexer")
    return [
        StoredIndexer(
            name=one.name,
            kind=one.kind,
            priority=one.priority,
            settings={"url": str(one.url), "api_key": one.api_key.get_secret_value()},
            secrets=frozenset({"api_key"}),
            origin="file",
        )
        for one in settings
    ]


def _url(stored: StoredIndexer) -> str:
    url = stored.settings.get("url", "")
    if not url.startswith(("http://", "https://")):
        raise Refused(f"{stored.name}: its address must begin with http:// or https://", field="settings.url")
    return url


def proxy_of(stored: StoredProxy) -> Proxy:
    """A proxy as it is called; Refused when its address cannot be one."""
    told = stored.url if "://" in stored.url else f"{stored.kind}://{stored.url}"
    found = Proxy.parse(told)
    kind = ProxyKind(stored.kind)
    return Proxy(kind, found.host, found.port, stored.username or found.username, stored.password or found.password)


def _state(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        told = json.loads(cookies.get(_STATE, "{}"))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _megabytes(text: str) -> int:
    return int(text) * MB if text.isascii() and text.isdigit() and len(text) < 8 else 0
