from dataclasses import replace
from typing import Any

import pytest

from matinee.kernel.errors import Refused
from matinee.media.checks import (
    check_delay_profiles,
    check_format,
    check_profile,
    check_release_profiles,
    check_sizes,
)
from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.preferences import DelayProfile, ReleaseProfile
from matinee.media.profile import Profile, QualityGroup, QualitySize, alone
from matinee.media.release import Protocol

K = ConditionKind


def title(value: str, **more: Any) -> Condition:
    return Condition(value, K.TITLE, value, **more)


PROFILE = Profile("p", (*alone("WEBDL-720p"), QualityGroup("1080p", ("WEBDL-1080p", "Bluray-1080p"))), cutoff="1080p")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"groups": ()}, "groups"),
        ({"groups": (QualityGroup("x", ()),)}, "groups"),
        ({"groups": alone("Hologram")}, "groups"),
        ({"groups": alone("DVD", "DVD")}, "groups"),
        ({"groups": (QualityGroup("DVD", ("WEBDL-720p", "WEBDL-1080p")),)}, "groups"),
        ({"cutoff": "Remux-2160p"}, "cutoff"),
        ({"scores": {"none": 5}}, "scores"),
        ({"scores": {"HDR": 10**9}}, "scores"),
        ({"least_gain": 0}, "least_gain"),
        ({"languages": ("Klingon",)}, "languages"),
        ({"languages": ("Any",)}, "languages"),
        ({"sizes": {"DVD": QualitySize(5, 4, 6)}}, "sizes"),
        ({"sizes": {"DVD": QualitySize(5, 6, 4)}}, "sizes"),
        ({"sizes": {"Hologram": QualitySize()}}, "sizes"),
    ],
)
def test_a_profile_that_cannot_be_meant_is_refused(changes: dict[str, Any], field: str) -> None:
    check_profile(PROFILE, {"HDR"})
    with pytest.raises(Refused) as error:
        check_profile(replace(PROFILE, **changes), {"HDR"})
    assert error.value.field == field


@pytest.mark.parametrize(
    "condition",
    [
        title(""), title("("), title("(a+)+b"),
        Condition("", K.GROUP, "["),
        Condition("", K.SOURCE, "hologram"), Condition("", K.MODIFIER, ""), Condition("", K.RELEASE_TYPE, "box"),
        Condition("", K.RESOLUTION, "high"), Condition("", K.LANGUAGE, "Klingon"), Condition("", K.FLAG, ""),
        Condition("", K.SIZE), Condition("", K.SIZE, least=2, most=1), Condition("", K.SIZE, least=2, most=2),
        Condition("", K.SIZE, least=-1), Condition("", K.YEAR, least=2020, most=2019),
    ],
)  # fmt: skip
def test_a_format_that_cannot_hold_is_refused(condition: Condition) -> None:
    with pytest.raises(Refused) as error:
        check_format(CustomFormat("x", (title("fine"), condition)))
    assert error.value.field == "conditions.1"


def test_a_format_without_conditions_is_refused() -> None:
    with pytest.raises(Refused, match="no conditions"):
        check_format(CustomFormat("x", ()))


ALL = DelayProfile("all")


@pytest.mark.parametrize(
    ("delays", "field"),
    [
        ([DelayProfile("a", frozenset({"x"}))], "tags"),
        ([ALL, DelayProfile("b")], "tags"),
        ([ALL, DelayProfile("a", frozenset({"x"}))], "tags"),
        ([DelayProfile("a", frozenset({"x"})), DelayProfile("b", frozenset({"x", "y"})), ALL], "tags"),
        ([replace(ALL, torrents=False, usenet=False)], "torrents"),
        ([replace(ALL, torrents=False)], "preferred"),
        ([replace(ALL, preferred=Protocol.USENET, usenet=False)], "preferred"),
        ([replace(ALL, torrent_minutes=-1)], "torrent_minutes"),
        ([DelayProfile("ALL", frozenset({"x"})), ALL], "name"),
    ],
)
def test_delays_that_contradict_are_refused(delays: list[DelayProfile], field: str) -> None:
    with pytest.raises(Refused) as error:
        check_delay_profiles(delays)
    assert error.value.field == field


def test_sound_delays_and_none_at_all_are_kept() -> None:
    check_delay_profiles([])
    check_delay_profiles([DelayProfile("a", frozenset({"x"})), DelayProfile("b", frozenset({"y"})), ALL])


@pytest.mark.parametrize(
    "profile",
    [
        ReleaseProfile("x"), ReleaseProfile("x", must=("",)), ReleaseProfile("x", must=("a", " ")),
        ReleaseProfile("x", must=("Cam",), must_not=("cam",)), ReleaseProfile("x", must=("/(/",)),
        ReleaseProfile("x", must_not=("/(a+)+b/i",)),
    ],
)  # fmt: skip
def test_words_that_say_nothing_or_both_are_refused(profile: ReleaseProfile) -> None:
    with pytest.raises(Refused):
        check_release_profiles([profile])


def test_sizes_rise_from_least_to_most() -> None:
    check_sizes({"DVD": QualitySize(0, None, 5), "SDTV": QualitySize(1, 1, 1), "CAM": QualitySize()})
