"""Which jobs a program means by its filters."""

from fnmatch import fnmatchcase

LONGEST_SEARCH = 200


def any_of(value: str, wanted: list[str]) -> bool:
    """Whether the value is one of those wanted, in any case of letters; no wish is every value."""
    return not wanted or value.lower() in {word.lower() for word in wanted}


def named_like(name: str, search: str) -> bool:
    """Whether all words of the search stand in the name in this order; * is anything."""
    words = search[:LONGEST_SEARCH].casefold().replace("[", "?").replace("*", " ").split()
    return fnmatchcase(name.casefold(), "*" + "*".join(words) + "*") if words else True
