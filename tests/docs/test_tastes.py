"""The tastes in the docs are those of the code: profiles, conditions, addresses."""

import pytest

from matinee.media.custom_format import ConditionKind
from matinee.media.starting import FORMER_NAMES, STARTING_FORMATS, STARTING_PROFILES
from matinee.settings import Settings
from matinee.web.tastes import router
from tests.docs.pages import bare, page, rows

TEXT = page("tastes.md")


def test_the_starting_profiles_are_those_told() -> None:
    told = [(row["profile"], row["what it is for"]) for row in rows(TEXT, "profile")]
    assert told == [(profile.name, profile.sentence) for profile in STARTING_PROFILES]
    assert {profile.languages for profile in STARTING_PROFILES} == {("Original", "English")}
    assert "All three want sound in the original language or English" in TEXT


def test_the_default_profile_is_one_of_them() -> None:
    assert Settings().library.profile in {profile.name for profile in STARTING_PROFILES}


@pytest.mark.parametrize(("former", "name"), FORMER_NAMES.items())
def test_settings_with_a_former_name_mean_the_new_one(former: str, name: str) -> None:
    assert Settings.model_validate({"library": {"profile": former}}).library.profile == name


def test_every_condition_is_told() -> None:
    assert [bare(row["condition"]) for row in rows(TEXT, "condition")] == [str(kind) for kind in ConditionKind]


def test_every_address_that_is_told_is_one() -> None:
    paths = {getattr(route, "path", "") for route in router.routes}
    told = [bare(row["address"]) for row in rows(TEXT, "address")]
    assert set(told) <= paths
    assert {path for path in paths if path not in told} == {
        "/api/profiles", "/api/profiles/{profile_id}", "/api/formats", "/api/formats/{format_id}",
        "/api/formats/import", "/api/formats/export", "/api/formats/try",
    }  # fmt: skip


def test_the_junk_that_is_told_is_refused_by_all_three() -> None:
    junk = {"Upscaled", "3D", "Dubbed", "Burnt-in subtitles"}
    assert junk <= {one.name for one in STARTING_FORMATS}
    assert all(profile.scores[name] <= -1000 for profile in STARTING_PROFILES for name in junk)
