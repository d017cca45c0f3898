"""How Radarr speaks of indexers."""

from matinee.media.indexing import Function
from matinee.media.release import Protocol
from matinee.products.servarr.dialect import Dialect
from matinee.products.servarr.fields import Resource, field
from matinee.products.servarr.indexer_fields import (
    additional_parameters,
    address_fields,
    categories_field,
    torrent_fields,
)

SYNCED = (2000, 2010, 2020, 2030, 2040, 2045, 2050, 2060, 2070, 2080, 2090)
_FLAGS = ((1, "G Freeleech"), (2, "G Halfleech"), (4, "G DoubleUpload"), (32, "G Internal"), (128, "G Scene"))


def radarr_fields(protocol: Protocol) -> list[Resource]:
    """The fields of Radarr's Newznab and Torznab indexers, as they are at first."""
    base, path, key = address_fields()
    both = [
        base,
        path,
        field("multiLanguages", "Multi Languages", [], "select", options=_LANGUAGES, advanced=True),
        key,
        categories_field("categories", "Categories", (2000, 2010, 2020, 2030, 2040, 2045, 2050, 2060), (2000,)),
        additional_parameters(),
        field("removeYear", "Remove year", False, "checkbox", advanced=True),
    ]
    if protocol is Protocol.USENET:
        return both
    flags = field("requiredFlags", "Required Flags", [], "tagSelect", options=_FLAGS, advanced=True)
    return [*both, *torrent_fields(pack=False), flags]


_LANGUAGES = ((-2, "Original"), (1, "English"), (2, "French"), (4, "German"), (3, "Spanish"), (5, "Italian"))

RADARR = Dialect(
    name="Radarr",
    version="5.28.0.10274",
    function=Function.MOVIE,
    categories=SYNCED,
    fields=radarr_fields,
    first_fields=("additionalParameters", "multiLanguages", "removeYear", "requiredFlags"),
    oldest={3: (3, 1, 1), 0: (4, 0, 4)},
)
