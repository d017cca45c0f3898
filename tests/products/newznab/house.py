"""A small indexer of our own: a shelf of releases behind our Newznab server, for other people's clients."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from matinee.media.categories import with_children
from matinee.media.indexing import Abilities, Category, Function, Page, Question
from matinee.media.release import Protocol, Release
from matinee.media.title import ExternalIds
from matinee.products.newznab.server import Source, Wrong, answer, refused
from tests.products.newznab.nzbs import NZB
from tests.products.torznab.torrents import infohash, torrent

KEY = "a key of the house"

ABILITIES = Abilities(
    functions={
        Function.SEARCH: frozenset({"q"}),
        Function.TV: frozenset({"q", "season", "ep", "tvdbid", "imdbid", "rid"}),
        Function.MOVIE: frozenset({"q", "imdbid", "tmdbid"}),
        Function.MUSIC: frozenset({"q", "artist", "album"}),
    },
    categories=tuple(
        Category(id_, name)
        for id_, name in {
            2000: "Movies",
            2040: "Movies/HD",
            3000: "Audio",
            3040: "Audio/Lossless",
            5000: "TV",
            5040: "TV/HD",
            100042: "Odd",
        }.items()
    ),
    page_size=50,
    turns_pages=True,
    server="Our house",
)

FILM = Release(
    guid="https://house.test/film",
    name="Tin.Comet.2021.1080p.WEB-DL.x264-REEL",
    indexer="House",
    download_url="https://tracker.test/1?passkey=hunter2hunter2",
    size=4_000_000_000,
    published=datetime(2026, 11, 1, 20, 15, tzinfo=UTC),
    seeders=12,
    leechers=3,
    categories=(2000, 2040, 100042),
    infohash=infohash(),
    ids=ExternalIds(tmdb=41, imdb="tt0063350"),
    page_url="https://house.test/film",
    flags=frozenset({"freeleech", "doubleupload", "internal"}),
    grabs=31,
    files=2,
    download_factor=0.0,
    upload_factor=2.0,
    minimum_ratio=1.5,
    minimum_seed_time=172800,
    description="A comet < of tin & stars",
    attributes=(("genre", "Noir"), ("year", "2021"), ("coverurl", "https://house.test/1.jpg")),
)
EPISODE = replace(
    FILM,
    guid="episode",
    name="Night.Tram.S01E02.1080p.WEB.x264-REEL",
    categories=(5000, 5040),
    ids=ExternalIds(tvdb=333, tvmaze=7),
    attributes=(("season", "1"), ("episode", "2")),
)
ALBUM = replace(FILM, guid="album", name="Comet Orchestra - Tin", categories=(3000, 3040), ids=ExternalIds())
SHELF = (FILM, EPISODE, ALBUM)


def of_usenet(releases: Sequence[Release] = SHELF) -> tuple[Release, ...]:
    """The same releases as usenet has them."""
    nothing = Release("", "", "", "", 0)
    plain = {
        name: getattr(nothing, name)
        for name in (
            "seeders",
            "leechers",
            "infohash",
            "flags",
            "download_factor",
            "upload_factor",
            "minimum_ratio",
            "minimum_seed_time",
        )
    }
    return tuple(replace(one, protocol=Protocol.USENET, **plain) for one in releases)


class Shelf:
    """An indexer that looks along its shelf; it remembers what it was asked."""

    def __init__(self, releases: Sequence[Release] = SHELF, abilities: Abilities = ABILITIES) -> None:
        self.releases, self.can = releases, abilities
        self.asked: list[Question] = []
        self.trouble: Exception | None = None

    async def abilities(self) -> Abilities:
        return self.can

    async def ask(self, question: Question) -> Page:
        self.asked.append(question)
        if self.trouble:
            raise self.trouble
        found = [release for release in self.releases if fits(release, question)]
        page = found[question.offset : question.offset + question.limit]
        return Page(tuple(page), rows=len(page), total=len(found))


def fits(release: Release, question: Question) -> bool:
    """Whether the release answers the question."""
    ids, name = release.ids, release.name.lower().replace(".", " ")
    known = (question.imdb, ids.imdb), (question.tmdb, ids.tmdb), (question.tvdb, ids.tvdb)
    place = dict(release.attributes)
    return (
        all(word in name for word in (question.text or question.artist or "").lower().split())
        and (not question.ids or any(asked and asked == told for asked, told in known))
        and question.season in (None, int(place.get("season", 0)))
        and question.episode in (None, place.get("episode"))
        and (not question.categories or bool(with_children(question.categories) & set(release.categories)))
    )


def house(shelf: Shelf) -> Starlette:
    """The whole indexer as an application: its API, and what can be downloaded."""

    async def api(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        if request.query_params.get("apikey") != KEY:
            told = refused(Wrong(100, "Invalid API Key"))
        else:
            told = await answer(
                request.query_params,
                shelf,
                link_for=lambda release: f"{base}/download/{shelf.releases.index(release)}",
                title="Our house",
                site=base,
                source_for=lambda release: Source(7, "private", release.indexer),
            )
        return Response(told.body, told.status, told.headers, told.content_type)

    async def download(request: Request) -> Response:
        release = shelf.releases[int(request.path_params["place"])]
        is_nzb = release.protocol is Protocol.USENET
        return Response(
            NZB if is_nzb else torrent(), media_type="application/x-nzb" if is_nzb else "application/x-bittorrent"
        )

    return Starlette(routes=[Route("/api", api), Route("/download/{place}", download)])
