"""Fetch the torrent itself: some sites hand it out, others have it looked for on a page, or thanked for first."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import httpx2

from matinee.engines.indexer.language.definition import Before, Download, InfohashBlock, Selector
from matinee.engines.indexer.language.links import is_magnet, public_magnet, resolve
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.language.urls import download_values
from matinee.engines.indexer.site.answers import fault_of, is_html, place_of
from matinee.engines.indexer.site.call import Pairs, SiteRequest, post, query_string, with_query
from matinee.engines.indexer.site.document import Document, Missing
from matinee.engines.indexer.site.line import redirect_of
from matinee.engines.indexer.site.login import lacks_mark
from matinee.engines.indexer.site.place import Site
from matinee.engines.indexer.site.requests import headers_of, render_inputs
from matinee.kernel.errors import NotFound, Refused
from matinee.media.indexing import Privacy
from matinee.media.magnet import infohash_of
from matinee.media.torrent_file import read_torrent
from matinee.pipeline.payloads import magnet_payload
from matinee.pipeline.ports import Payload

NOTHING = Download()


class NotATorrent(Refused):
    """What came is something else; `answer` is what."""

    def __init__(self, message: str, answer: httpx2.Response) -> None:
        super().__init__(message)
        self.answer = answer


@dataclass
class _Fetching:
    """One download on its way; pages that were asked are kept, so that none is asked twice."""

    site: Site
    link: str
    how: Download
    scope: Scope
    headers: Pairs
    pages: dict[str, httpx2.Response] = field(default_factory=dict)


async def fetch_torrent(site: Site, link: str) -> Payload:
    """The torrent behind a link, or the magnet link that stands for it.

    Raises NotATorrent when the site sends something else, else what the site's status means.
    """
    if is_magnet(link):
        return magnet_payload(site.name, link)
    how = site.definition.download or NOTHING
    scope = site.scope.with_values(download_values(link))
    headers = headers_of(how.headers or site.definition.search.headers, scope)
    fetching = _Fetching(site, link, how, scope, headers)
    if how.before is not None:
        await _prepare(fetching, how.before)
    if how.infohash is not None and (magnet := await _named(fetching, how.infohash)) is not None:
        return magnet_payload(site.name, magnet)
    if how.infohash is None and how.selectors:
        return await _selected(fetching)
    return _payload(site.name, await _final(fetching, link))


def is_stranger(site: Site, answer: httpx2.Response) -> bool:
    """Whether something that came instead of a torrent is what the site shows those who are not signed in."""
    if site.definition.login is None:
        return False
    if answer.status_code in (401, 403) or "login" in place_of(str(answer.url)).lower():
        return True
    return lacks_mark(site, answer)


def before_request(site: Site, before: Before, path: str, scope: Scope, headers: Pairs) -> SiteRequest:
    """The request that comes before the download; `path` is a template's text, filled in already."""
    url, encoding = site.at(path), site.definition.encoding
    pairs = tuple(render_inputs(before.inputs, scope, keep_empty=True))
    if before.method.strip().lower() == "post":
        return post(url, pairs, encoding, headers)
    mark = before.query_separator if "?" in url else "?"
    return SiteRequest(with_query(url, query_string(pairs, encoding, before.query_separator), mark), headers=headers)


async def _prepare(fetching: _Fetching, before: Before) -> None:
    """Make the request before; its answer is kept as a page of its own."""
    site = fetching.site
    path = render(before.path or "", fetching.scope)
    if before.path_selector is not None:
        try:
            page = await _page(fetching, is_before=False)
            found = await asyncio.to_thread(page.value, before.path_selector, fetching.scope)
        except Missing as error:
            raise Refused(f"{site.name}: the download page lacks what comes before it: {error}") from error
        path = found or path
    request = before_request(site, before, path, fetching.scope, fetching.headers)
    fetching.pages["before"] = await _asked(site, request, fetching.link)


async def _named(fetching: _Fetching, block: InfohashBlock) -> str | None:
    """A magnet link from the hash and the title on a page; None when either is not there."""
    page = await _page(fetching, is_before=block.use_before_response)
    try:
        infohash = ((await asyncio.to_thread(page.value, block.hash, fetching.scope)) or "").strip()
        title = ((await asyncio.to_thread(page.value, block.title, fetching.scope)) or "").strip()
    except Missing:
        return None
    is_private = fetching.site.definition.privacy is Privacy.PRIVATE
    magnet = public_magnet(infohash, title, with_trackers=not is_private)
    return magnet if infohash_of(magnet) else None


async def _selected(fetching: _Fetching) -> Payload:
    """The first link on the page that leads to a torrent."""
    site, troubles = fetching.site, []
    for selector in fetching.how.selectors:
        page = await _page(fetching, is_before=selector.use_before_response)
        try:
            found = await asyncio.to_thread(page.value, selector.block, fetching.scope, trims=False)
        except Missing as error:
            troubles.append(str(error))
            continue
        if not found or not found.strip():
            troubles.append(f"'{selector.block.selector}' is empty")
            continue
        link = found.strip() if is_magnet(found.strip()) else resolve(fetching.link, found)
        if is_magnet(link):
            return magnet_payload(site.name, link)
        answer = await _final(fetching, link)
        if site.definition.test_link_torrent and not _may_be_torrent(answer):
            troubles.append(f"'{selector.block.selector}' leads to no torrent")
            continue
        return _payload(site.name, answer)
    raise _nothing_found(fetching, troubles)


def _nothing_found(fetching: _Fetching, troubles: list[str]) -> Refused:
    words = f"{fetching.site.name}: no torrent is found from {place_of(fetching.link)}: {'; '.join(troubles)[:400]}"
    page = fetching.pages.get("link")
    return NotATorrent(words, page) if page is not None else Refused(words)


async def _page(fetching: _Fetching, *, is_before: bool) -> Document:
    """The page of the link, or what was answered before it."""
    key = "before" if is_before and "before" in fetching.pages else "link"
    if key not in fetching.pages:
        request = SiteRequest(fetching.link, headers=fetching.headers)
        fetching.pages[key] = await _asked(fetching.site, request, fetching.site.link)
    return await asyncio.to_thread(fetching.site.page, fetching.pages[key])


async def _final(fetching: _Fetching, link: str) -> httpx2.Response:
    """What stands at the link of the torrent, asked in the definition's manner."""
    request = SiteRequest(link, headers=fetching.headers)
    if fetching.how.method.strip().lower() == "post":
        request = replace(request, method="POST", body=b"")
    return await _asked(fetching.site, request, fetching.link if link != fetching.link else fetching.site.link)


async def _asked(site: Site, request: SiteRequest, referer: str) -> httpx2.Response:
    """An answer at the end of its redirects; statuses that mean no are raised."""
    answer = await site.line.walk(request, referer=referer)
    if answer.has_redirect_location and is_magnet(redirect_of(answer)):
        return answer
    fault = fault_of(site.name, answer, site.scope.clock())
    if isinstance(fault, NotFound):
        raise NotFound(f"{site.name}: the torrent is gone (HTTP 404)")
    if isinstance(fault, Refused):
        raise NotATorrent(str(fault), answer)
    if fault is not None:
        raise fault
    return answer


def _may_be_torrent(answer: httpx2.Response) -> bool:
    return answer.has_redirect_location or answer.content[:1] == b"d" or answer.content[:8].lower() == b"magnet:?"


def _payload(name: str, answer: httpx2.Response) -> Payload:
    """What an answer gives to a download client; a redirect in it leads to a magnet link."""
    if answer.has_redirect_location:
        return magnet_payload(name, redirect_of(answer))
    body = answer.content
    if body[:8].lower() == b"magnet:?":
        return magnet_payload(name, body.decode("utf-8", "replace").strip())
    try:
        return Payload(read_torrent(body).infohash, torrent=body)
    except ValueError as error:
        what = "a page" if is_html(answer) and body.lstrip()[:1] == b"<" else "something else"
        raise NotATorrent(f"{name}: it sends {what} instead of the torrent: {error}", answer) from error


def selectors_of(how: Download) -> Iterator[Selector]:
    """Every selector block of a download, for whoever checks them."""
    yield from (one.block for one in how.selectors)
    if how.infohash is not None:
        yield from (how.infohash.hash, how.infohash.title)
    if how.before is not None and how.before.path_selector is not None:
        yield how.before.path_selector
