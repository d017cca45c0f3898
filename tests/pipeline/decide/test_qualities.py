"""How fine, how large, in which language and of what sort a release is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matinee.media.preferences import ReleaseProfile
from matinee.pipeline.decide import judge
from tests.pipeline.decide.table import COMET, MB, limited, of_size, preferring, release, why, whys, with_profile


def test_a_quality_outside_of_the_profile_is_refused() -> None:
    assert whys("Tin.Comet.2021.HDCAM") == {"quality": "CAM is not in the profile 'HD'"}
    assert whys("Tin.Comet.2021") == {"quality": "its name does not tell the quality"}


def test_a_raw_disc_is_refused() -> None:
    assert "disc" in whys("Tin.Comet.2021.COMPLETE.BLURAY-GRP")


def test_a_sample_is_refused() -> None:
    assert whys("Tin.Comet.2021.1080p.WEB.Sample", size=30 * MB) == {
        "sample": "its name says sample, and it has 30 MB only"
    }
    assert not whys("Tin.Comet.2021.1080p.WEB.Sample")


def test_the_size_must_fit_the_running_time() -> None:
    assert whys(size=20_001 * MB) == {"size": "20,001 MB is over the 20,000 MB limit for 100 minutes"}
    wanted = with_profile(sizes=of_size(least=5.0))
    assert whys(wanted=wanted, size=100 * MB) == {"least size": "100 MB is under the 500 MB floor for 100 minutes"}
    assert not whys(wanted=wanted, size=0)


def test_the_house_may_have_a_bound_of_its_own() -> None:
    assert why("largest", limited(largest_mb=3000)) == "4,000 MB is over the house's limit of 3,000 MB"
    assert why("largest", limited(largest_mb=4000)) is None
    assert why("largest", limited()) is None


def test_the_language_must_be_wanted() -> None:
    german = with_profile(languages=("German",))
    assert not whys("Tin.Comet.2021.German.1080p.WEB", german)
    assert not whys("Tin.Comet.2021.MULTi.1080p.WEB", german)
    assert whys("Tin.Comet.2021.FRENCH.1080p.WEB", german) == {"language": "it is in French, and German is wanted"}
    assert whys(wanted=german) == {"language": "its name tells no language, and German is wanted"}
    assert not whys(wanted=with_profile(languages=("Original",)))
    assert not whys("Tin.Comet.2021.FRENCH.1080p.WEB", with_profile(languages=()))
    assert whys("Tin.Comet.2021.FRENCH.1080p.WEB"), "a newcomer's profile speaks as the film was made"


def test_subtitles_in_the_picture_are_refused_unless_the_house_puts_up_with_them() -> None:
    burnt = "Tin.Comet.2021.KORSUB.1080p.WEB-DL-GRP"
    assert why("subtitles", limited(), burnt) == "subtitles are burnt into its picture (KORSUB)"
    assert why("subtitles", limited(hardcoded_subtitles=True), burnt) is None
    assert why("subtitles", limited(hardcoded_subtitles_allowed=("kor",)), burnt) is None
    assert why("subtitles", limited()) is None


def test_the_owners_words_must_and_must_not_stand_in_a_name() -> None:
    words = ReleaseProfile("Mine", must=("web-dl", "/blu.?ray/i"), must_not=("GRP",))
    assert why("words", preferring(release_profiles=(words,))) == ("its name says GRP, which 'Mine' does not want")
    only = replace(words, must_not=())
    assert why("words", preferring(release_profiles=(only,))) is None
    assert why("words", preferring(release_profiles=(only,)), "Tin.Comet.2021.1080p.HDTV-GRP") == (
        "its name has none of the words of 'Mine': web-dl, /blu.?ray/i"
    )
    elsewhere = replace(words, indexer="Attic")
    tagged = replace(words, tags=frozenset({"kids"}))
    off = replace(words, enabled=False)
    assert why("words", preferring(release_profiles=(replace(words, indexer="Nook"),))) is not None
    assert why("words", preferring(release_profiles=(elsewhere, tagged, off))) is None


def test_a_hostile_expression_costs_no_evening() -> None:
    words = ReleaseProfile("Mine", must_not=(r"/(a+)+$/", "/(/"))
    begun = datetime.now(UTC)
    assert why("words", preferring(release_profiles=(words,)), f"Tin.Comet.2021.1080p.WEB.{'a' * 200}!") is None
    assert datetime.now(UTC) - begun < timedelta(seconds=2)


def test_a_least_score_is_told_with_what_made_it() -> None:
    wanted = replace(COMET, profile=replace(COMET.profile, least_score=10))
    assert why("score", wanted) == "its score is +0 (no format), and +10 is the least"
    assert judge(release(), wanted).reasons[0].cure == "lower the least score of 'HD' to +0"


@pytest.mark.parametrize(
    ("term", "stands"),
    [
        ("web-DL", True),
        ("/web-dl/i", True),
        ("/web-dl/", False),
        ("/WEB-DL/", True),
        ("/^tin/i", True),
        ("/ TIN # the metal/x", False),
        ("/ tin # the metal/ix", True),
        ("/(unclosed/i", False),
        ("grp", True),
    ],
)
def test_a_word_is_plain_or_an_expression_in_which_capitals_count(term: str, stands: bool) -> None:
    refused = why("words", preferring(release_profiles=(ReleaseProfile("Mine", must_not=(term,)),)))
    assert (refused is not None) is stands
