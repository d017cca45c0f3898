"""A site sorts its shelves by its own numbers; here they are turned into the field's, and back."""

from collections.abc import Iterable, Iterator

from matinee.engines.indexer.language.definition import CategoryMapping
from matinee.media.categories import CUSTOM, custom_category, name_of, parent_of, with_children
from matinee.media.indexing import Category

Mappings = tuple[CategoryMapping, ...]


def tracker_ids(mappings: Mappings, wanted: Iterable[int]) -> tuple[str, ...]:
    """The site's ids for the field's numbers, in file order, each once; none of them known: the defaults.

    A parent (2000) asks for its children too; a site's own category only for itself.
    """
    asked = with_children(wanted)
    found = [one.id for one in mappings if not asked.isdisjoint(_numbers(one))]
    return tuple(dict.fromkeys(found or [one.id for one in mappings if one.is_default]))


def categories_of_id(mappings: Mappings, tracker_id: str) -> tuple[int, ...]:
    """All numbers of a site's id, the standard and its own ones; upper and lower case are one."""
    told = tracker_id.strip().casefold()
    return _all_numbers(one for one in mappings if told and one.id.casefold() == told)


def categories_of_description(mappings: Mappings, description: str) -> tuple[int, ...]:
    """The same by the words that the site shows (`categorydesc`)."""
    told = description.strip().casefold()
    return _all_numbers(one for one in mappings if told and (one.description or "").casefold() == told)


def offered(mappings: Mappings) -> tuple[Category, ...]:
    """What the site can be asked for: standard categories with those above them by number, then its own by name."""
    standard = {number for one in mappings for number in _numbers(one) if number < CUSTOM}
    parents = {parent for number in standard if (parent := parent_of(number)) is not None}
    own: dict[int, str] = {}
    for one in mappings:
        if one.description:
            own.setdefault(custom_category(one.id), one.description)
    by_name = sorted(own.items(), key=lambda item: (item[1].casefold(), item[0]))
    return (
        *(Category(number, name_of(number)) for number in sorted(standard | parents)),
        *(Category(number, name) for number, name in by_name),
    )


def _numbers(one: CategoryMapping) -> Iterator[int]:
    if one.category is not None:
        yield one.category
    if one.description:
        yield custom_category(one.id)


def _all_numbers(mappings: Iterable[CategoryMapping]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for one in mappings for number in _numbers(one)))
