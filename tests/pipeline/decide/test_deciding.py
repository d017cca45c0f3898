"""From all releases to one: every rule is asked, every reason is kept, and the answer is one sentence."""

import ast
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import matinee.pipeline.decide as decide_page
from matinee.media.preferences import DelayProfile, IndexerTerms, Limits, Preferences, ReleaseProfile
from matinee.media.profile import Profile
from matinee.media.release import Protocol, Release
from matinee.media.wanted import Held
from matinee.pipeline.decide import RULES, decide, judge, summarise
from matinee.pipeline.decide.summary import PHRASES
from tests.docs.pages import page, quoted, rows
from tests.pipeline.decide.table import (
    COMET,
    EPISODE,
    FILM,
    MB,
    NOW,
    PACK,
    SEASON,
    TRAM,
    ago,
    preferring,
    release,
    whys,
    with_profile,
)

NO_RULES = {"__init__", "candidate", "decision", "preference", "summary", "upgrade"}
SPECIFICATIONS = frozenset(
    """
    AcceptableSize AirDate AlreadyImported AnimeVersionUpgrade Availability BlockedIndexer Blocklist
    CustomFormatAllowedByProfile Delay DeletedEpisodeFile EpisodeRequested FreeSpace FullSeason HardcodeSubs History
    IndexerTag Language MaximumSize MinimumAge MonitoredEpisode MonitoredMovie Movie MultiSeason NotSample Pending
    Proper Protocol QualityAllowedByProfile Queue RawDisk ReleaseRestrictions Repack RequiredIndexerFlags Retention
    SameEpisodesGrab SceneMapping SeasonMatch SeasonPackOnly Series SingleEpisodeSearchMatch SplitEpisode
    TorrentSeeding UpgradeAllowed UpgradeDisk
    """.split()  # noqa: SIM905  # as lines of one word each they would be a page
)
EVERYTHING = Preferences(
    release_profiles=(ReleaseProfile("Mine", must=("/x26[45]/", "web"), must_not=("cam",)),),
    delay_profiles=(DelayProfile("All", torrent_minutes=60, usenet_minutes=5),),
    limits=Limits(largest_mb=50_000, least_usenet_minutes=5, usenet_retention_days=900, prefer_flags=True),
    indexers={"Nook": IndexerTerms(5, frozenset({"freeleech"}), frozenset({"kids"}), 3, "21:00")},
)
STATE: dict[str, Any] = {
    "preferences": EVERYTHING,
    "protocols": frozenset(Protocol),
    "held": Held("WEBDL-720p", score=3, group="GRP", added=NOW, episodes=2),
    "queued": (Held("WEBDL-1080p"),),
    "last_grab": Held("WEBDL-1080p", added=NOW),
    "imported": frozenset({"tin.comet"}),
    "free_bytes": 10**9,
    "available_from": date(2026, 4, 1),
    "now": NOW,
    "monitored": False,
    "is_search": False,
    "is_pushed": True,
    "oldest_pending": NOW,
}
FULL_MOVIE = replace(COMET, **STATE)
FULL_SERIES = replace(TRAM, **STATE, season=SEASON, accepts_packs=True, is_anime=True, is_season_search=True)


def anything() -> st.SearchStrategy[Release]:
    """Whatever an indexer may say, in and out of its mind."""
    names = st.text() | st.sampled_from([FILM, EPISODE, PACK, f"{PACK}.Extras", "[GRP] Night Tram - 02v2 [1080p]"])
    return st.builds(
        Release,
        guid=st.text(),
        name=names,
        indexer=st.sampled_from(["Nook", "Attic"]),
        download_url=st.just("u"),
        size=st.integers(-1, 10**18),
        protocol=st.sampled_from(Protocol),
        published=st.none() | st.datetimes(timezones=st.just(UTC)),
        seeders=st.none() | st.integers(-1, 10**9),
        leechers=st.none() | st.integers(-1, 10**9),
        infohash=st.none() | st.text(),
        flags=st.frozensets(st.sampled_from(["freeleech", "internal", "?"])),
    )


def test_a_fitting_release_is_approved() -> None:
    assert judge(release(), COMET).approved
    assert judge(release("Night.Tram.S01E02.1080p.WEB-DL-GRP"), TRAM).approved


def test_every_rule_is_a_file_and_has_a_phrase_for_the_summary() -> None:
    folder = Path(decide_page.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - NO_RULES
    assert {rule.__module__.rpartition(".")[2] for rule in RULES} == files
    assert files | told_rules(folder) == set(PHRASES)


def told_rules(folder: Path) -> set[str]:
    """Every name that a reason is given under."""
    calls = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Reason"
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_every_rule_stands_in_the_owners_page() -> None:
    told = [row["rule"] for row in rows(page("deciding.md"), "rule")]
    assert told == [rule.__module__.rpartition(".")[2] for rule in RULES]


def test_every_rule_of_the_managers_is_answered_in_the_owners_page() -> None:
    told = {name for row in rows(page("deciding.md"), "their rule") for name in quoted(row["their rule"])}
    assert told == SPECIFICATIONS


def test_what_waits_is_told_as_such_in_the_owners_page() -> None:
    waiting = {row["rule"] for row in rows(page("deciding.md"), "rule") if row["for now"]}
    assert waiting == temporary_rules(Path(decide_page.__file__).parent)


def temporary_rules(folder: Path) -> set[str]:
    texts = {path.stem: path.read_text() for path in folder.glob("*.py")}
    return {name for name, text in texts.items() if name not in NO_RULES and "permanent=False" in text}


def test_what_would_change_it_is_told_with_the_figure() -> None:
    (reason,) = judge(release(size=30_000 * MB), COMET).reasons
    assert reason.cure == "allow 300 MB a minute of WEBDL-1080p"
    (reason,) = judge(release("Tin.Comet.2021.2160p.BluRay-GRP"), COMET).reasons
    assert reason.cure == "allow Bluray-2160p in 'HD'"


@given(anything())
def test_no_release_can_stop_the_judges(one: Release) -> None:
    for wanted in (FULL_MOVIE, FULL_SERIES):
        (decision,) = decide([one], wanted)
        assert all(reason.text and reason.rule in PHRASES for reason in decision.reasons)


def test_all_reasons_are_told_and_not_just_the_first() -> None:
    told = whys("Tin.Rocket.2021.FRENCH.1080p.WEB", size=90_000 * MB, seeders=0)
    assert list(told) == ["title", "size", "language", "seeders"]


def test_what_only_time_speaks_against_comes_before_what_is_refused_for_good() -> None:
    wanted = preferring(delay_profiles=(DelayProfile("Patience", torrent_minutes=60),))
    waiting, refused = release(published=ago(minutes=1)), release("Tin.Comet.2021.CAM-GRP", published=ago(days=1))
    assert [one.release for one in decide([refused, waiting], wanted)] == [waiting, refused]


def test_a_search_is_told_in_one_sentence() -> None:
    offers = [
        *(release() for _ in range(3)),
        *(release(size=30_000 * MB, seeders=0) for _ in range(4)),
        *(release("Tin.Comet.2021.FRENCH.1080p.WEB") for _ in range(3)),
        *(release("Tin.Comet.2021.English.1080p.WEB", seeders=0) for _ in range(2)),
    ]
    told = summarise(decide(offers, with_profile(languages=("English",))))
    assert told == "12 releases; 9 refused: 4 too large, 3 wrong language, 2 without seeders"
    assert summarise([]) == "no releases"
    assert summarise(decide([release()], COMET)) == "1 release; none refused"


@given(st.lists(st.tuples(st.text(), st.integers(-1, 10**15), st.none() | st.integers(-1, 10**9)), max_size=5))
def test_whatever_an_indexer_says_a_decision_is_reached(offers: list[tuple[str, int, int | None]]) -> None:
    releases = [release(name, guid=name, size=size, seeders=seeders) for name, size, seeders in offers]
    profile = Profile("none", (), "")
    decisions = decide(releases, replace(COMET, profile=profile))
    assert len(decisions) == len(releases)
    assert not any(decision.approved for decision in decisions)
    assert summarise(decisions)
