"""A small tracker with members, made up for the tests, and definitions that describe it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx2

from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.site.indexer import CardigannIndexer
from tests.products.torznab.torrents import torrent

LINK = "https://tracker.test/"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)

HEAD = """
id: tinytracker
name: Tiny Tracker
description: A tracker for tests
language: en-US
type: private
encoding: {encoding}
links: [https://tracker.test/]
legacylinks: [https://old.tracker.test/]
caps:
  categorymappings:
    - {{id: 1, cat: Movies/HD, desc: "Films"}}
    - {{id: 2, cat: TV/HD, desc: "Series"}}
    - {{id: 3, cat: Audio, desc: "Music", default: true}}
  modes:
    search: [q]
    tv-search: [q, season, ep]
    movie-search: [q, imdbid]
settings:
  - {{name: username, type: text, label: Username}}
  - {{name: password, type: password, label: Password}}
  - {{name: free, type: checkbox, label: Free only}}
  - {{name: sort, type: select, label: Sort, default: added, options: {{added: Added, size: Size}}}}
"""
SEARCH = """
search:
  paths:
    - path: browse.php
  inputs:
    q: "{{ .Keywords }}"
"""
ROWS = """
  rows:
    selector: table.list > tbody > tr:has(a.dl)
  fields:
    category: {selector: td.cat}
    title: {selector: a.name}
    details: {selector: a.name, attribute: href}
    download: {selector: a.dl, attribute: href}
    size: {selector: td.size}
    seeders: {selector: td.seeders}
"""
TEST = """
  test:
    path: browse.php
    selector: a[href="logout.php"]
"""
FORM = """
login:
  method: form
  path: login.php
  inputs:
    username: "{{ .Config.username }}"
    password: "{{ .Config.password }}"
  error:
    - selector: div.error
"""


def definition_text(*, login: str = "", download: str = "", search: str = SEARCH, encoding: str = "UTF-8") -> str:
    return (
        HEAD.format(encoding=encoding)
        + login
        + (TEST if login and "test:" not in login else "")
        + (download + search + ROWS)
    )


def row(number: int, category: str = "1") -> str:
    return (
        f'<tr><td class="cat">{category}</td><td><a class="name" href="details.php?id={number}">Tin Comet {number} '
        f'1080p</a><a class="dl" href="download.php?id={number}">DL</a></td><td class="size">{number} GB</td>'
        f'<td class="seeders">{number}</td></tr>'
    )


def listing(*rows: str, member: bool = True) -> str:
    mark = '<a href="logout.php">out</a>' if member else '<a href="login.php">in</a>'
    return f"<html><body>{mark}<table class='list'>{''.join(rows)}</table></body></html>"


@dataclass
class TrackerSite:
    """The site: who is signed in, what strangers get, and every request it has seen."""

    stranger: str = "redirect"  # redirect | page | forbidden
    forms: dict[str, str] = field(default_factory=dict)  # more of the login page's form
    form_more: str = ""
    form_attributes: str = 'action="takelogin.php"'
    sessions: set[str] = field(default_factory=set)
    seen: list[httpx2.Request] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)
    pages: dict[str, Callable[[httpx2.Request], httpx2.Response]] = field(default_factory=dict)
    password: str = "swordfish"
    accepts: Callable[[Mapping[str, str]], bool] = lambda form: True

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if (page := self.pages.get(request.url.path)) is not None:
            return page(request)
        place = getattr(self, f"at_{request.url.path.strip('/').replace('.', '_')}", None)
        return place(request) if place else httpx2.Response(404, text="nothing here")

    def is_member(self, request: httpx2.Request) -> bool:
        return any(f"sid={one}" in request.headers.get("cookie", "") for one in self.sessions)

    def at_login_php(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST" or request.url.query:
            return self.at_takelogin_php(request)
        body = (
            f"<form class='other'><input name='wrong' value='1'></form>"
            f"<form id='login' method='post' {self.form_attributes}>"
            "<input type='hidden' name='token' value='t0k'><input name='username'><input name='password'>"
            "<input type='checkbox' name='forever' value='1'><input type='checkbox' name='ssl' value='y' checked>"
            f"<input name='gone' value='x' disabled>{self.form_more}</form>"
        )
        return httpx2.Response(200, html=body, headers={"set-cookie": "landing=1; path=/"})

    def at_takelogin_php(self, request: httpx2.Request) -> httpx2.Response:
        body = request.content.decode()
        form = dict(parse_qsl(body or request.url.query.decode(), keep_blank_values=True))
        self.posted.append(form)
        if form.get("pw", form.get("password")) != self.password or not self.accepts(form):
            return httpx2.Response(200, html="<div class='error'>Wrong <b>password</b>, 2 tries left</div>")
        return self.welcome()

    def welcome(self) -> httpx2.Response:
        session = f"s{len(self.sessions) + 1}"
        self.sessions.add(session)
        headers = {"set-cookie": f"sid={session}; path=/; HttpOnly", "location": "/index.php"}
        return httpx2.Response(302, headers=headers)

    def at_index_php(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, html=listing(member=self.is_member(request)))

    def at_browse_php(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_member(request):
            return httpx2.Response(200, html=listing(row(1), row(2, "2")))
        if self.stranger == "redirect":
            return httpx2.Response(302, headers={"location": "/login.php?returnto=browse.php"})
        if self.stranger == "forbidden":
            return httpx2.Response(403, text="members only")
        return httpx2.Response(200, html=listing(member=False))

    def at_captcha_php(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=PICTURE, headers={"content-type": "image/png"})

    def at_simpleCaptcha_php(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, text=json.dumps({"images": [{"hash": "h4sh"}]}))

    def at_download_php(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_member(request):
            return httpx2.Response(200, content=torrent(), headers={"content-type": "application/x-bittorrent"})
        return httpx2.Response(200, html=listing(member=False))

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.seen]


async def no_pause(_seconds: float) -> None:
    return None


def indexer_of(text: str, site: Callable[[httpx2.Request], httpx2.Response], **more: Any) -> CardigannIndexer:
    definition = read_definition(text, where="tinytracker.yml")
    settings = more.pop("settings", {"username": "ann", "password": "swordfish"})
    more.setdefault("pause", no_pause)
    return CardigannIndexer(definition, settings, transport=httpx2.MockTransport(site), **more)
