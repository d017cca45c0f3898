import json
from pathlib import Path
from typing import Any

import pytest

from matinee.kernel.errors import Refused
from matinee.media.checks import (
    check_format,
    check_profile,
)
from matinee.media.formats.guide import GuideProfile, GuideSizes, read_guides, with_scores
from matinee.media.formats.numbers import NUMBERS, Product
from matinee.media.formats.trash import write_format
from matinee.media.profile import QualitySize

SHARED = Path(__file__).parents[3] / "shared" / "reference"
GB = 1024**3


GUIDE: dict[str, Any] = {
    "trash_id": "abc",
    "trash_scores": {"default": 1500, "german": 3},
    "name": "Tier 1",
    "includeCustomFormatWhenRenaming": True,
    "specifications": [
        {
            "name": "t",
            "implementation": "ReleaseTitleSpecification",
            "negate": True,
            "required": True,
            "fields": {"value": r"\bx\b"},
        },
        {"name": "g", "implementation": "ReleaseGroupSpecification", "fields": [{"name": "value", "value": "^(G)$"}]},
        {"name": "s", "implementation": "SourceSpecification", "fields": {"value": 7}},
        {"name": "r", "implementation": "ResolutionSpecification", "fields": {"value": 2160}},
        {"name": "l", "implementation": "LanguageSpecification", "fields": {"value": -2, "exceptLanguage": True}},
        {"name": "f", "implementation": "IndexerFlagSpecification", "fields": {"value": 32}},
        {"name": "z", "implementation": "SizeSpecification", "fields": {"min": 1, "max": 2.5}},
    ],
}


def guide(told: Any, product: Product = Product.RADARR) -> Any:
    (found,) = read_guides(json.dumps(told), product)
    return found


def test_a_guides_format_is_read_with_each_products_own_numbers() -> None:
    radarr, sonarr = guide(GUIDE), guide(GUIDE, Product.SONARR)
    assert [one.value for one in radarr.conditions] == [r"\bx\b", "^(G)$", "webdl", "2160", "Original", "internal", ""]
    assert [one.value for one in sonarr.conditions][2:6] == ["bluray remux", "2160", "Original", "freeleech75"]
    assert (radarr.conditions[0].negate, radarr.conditions[0].required) == (True, True)
    assert radarr.conditions[4].except_language
    assert (radarr.conditions[6].least, radarr.conditions[6].most) == (GB, int(2.5 * GB))
    assert (radarr.proposed["default"], radarr.trash_id, radarr.include_when_renaming) == (1500, "abc", True)
    check_format(radarr)


@pytest.mark.parametrize("product", list(Product))
def test_a_format_goes_out_as_it_came_in(product: Product) -> None:
    assert guide(write_format(guide(GUIDE, product), product), product) == guide(GUIDE, product)


@pytest.mark.parametrize(
    ("implementation", "fields"),
    [("Edition", {"value": "imax"}), ("QualityModifier", {"value": 5}), ("Year", {"min": 1, "max": 2})],
)
def test_what_a_product_does_not_know_is_not_written_for_it(implementation: str, fields: dict[str, Any]) -> None:
    told = {
        "name": "x",
        "specifications": [{"name": "", "implementation": f"{implementation}Specification", "fields": fields}],
    }
    write_format(guide(told), Product.RADARR)
    with pytest.raises(Refused, match="Sonarr knows no condition"):
        write_format(guide(told), Product.SONARR)


@pytest.mark.parametrize(
    "told",
    [
        1, None, "x", {}, {"name": "x"}, {"specifications": 3, "name": "x"}, {"specifications": [], "name": ""},
        {"name": "x", "specifications": [{"implementation": "OddSpecification"}]},
        {"name": "x", "specifications": [{"implementation": "SourceSpecification", "fields": {"value": 99}}]},
        {"name": "x", "specifications": [{"implementation": "SourceSpecification", "fields": {}}]},
        {"name": "x", "specifications": [{"implementation": "SourceSpecification", "fields": {"value": "many"}}]},
        {"name": "x", "specifications": [{"implementation": "ReleaseTitleSpecification", "fields": {"value": 3}}]},
        {"name": "x", "specifications": [{"implementation": "SizeSpecification", "fields": {"min": 1e999}}]},
        {"name": "x", "specifications": [{"implementation": "SizeSpecification", "fields": {"min": []}}]},
        {"type": "movie", "qualities": [{"quality": "DVD", "min": -1}]},
        {"name": "x", "items": [{"name": 3}]}, {"name": "x", "items": "all"},
    ],
)  # fmt: skip
def test_what_is_no_guide_is_refused(told: Any) -> None:
    with pytest.raises(Refused):
        guide(told)


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe", "[" * 100_000, "NaN"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused):
        read_guides(text, Product.RADARR)


def test_sizes_are_read_and_the_boundless_ones_are_no_bounds() -> None:
    sizes = [
        {"quality": "Bluray-1080p", "min": 50.8, "preferred": 1999, "max": 2000},
        {"quality": "Bluray-2160p Remux", "min": 1, "preferred": 400, "max": 500},
        {"quality": "Hologram", "min": 0, "max": 1},
    ]
    found = guide({"trash_id": "x", "type": "movie", "qualities": sizes})
    assert isinstance(found, GuideSizes)
    assert found.sizes == {"Bluray-1080p": QualitySize(50.8), "Remux-2160p": QualitySize(1, 400, 500)}
    assert found.strange == ("Hologram",)


def test_a_profile_is_read_worst_first_and_scored_by_the_formats_ids() -> None:
    told = {
        "trash_id": "p", "name": "HD", "upgradeAllowed": True, "cutoff": "Bluray|WEB", "minFormatScore": 1,
        "cutoffFormatScore": 100, "minUpgradeFormatScore": 0, "language": "Original", "trash_score_set": "german",
        "items": [
            {"name": "Bluray|WEB", "allowed": True, "items": ["Bluray-1080p", "WEBDL-1080p"]},
            {"name": "WEBDL-720p", "allowed": True},
            {"name": "CAM", "allowed": False},
        ],
        "formatItems": {"Tier 1": "abc", "not here": "def"},
    }  # fmt: skip
    found = guide(told)
    assert isinstance(found, GuideProfile)
    profile = with_scores(found, [guide(GUIDE)])
    assert [group.name for group in profile.groups] == ["WEBDL-720p", "Bluray|WEB"]
    assert (profile.cutoff, profile.cutoff_rank, profile.least_gain) == ("Bluray|WEB", 1, 1)
    assert (profile.scores, profile.languages) == ({"Tier 1": 3}, ("Original",))
    check_profile(profile, {"Tier 1"})


def test_a_managers_own_export_is_read_as_well() -> None:
    told = {
        "name": "HD", "cutoff": 1001, "language": {"id": -1, "name": "Any"},
        "items": [
            {"quality": {"id": 4, "name": "HDTV-720p"}, "allowed": True, "items": []},
            {"id": 1001, "name": "WEB", "allowed": True, "items": [{"quality": {"id": 3, "name": "WEBDL-1080p"}}]},
        ],
        "formatItems": [{"format": 1, "name": "Tier 1", "score": 7}],
    }  # fmt: skip
    profile = with_scores(guide(told), [])
    assert [group.name for group in profile.groups] == ["HDTV-720p", "WEB"]
    assert (profile.cutoff, profile.scores, profile.languages) == ("WEB", {"Tier 1": 7}, ())


@pytest.mark.skipif(not SHARED.exists(), reason="the reference of the field is not at hand")
@pytest.mark.parametrize("product", list(Product))
def test_the_languages_numbers_are_those_of_the_field(product: Product) -> None:
    told = json.loads((SHARED / "languages.json").read_text())[product.title()]
    assert {one["id"]: one["name"] for one in told}.items() <= NUMBERS[product].languages.items()
