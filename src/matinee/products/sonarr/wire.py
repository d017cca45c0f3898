"""How Sonarr speaks of indexers."""

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

SYNCED = (5000, 5010, 5020, 5030, 5040, 5045, 5050, 5090)
ANIME = (5070,)


def sonarr_fields(protocol: Protocol) -> list[Resource]:
    """The fields of Sonarr's Newznab and Torznab indexers, as they are at first."""
    both = [
        *address_fields(),
        categories_field("categories", "Categories", (5030, 5040), (5000,)),
        categories_field("animeCategories", "Anime Categories", (), (5000,)),
        field("animeStandardFormatSearch", "Anime Standard Format Search", False, "checkbox"),
        additional_parameters(),
        field("multiLanguages", "Multi Languages", [], "select", options=((-2, "Original"),), advanced=True),
    ]
    return both if protocol is Protocol.USENET else [*both, *torrent_fields(pack=True)]


SONARR = Dialect(
    name="Sonarr",
    version="4.0.15.2941",
    function=Function.TV,
    categories=SYNCED,
    anime=ANIME,
    fields=sonarr_fields,
    first_fields=("additionalParameters",),
    own_fields=("seedCriteria.seasonPackSeedTime", "animeCategories"),
    oldest={0: (3, 0, 5)},
    own_properties={"seasonSearchMaximumSingleEpisodeAge": 0},
)
