"""The small blocks that stand everywhere in a definition: where a value is, and how it is filtered."""

from matinee.engines.indexer.language.definition import ErrorBlock, Filter, Selector
from matinee.engines.indexer.language.place import Place


def read_selector(block: Place) -> Selector:
    """A selector block; every key of it may be missing."""
    return Selector(
        selector=block.text("selector"),
        attribute=block.text("attribute"),
        remove=block.text("remove"),
        case=block.pairs("case"),
        text=block.text("text"),
        filters=read_filters(block),
        optional=bool(block.flag("optional")),
        default=block.text("default"),
    )


def read_filters(block: Place, key: str = "filters") -> tuple[Filter, ...]:
    """A chain of filters; arguments may be one value, a list of them, or none."""
    return tuple(Filter(one.needed("name"), one.texts("args")) for one in block.inners(key))


def read_errors(block: Place) -> tuple[ErrorBlock, ...]:
    """The signs by which a page tells that something failed."""
    return tuple(_error(one) for one in block.inners("error"))


def _error(one: Place) -> ErrorBlock:
    message = one.inner("message")
    return ErrorBlock(one.needed("selector"), read_selector(message) if message else None, one.text("path"))
