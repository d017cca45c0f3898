"""An invented indexer, and what it says it can do."""

from datetime import UTC, datetime
from typing import Any

import httpx2

from matinee.media.release import Protocol
from matinee.products.newznab import NewznabIndexer
from tests.products.newznab.feeds import CAPS, feed

KEY = "hunter2hunter2"


class Site:
    """An invented indexer: it remembers what it was asked and answers what it was told to."""

    def __init__(self, caps: bytes = CAPS) -> None:
        self.caps = caps
        self.asked: list[dict[str, str]] = []
        self.urls: list[str] = []
        self.slept: list[float] = []
        self.feeds: list[bytes | httpx2.Response] = []
        self.moment = datetime(2026, 11, 1, tzinfo=UTC)
        self.files: dict[str, httpx2.Response] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.urls.append(str(request.url))
        if request.url.path in self.files:
            return self.files[request.url.path]
        params = dict(request.url.params)
        self.asked.append(params)
        if params.get("t") == "caps":
            return httpx2.Response(200, content=self.caps, headers={"content-type": "application/xml"})
        answer = self.feeds.pop(0) if self.feeds else feed([])
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, content=answer)

    def indexer(self, url: str = "http://prowlarr:9696/1/", **more: Any) -> NewznabIndexer:
        ways: dict[str, Any] = {"protocol": Protocol.TORRENT, "transport": httpx2.MockTransport(self), **more}
        return NewznabIndexer("Reel", url, KEY, clock=lambda: self.moment, sleep=self.sleep, **ways)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def searches(self) -> list[dict[str, str]]:
        plain = {"apikey", "extended", "offset", "limit"}
        found = [asked for asked in self.asked if asked["t"] != "caps"]
        return [{key: value for key, value in one.items() if key not in plain} for one in found]


def caps(**functions: str) -> bytes:
    """Caps with these functions and their parameters."""
    names = {
        "search": "search",
        "tv": "tv-search",
        "movie": "movie-search",
        "music": "music-search",
        "book": "book-search",
    }
    said = "".join(f'<{names[f]} available="yes" supportedParams="{p}"/>' for f, p in functions.items())
    return f"<caps><searching>{said}</searching></caps>".encode()
