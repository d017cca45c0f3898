"""The fields of an indexer as both managers draw them."""

from collections.abc import Sequence

from matinee.media.categories import STANDARD
from matinee.products.servarr.fields import Resource, field


def address_fields() -> list[Resource]:
    """Where the indexer is and what opens it."""
    return [
        field("baseUrl", "URL", ""),
        field("apiPath", "API Path", "/api", advanced=True, help="Path to the api, usually /api"),
        field("apiKey", "API Key", "", privacy="apiKey"),
    ]


def categories_field(name: str, label: str, chosen: Sequence[int], families: Sequence[int]) -> Resource:
    """A choice among the standard categories of some families (`5000`)."""
    options = [(one.id, one.name) for one in STANDARD.values() if one.id in families or one.parent in families]
    return field(name, label, list(chosen), "select", options=options)


def additional_parameters() -> Resource:
    """What is added to every question, as `&name=value`."""
    return field("additionalParameters", "Additional Parameters", "", advanced=True)


def torrent_fields(*, pack: bool) -> list[Resource]:
    """What torrents need besides; `pack` adds the seed time of a whole season."""
    seed = [
        field("seedCriteria.seedRatio", "Seed Ratio"),
        field("seedCriteria.seedTime", "Seed Time", None, "number", advanced=True, unit="minutes"),
    ]
    packs = field("seedCriteria.seasonPackSeedTime", "Season-Pack Seed Time", None, "number", unit="minutes")
    return [
        field("minimumSeeders", "Minimum Seeders", 1, "number", advanced=True),
        *seed,
        *([packs] if pack else []),
        field(
            "rejectBlocklistedTorrentHashesWhileGrabbing",
            "Reject Blocklisted Torrent Hashes While Grabbing",
            False,
            "checkbox",
            advanced=True,
        ),
    ]
