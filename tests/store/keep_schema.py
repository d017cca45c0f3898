"""Keeps what today's house writes for the houses of tomorrow: `python tests/store/keep_schema.py`.

Makes a small populated SQLite database with the newest schema and writes it as SQL to `schemas/NNNN.sql`. Run it
after a migration was added; the files of older schemas stay, and the newest code must read them all.
"""

import asyncio
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, insert

from matinee.kernel import auth, journal
from matinee.kernel.database import Database, Transaction
from matinee.kernel.events import Bus
from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.file import Chapter, MediaFacts
from matinee.media.preferences import DelayProfile, IndexerTerms, Limits, Propers, ReleaseProfile
from matinee.media.profile import Profile, QualityGroup, QualitySize, alone
from matinee.media.release import Release
from matinee.media.title import Episode, ExternalIds, Title, TitleRef
from matinee.store import downloads, files, history, indexers, profiles, releases, requests, titles, watching
from matinee.store.migrations import migrate, newest

SCHEMAS = Path(__file__).with_name("schemas")
EVENING = datetime(2024, 5, 4, 20, 15, 30, 123456, tzinfo=UTC)
LATER = EVENING + timedelta(hours=1)

MOVIE = Title(
    ref=TitleRef.parse("movie-tmdb-603"),
    name="Tin Comet",
    year=2021,
    ids=ExternalIds(tmdb=603, imdb="tt0133093"),
    overview="A comet of tin. Жесть.",
    tagline="It rattles.",
    runtime_minutes=101,
    genres=("Science Fiction", "Comedy"),
    rating=7.5,
    status="Released",
    released=date(2021, 3, 4),
    original_name="Blechkomet",
    poster="https://image.tmdb.org/t/p/original/tin.jpg",
)
SERIES = Title(
    ref=TitleRef.parse("series-tvmaze-82"),
    name="Night Tram",
    year=2023,
    ids=ExternalIds(tvdb=121361, tvmaze=82),
    episodes=(
        Episode(0, 1, "Before", "s1"),
        Episode(1, 1, "Depot", "e1", date(2023, 9, 1), 45, "It leaves."),
        Episode(1, 2, "Terminus", "e2", date(2023, 9, 8), 45),
    ),
)
FACTS = MediaFacts(
    duration=6060.5,
    width=1920,
    height=800,
    video_codec="h264",
    audio_codec="aac",
    container="matroska",
    audio_languages=("en", "de"),
    subtitle_languages=("en",),
    chapters=(Chapter(0.0, "Dust"), Chapter(600.25, "Tin")),
)
RELEASE = Release(
    guid="https://indexer.test/1",
    name="Tin.Comet.2021.1080p.WEB-DL.x264-GRP",
    indexer="Lab",
    download_url="https://indexer.test/dl/1?apikey=k",
    size=4_500_000_000,
    published=EVENING,
    seeders=12,
    infohash="a" * 40,
    page_url="https://indexer.test/page/1",
)

FORMAT = CustomFormat(
    "HEVC",
    (
        Condition("HEVC", ConditionKind.TITLE, r"\bhevc\b", required=True),
        Condition("not large", ConditionKind.SIZE, most=9_000_000_000),
    ),
    trash_id="abc",
    proposed={"default": 5},
)
PROFILE = Profile(
    "1080p, small",
    (*alone("WEBDL-720p"), QualityGroup("1080p", ("WEBDL-1080p", "Bluray-1080p"))),
    cutoff="1080p",
    languages=("Original",),
    scores={"HEVC": 10},
    sizes={"WEBDL-720p": QualitySize(0.0, None, 60.0)},
    sentence="Small.",
)


INDEXER = indexers.StoredIndexer(
    name="Lab",
    settings={"url": "http://lab.test", "api_key": "key", "categories": "2000,5000"},
    secrets=frozenset({"api_key"}),
    tags=("a",),
    query_limit=100,
    deadline=12.5,
    added=EVENING,
)


@dataclass(frozen=True)
class Ids:
    """Where things are in the populated house."""

    anna: int = 1
    ben: int = 2
    movie: int = 1
    series: int = 2
    movie_slot: int = 1
    series_slot: int = 2
    movie_request: int = 1
    series_request: int = 2
    movie_want: int = 1
    journey: int = 1


def populate(tx: Transaction) -> None:
    """An evening in the house: two people, a movie that is there, a series that is awaited."""
    _people(tx)
    movie, series = titles.keep_title(tx, MOVIE, EVENING), titles.keep_title(tx, SERIES, EVENING)
    shelf = titles.keep_slot(tx, movie, "main", "1080p, small", "Movies")
    wish = requests.add_request(tx, movie, shelf.id, Ids.anna, EVENING)
    want = requests.add_want(tx, wish, shelf.id, None)
    _acquired(tx, movie, shelf.id, want)
    other = titles.keep_slot(tx, series, "main", "1080p, small", "Series")
    wish = requests.add_request(tx, series, other.id, Ids.ben, LATER)
    episodes = titles.episode_ids(tx.connection, series)
    for number in (1, 2):
        awaited = requests.add_want(tx, wish, other.id, episodes[1, number])
        _awaited(tx, awaited)
    watching.keep_place(tx, Ids.anna, movie, None, position=1800.5, duration=6060.5, moment=LATER)
    _likes(tx)
    _asks(tx)
    _sees_off(tx)
    history.remember(tx, EVENING, "requested", movie, text="Anna asked for Tin Comet.")
    history.remember(tx, LATER, "requested", series, episode_id=episodes[1, 1], text="Ben asked for Night Tram.")


def _sees_off(tx: Transaction) -> None:
    """The movie's torrent seeds."""
    values = {"state": journal.State.RUNNING, "text": "", "started": LATER, "changed": LATER}
    tx.insert(journal.journeys, tale="see off", subject=1, **values)


def _likes(tx: Transaction) -> None:
    profiles.settle_in(tx, [FORMAT], [PROFILE])
    profiles.keep_sizes(tx, {"WEBDL-1080p": QualitySize(1.5, 30.0, None)})
    profiles.keep_release_profiles(
        tx, [ReleaseProfile("No cams", must_not=("cam", "/hd-?ts/i"), tags=frozenset({"a"}))]
    )
    profiles.keep_delay_profiles(tx, [DelayProfile("Late", frozenset({"a"}), torrent_minutes=60), DelayProfile("All")])
    profiles.keep_preferences(tx, Propers.WAIT, Limits(largest_mb=9000), {"Lab": IndexerTerms(least_seeders=3)})


def _asks(tx: Transaction) -> None:
    first = indexers.add_indexer(tx, INDEXER)
    kept: dict[str, Any] = {"cookies": {"sid": "s"}, "caps_json": "{}", "last_seen_guid": "g1"}
    indexers.write_state(tx, first, indexers.IndexerState(2, LATER, "Lab: no answer in time", EVENING, **kept))
    asked = indexers.IndexerEvent(indexer_id=first, indexer="Lab", at=EVENING, source="Radarr")
    told: dict[str, Any] = {"text": "movie 'Tin Comet'", "details": {"function": "movie"}}
    indexers.add_event(tx, replace(asked, seconds=0.25, results=40, unique=3, **told))
    indexers.add_event(tx, replace(asked, kind="grab", ok=False, text=RELEASE.name, reason="gone"))
    indexers.add_proxy(tx, indexers.StoredProxy(name="Out", kind="socks5", url="socks5://out:1080", tags=("a",)))
    app = indexers.StoredApp(name="Films", url="http://radarr:7878", api_key="key", own_url="http://matinee:8585")
    indexers.add_app(tx, replace(app, remote={first: 7}))


def _people(tx: Transaction) -> None:
    for name, role in (("Anna", auth.Role.OWNER), ("Ben", auth.Role.CHILD)):
        tx.insert(
            auth.users, name=name, name_key=name.casefold(), role=role, password_hash="$argon2id$...", created=EVENING
        )
    session = {"token_hash": auth.digest("token"), "user_id": Ids.anna, "csrf": "csrf"}
    tx.execute(insert(auth.sessions).values(**session, created=EVENING, seen=EVENING))
    tx.insert(auth.api_keys, user_id=Ids.anna, name="TV", key_hash=auth.digest("key"), created=EVENING)


def _acquired(tx: Transaction, title: int, slot: int, want: int) -> None:
    refused = Release(guid="2", name="Tin.Comet.CAM", indexer="Lab", download_url="magnet:?x", size=1)
    judged = [
        releases.Judged(RELEASE, "WEBDL-1080p", ()),
        releases.Judged(refused, "CAM", ("CAM is not wanted", "too small")),
    ]
    releases.keep_releases(tx, want, 2, judged, EVENING)
    releases.mark_chosen(tx, 1)
    releases.block(tx, want, ["2"], name=refused.name, reason="it is a CAM", moment=EVENING)
    download = downloads.add_grab(
        tx,
        want_id=want,
        release_id=1,
        client="torrent engine",
        client_id="a" * 40,
        name=RELEASE.name,
        size=RELEASE.size,
        moment=EVENING,
    )
    downloads.mark_completed(tx, download, LATER)
    files.add_file(
        tx,
        slot_id=slot,
        episode_id=None,
        path=PurePosixPath("Movies/Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv"),
        size=RELEASE.size,
        quality="WEBDL-1080p",
        revision=1,
        release_name=RELEASE.name,
        release_group="GRP",
        facts=FACTS,
        moment=LATER,
    )
    _journey(tx, want, journal.State.DONE, [("asked", None), ("searched", {"seq": 2, "text": "2 releases"})])


def _awaited(tx: Transaction, want: int) -> None:
    _journey(tx, want, journal.State.WAITING, [("asked", None), ("rested", None)], wake_at=LATER)


def _journey(
    tx: Transaction, want: int, state: journal.State, told: list[tuple[str, Any]], wake_at: datetime | None = None
) -> None:
    times = {"started": EVENING, "wake_at": wake_at}
    id = tx.insert(journal.journeys, tale="acquire", subject=want, state=state, text="Told.", changed=LATER, **times)
    for seq, (name, result) in enumerate(told, 1):
        values = {"name": name, "state": journal.State.DONE, "text": f"{name}.", "notes": ["a note"], "attempts": seq}
        row = {"journey_id": id, "seq": seq, "result": result, "ended": LATER, **values, **times}
        tx.execute(insert(journal.steps).values(**row))


def read_back(db: Connection) -> dict[str, Any]:
    """The populated house as the store tells it."""
    series = titles.title_by_id(db, Ids.series)
    wants = requests.wants_of(db, [Ids.movie_request, Ids.series_request])
    journey = journal.read_journey(db, Ids.journey)
    return {
        "people": {user.name: user.role.value for user in auth.users_by_id(db).values()},
        "movie": titles.title_by_ref(db, MOVIE.ref),
        "series": series,
        "slots": [titles.slot_by_id(db, id) for id in (Ids.movie_slot, Ids.series_slot)],
        "requests": requests.latest_requests(db),
        "wants": [(want.request_id, want.slot_id, want.episode_id is None) for want in wants],
        "releases": [(kept.release, kept.quality, kept.reasons, kept.chosen)
                     for kept in releases.releases_of(db, Ids.movie_want, 2)],
        "blocked": releases.blocked_keys(db, Ids.movie_want),
        "downloads": downloads.downloads_of_wants(db, [Ids.movie_want]),
        "files": files.all_files(db),
        "place": watching.places(db, Ids.anna, [Ids.movie]),
        "history": [history.history_of(db, id) for id in (Ids.movie, Ids.series)],
        "journey": journey,
        "unfinished": journal.unfinished(db),
    }  # fmt: skip


def read_likes(db: Connection) -> dict[str, Any]:
    """What the populated house likes; schemas before 0003 kept none of it."""
    return {
        "profiles": profiles.read_profiles(db),
        "formats": profiles.read_formats(db),
        "preferences": profiles.read_preferences(db),
    }


def read_asked(db: Connection) -> dict[str, Any]:
    """Whom the populated house asks; schemas before 0004 kept none of it."""
    return {
        "indexers": indexers.read_indexers(db),
        "states": indexers.read_states(db),
        "events": indexers.events(db),
        "proxies": indexers.read_proxies(db),
        "apps": indexers.read_apps(db),
    }


def keep(folder: Path) -> Path:
    """Write the newest schema's file; returns its path."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "matinee.db"
        asyncio.run(_make(f"sqlite:///{path}"))
        connection = sqlite3.connect(path)
        text = "\n".join(connection.iterdump()) + "\n"
        connection.close()
    folder.mkdir(exist_ok=True)
    kept = folder / f"{newest()}.sql"
    kept.write_text(text)
    return kept


async def _make(url: str) -> None:
    database = Database(url, Bus())
    database.open(migrate)
    await database.write(populate)
    await database.close()


if __name__ == "__main__":
    print(keep(SCHEMAS))
