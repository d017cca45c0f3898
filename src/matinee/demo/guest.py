"""A guest of the house who does what a person does at the pages, through the same API."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from matinee.kernel.errors import NotFound, Refused
from matinee.web.models import Card, Found, RequestOut, Session


@dataclass(frozen=True, slots=True)
class News:
    """One event of the house's live stream."""

    kind: str
    told: dict[str, Any]


class Guest:
    """Signed in at a running house."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.AsyncClient(base_url=url, timeout=30, trust_env=False)

    async def set_up(self, code: str, name: str, password: str) -> None:
        """Become the first owner."""
        body = {"code": code, "name": name, "password": password}
        session = Session.model_validate(self._told(await self.http.post("/api/setup", json=body)))
        self.http.headers["X-CSRF-Token"] = session.csrf or ""

    async def sign_in(self, name: str, password: str) -> None:
        """Come in with name and password."""
        body = {"name": name, "password": password}
        session = Session.model_validate(self._told(await self.http.post("/api/login", json=body)))
        self.http.headers["X-CSRF-Token"] = session.csrf or ""

    async def ask_for_film(self, name: str) -> RequestOut:
        """Find a film by its name and wish for it."""
        card = await self._find(name, "movie")
        return await self._wish({"ref": card.ref})

    async def ask_for_episode(self, name: str, season: int, number: int) -> RequestOut:
        """Find a series by its name and wish for one episode."""
        card = await self._find(name, "series")
        return await self._wish({"ref": card.ref, "episodes": [{"season": season, "number": number}]})

    async def ask_for_season(self, name: str, season: int) -> RequestOut:
        """Find a series by its name and wish for a season of it."""
        card = await self._find(name, "series")
        return await self._wish({"ref": card.ref, "seasons": [season]})

    async def request(self, request_id: int) -> RequestOut:
        """One wish with its timeline."""
        return RequestOut.model_validate(self._told(await self.http.get(f"/api/requests/{request_id}")))

    @asynccontextmanager
    async def news(self) -> AsyncIterator[AsyncIterator[News]]:
        """The live stream, from its greeting on."""
        async with self.http.stream("GET", "/api/events", timeout=None) as answer:
            lines = answer.aiter_lines()
            items = _items(lines)
            await anext(items)
            yield items

    async def _find(self, name: str, kind: str) -> Card:
        found = Found.model_validate(self._told(await self.http.get("/api/search", params={"q": name})))
        for card in found.cards:
            if card.name == name and card.kind == kind:
                return card
        raise NotFound(f"the house finds no {kind} called {name}")

    async def _wish(self, body: dict[str, Any]) -> RequestOut:
        return RequestOut.model_validate(self._told(await self.http.post("/api/requests", json=body)))

    def _told(self, answer: httpx2.Response) -> Any:
        if answer.status_code >= 400:
            raise Refused(f"{answer.request.url.path}: {answer.text}")
        return answer.json()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()


async def _items(lines: AsyncIterator[str]) -> AsyncIterator[News]:
    """Server-sent events out of their lines."""
    kind = ""
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield News(kind, json.loads(value))
