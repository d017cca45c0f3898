"""Categories: from the field's numbers to the site's, and back."""

from matinee.engines.indexer.language.categories import (
    categories_of_description,
    categories_of_id,
    offered,
    tracker_ids,
)
from matinee.engines.indexer.language.definition import CategoryMapping

MAPPINGS = (
    CategoryMapping("7", 2040, "Films HD"),
    CategoryMapping("con_wii", 1030, "Wii"),
    CategoryMapping("7", 2045, "Films HD"),
    CategoryMapping("5", 5000, "Series", is_default=True),
    CategoryMapping("6", 2000, None, is_default=True),
    CategoryMapping("9", None, "Odd"),
)


def test_a_parent_asks_for_its_children_in_file_order_and_each_id_once() -> None:
    assert tracker_ids(MAPPINGS, [2000]) == ("7", "6")
    assert tracker_ids(MAPPINGS, [2045, 1030]) == ("con_wii", "7")
    assert tracker_ids(MAPPINGS, [1030, 2040]) == ("7", "con_wii")


def test_nothing_known_is_the_defaults() -> None:
    assert tracker_ids(MAPPINGS, []) == ("5", "6")
    assert tracker_ids(MAPPINGS, [7000]) == ("5", "6")
    assert tracker_ids(MAPPINGS[:1], []) == ()


def test_a_sites_own_category_asks_only_for_itself() -> None:
    assert tracker_ids(MAPPINGS, [100_007]) == ("7",)
    assert tracker_ids(MAPPINGS, [137_107]) == ("con_wii",)
    assert tracker_ids(MAPPINGS, [100_009]) == ("9",)
    assert tracker_ids(MAPPINGS, [100_000]) == ("5", "6")


def test_an_id_gives_all_its_numbers_in_any_case() -> None:
    assert categories_of_id(MAPPINGS, "7") == (2040, 100_007, 2045)
    assert categories_of_id(MAPPINGS, " CON_WII ") == (1030, 137_107)
    assert categories_of_id(MAPPINGS, "6") == (2000,)
    assert categories_of_id(MAPPINGS, "") == ()


def test_a_description_gives_all_its_numbers_in_any_case() -> None:
    assert categories_of_description(MAPPINGS, "films hd") == (2040, 100_007, 2045)
    assert categories_of_description(MAPPINGS, "") == ()


def test_what_is_offered_are_the_standard_ones_by_number_then_its_own_by_name() -> None:
    assert [(one.id, one.name) for one in offered(MAPPINGS)] == [
        (1000, "Console"),
        (1030, "Console/Wii"),
        (2000, "Movies"),
        (2040, "Movies/HD"),
        (2045, "Movies/UHD"),
        (5000, "TV"),
        (100_007, "Films HD"),
        (100_009, "Odd"),
        (100_005, "Series"),
        (137_107, "Wii"),
    ]
