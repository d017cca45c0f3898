"""The judges' table of these tests: a movie and an episode that are wanted, and releases of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from matinee.media.preferences import IndexerTerms, Limits, Preferences
from matinee.media.profile import QualitySize
from matinee.media.release import Release
from matinee.media.title import Episode, ExternalIds, Kind, Title, TitleRef
from matinee.media.wanted import Held, Wanted
from matinee.pipeline.decide import judge
from tests.media import ladders

MB = 1_000_000
NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
FILM = "Tin.Comet.2021.1080p.WEB-DL-GRP"
EPISODE = "Night.Tram.S01E02.1080p.WEB-DL-GRP"
PACK = "Night.Tram.S01.1080p.WEB-DL-GRP"


def of_size(**limits: float) -> dict[str, QualitySize]:
    """The same limits for every quality of the profile."""
    return dict.fromkeys(ladders.HD.allowed, QualitySize(**{"most": 200.0, **limits}))


HD = replace(ladders.HD, sizes=of_size())
COMET = Wanted(
    Title(TitleRef(Kind.MOVIE, "tmdb", "603"), "Tin Comet", 2021, ExternalIds(603, "tt0133093"), runtime_minutes=100),
    HD,
)
TRAM = Wanted(
    Title(TitleRef(Kind.SERIES, "tvmaze", "7"), "Night Tram", 2019, runtime_minutes=50),
    HD,
    Episode(1, 2, "The Depot", "e2"),
)
SEASON = (
    Episode(1, 1, "Depot", "e1", date(2026, 2, 1), 50),
    Episode(1, 2, "Terminus", "e2", date(2026, 2, 8), 50),
)


def release(name: str = FILM, **facts: Any) -> Release:
    usual: dict[str, Any] = {"guid": name, "indexer": "Nook", "download_url": "u", "size": 4000 * MB, "seeders": 10}
    return Release(name=name, **usual | facts)


def whys(name: str = FILM, wanted: Wanted = COMET, **facts: Any) -> dict[str, str]:
    """The words of every rule that refuses."""
    return {reason.rule: reason.text for reason in judge(release(name, **facts), wanted).reasons}


def why(rule: str, wanted: Wanted, name: str = FILM, **facts: Any) -> str | None:
    """The words of one rule; None when it lets the release pass."""
    return whys(name, wanted, **facts).get(rule)


def with_profile(**changes: Any) -> Wanted:
    return replace(COMET, profile=replace(HD, **changes))


def preferring(wanted: Wanted = COMET, **values: Any) -> Wanted:
    return replace(wanted, preferences=Preferences(**values), now=NOW)


def limited(**values: Any) -> Wanted:
    return preferring(limits=Limits(**values))


def at_nook(wanted: Wanted = COMET, **terms: Any) -> Wanted:
    return preferring(wanted, indexers={"Nook": IndexerTerms(**terms)})


def holding(wanted: Wanted = COMET, **values: Any) -> Wanted:
    usual: dict[str, Any] = {"quality": "WEBDL-1080p", "group": "GRP", "added": NOW - timedelta(days=1)}
    return replace(wanted, held=Held(**usual | values), now=NOW)


def ago(**age: float) -> datetime:
    return NOW - timedelta(**age)
