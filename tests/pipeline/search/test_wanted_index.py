from dataclasses import replace
from datetime import date

import pytest

from matinee.media.release import Release
from matinee.media.title import Episode, ExternalIds, Title, TitleRef
from matinee.media.wanted import Wanted
from matinee.pipeline.decide import judge
from matinee.pipeline.search import WantedIndex
from matinee.pipeline.search.rss import decide_news
from tests.media.ladders import HD
from tests.pipeline.search.fakes import offer


def series(name: str, number: int, count: int = 20) -> Title:
    episodes = tuple(
        Episode(season, episode, "", f"{season}-{episode}", date(2023, season, episode))
        for season in (1, 2)
        for episode in range(1, count // 2 + 1)
    )
    ids = ExternalIds(tvdb=number)
    return Title(TitleRef.parse(f"series-tvmaze-{number}"), name, 2023, ids, runtime_minutes=45, episodes=episodes)


TRAM, SHIP = series("Night Tram", 82), series("The Fünf Ships", 83)
MOVIE = Title(TitleRef.parse("movie-tmdb-603"), "Tin Comet", 2021, ExternalIds(tmdb=603, imdb="tt0133093"))
OTHER = Title(TitleRef.parse("movie-tmdb-7"), "Blade 2049", None)
WANTED = [
    Wanted(title, HD, episode, accepts_packs=title is SHIP) for title in (TRAM, SHIP) for episode in title.episodes
] + [Wanted(MOVIE, HD), Wanted(OTHER, HD)]
INDEX = WantedIndex(WANTED)


@pytest.mark.parametrize(
    ("release", "labels"),
    [
        (offer("Night.Tram.S01E02.1080p.WEB-DL.x264-GRP"), ["Night Tram S01E02"]),
        (offer("Night.Tram.2023.S01E02E03.1080p.WEB-DL.x264-GRP"), ["Night Tram S01E02", "Night Tram S01E03"]),
        (offer("Night.Tram.2023.02.05.1080p.WEB-DL.x264-GRP"), ["Night Tram S02E05"]),
        (offer("[Grp] Night Tram - 12 [1080p]"), ["Night Tram S02E02"]),
        (offer("Fuenf.Ships.S01E01.1080p.WEB-DL-G"), ["The Fünf Ships S01E01"]),
        (offer("Funf.Ships.S01E01.1080p.WEB-DL-G"), ["The Fünf Ships S01E01"]),
        (offer("The.Fünf.Ships.S01E01.1080p.WEB-DL-G"), ["The Fünf Ships S01E01"]),
        (offer("Another.Name.S01E01.1080p-G", ids=ExternalIds(tvdb=82)), ["Night Tram S01E01"]),
        (offer("Night.Tram.S01.1080p.WEB-DL-G"), []),
        (offer("Night.Tram.S09E01.1080p.WEB-DL-G"), []),
        (offer("Day.Tram.S01E01.1080p.WEB-DL-G"), []),
        (offer("Tin.Comet.2021.1080p.WEB-DL-G"), ["Tin Comet (2021)"]),
        (offer("Blechkomet.2021.1080p-G", ids=ExternalIds(imdb="tt133093")), ["Tin Comet (2021)"]),
        (offer("Blade.2049.1080p.WEB-DL-G"), ["Blade 2049"]),
        (offer("Tin.Comet.2021.1080p.WEB-DL-G", categories=(5040,)), []),
        (offer(""), []),
    ],
)
def test_an_upload_finds_what_it_may_be(release: Release, labels: list[str]) -> None:
    assert sorted(wanted.label for wanted in INDEX.match(release)) == labels


def test_a_season_stands_for_all_its_episodes_where_packs_are_accepted() -> None:
    found = INDEX.match(offer("Funf.Ships.S02.1080p.WEB-DL-G"))
    assert [wanted.label for wanted in found] == [f"The Fünf Ships S02E{number:02}" for number in range(1, 11)]


NAMES = [
    "Night.Tram.S01E02.1080p.WEB-DL.x264-GRP",
    "Night.Tram.2023.S02E10.German.1080p.WEB.h264-GRP",
    "The Funf Ships S01 1080p BluRay x264-GRP",
    "Funf Ships AKA Five Ships S01E04 720p HDTV x264-GRP",
    "[Grp] Night Tram - 07 [1080p]",
    "Night.Tram.2023.01.03.720p.HDTV.x264-GRP",
    "Tin.Comet.2021.German.1080p.BluRay.x264-GRP",
    "Tin.Comet.2020.1080p.WEB-DL-GRP",
    "Tin Comet AKA Blechkomet (2021) 1080p WEB-DL-GRP",
    "Blade.2049.2017.1080p.WEB-DL-GRP",
]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_missed_that_the_rules_would_take_for_it(name: str) -> None:
    told = offer(name)
    by_rules = [
        wanted.label
        for wanted in WANTED
        if not {reason.rule for reason in judge(told, wanted).reasons} & {"title", "episode"}
    ]
    assert set(by_rules) <= {wanted.label for wanted in INDEX.match(told)}
    assert by_rules or "2020" in name or "2017" in name


def test_news_are_judged_for_their_want_alone_best_first() -> None:
    news = [offer(name, guid=str(at)) for at, name in enumerate(NAMES)]
    better = replace(news[0], guid="better", name=news[0].name.replace("GRP", "OTHER"), seeders=500)
    decided = {wanted.label: found for wanted, found in decide_news([*news, better], INDEX)}
    assert [one.release.guid for one in decided["Night Tram S01E02"]] == ["better", "0"]
    assert all(one.approved for one in decided["Night Tram S01E02"])
