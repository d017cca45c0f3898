"""Finds the drivers that are installed: ours, and those that other people's packages bring along."""

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from matinee.kernel.errors import Refused

GROUP = "matinee.products"


@cache
def installed() -> dict[str, Any]:
    """The entry points of the group by product name, not loaded yet."""
    return {point.name: point for point in entry_points(group=GROUP)}


def driver(product: str, factory: str) -> Any:
    """The factory (such as `make_indexer`) of a product's driver.

    Refused when no such driver is installed, when it cannot be loaded, or when it does not play that part.
    """
    point = installed().get(product)
    if point is None:
        raise Refused(f"there is no driver for '{product}'; installed are: {', '.join(sorted(installed()))}")
    try:
        module = point.load()
    except ImportError as error:
        raise Refused(f"the driver for '{product}' cannot be loaded: {error}") from error
    made = getattr(module, factory, None)
    if made is None:
        raise Refused(f"the driver for '{product}' has no {factory}: it fills another role")
    return made
