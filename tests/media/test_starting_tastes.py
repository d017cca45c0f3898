import pytest

from matinee.lab.offers import OFFERS
from matinee.lab.reels import Cut
from matinee.media.checks import (
    check_format,
    check_profile,
)
from matinee.media.formats import Subject, compile_formats
from matinee.media.parse import read_name
from matinee.media.starting import FORMER_NAMES, STARTING_FORMATS, STARTING_PROFILES


def test_the_starting_profiles_stand_every_check() -> None:
    for one in STARTING_FORMATS:
        check_format(one)
    for profile in STARTING_PROFILES:
        check_profile(profile, {one.name for one in STARTING_FORMATS})
        assert profile.sentence.endswith(".")
        assert set(profile.sizes) == set(profile.allowed)
    assert set(FORMER_NAMES.values()) == {profile.name for profile in STARTING_PROFILES}


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        (
            "Tin.Comet.2021.2160p.UHD.BluRay.DV.HDR10+.TrueHD.7.1.Atmos.x265-G",
            {"HDR", "Dolby Vision", "x265", "Lossless sound"},
        ),
        ("Tin.Comet.2021.2160p.WEB-DL.DDP5.1.DoVi.H.265-G", {"Dolby Vision", "Dolby Vision alone", "x265"}),
        ("Saw.3D.2010.1080p.BluRay.x264-G", set()),
        ("Tin.Comet.2021.1080p.3D.HSBS.BluRay.x264-G", {"3D"}),
        ("Tin.Comet.2021.1080p.WEB-DL.Dubbed.H264-G", {"Dubbed"}),
        ("Tin.Comet.2021.1080p.WEB-DL.DUAL.Dubbed.H264-G", set()),
        ("Tin.Comet.2021.1080p.AI.Upscaled.x264-G", {"Upscaled"}),
        ("Enhanced.2019.1080p.WEB-DL.H264-G", set()),
        ("Tin.Comet.2021.1080p.HDRip.KORSUB.x264-G", {"Burnt-in subtitles"}),
    ],
)
def test_the_starting_formats_know_what_they_look_for(name: str, formats: set[str]) -> None:
    assert set(compile_formats(STARTING_FORMATS).matches(Subject(read_name(name)))) == formats


def test_junk_is_never_good_enough_for_a_starting_profile() -> None:
    for profile in STARTING_PROFILES:
        best = sum(score for score in profile.scores.values() if score > 0)
        assert best + profile.scores["Upscaled"] < profile.least_score


def test_what_the_lab_offers_at_its_best_is_welcome_to_a_newcomer() -> None:
    small, matcher = STARTING_PROFILES[0], compile_formats(STARTING_FORMATS)
    best = [offer for offer in OFFERS if offer.name.endswith("-LAB")]
    assert len(best) == 5
    for offer in best:
        name = read_name(offer.name)
        (file,) = offer.files
        assert isinstance(file.source, Cut)
        megabytes_a_minute = file.source.kbit * 60 / 8000
        assert small.rank(name.quality.name) is not None
        assert megabytes_a_minute < (small.sizes[name.quality.name].most or 0)
        assert sum(small.scores.get(one, 0) for one in matcher.matches(Subject(name))) >= small.least_score
