"""The form of an indexer: which fields each kind has, and what stands in them."""

from collections.abc import Mapping
from typing import Any

from matinee.media.release import Protocol
from matinee.products.newznab.presets import PRESETS, Preset
from matinee.products.prowlarr.house import Definition, Setting
from matinee.products.servarr.fields import Resource, field, text

# A field of the form, and the setting that it is.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "cardigann": {"baseUrl": "url"},
    "torznab": {
        "baseUrl": "url",
        "apiPath": "api_path",
        "apiKey": "api_key",
        "additionalParameters": "additional_parameters",
    },
    "rss": {
        "baseUrl": "url",
        "cookie": "cookie",
        "allowZeroSize": "allow_zero_size",
        "defaultReleaseSize": "default_size",
    },
    "archive": {"baseUrl": "url"},
}
IMPLEMENTATIONS: Mapping[str, tuple[str, str]] = {  # by our kind: what Prowlarr calls it, and its name for people
    "cardigann": ("Cardigann", "Cardigann"),
    "newznab": ("Newznab", "Generic Newznab"),
    "torznab": ("Torznab", "Generic Torznab"),
    "rss": ("TorrentRssIndexer", "Torrent RSS Feed"),
    "archive": ("InternetArchive", "Internet Archive"),
}
_UNITS = ((0, "Day"), (1, "Hour"))
_SECRET_NAMES = frozenset({"apikey", "cookie", "passkey", "rsskey", "pid", "2facode", "password", "key", "authkey"})


def implementation_of(kind: str) -> tuple[str, str]:
    """What Prowlarr calls a kind of indexer; other people's drivers keep their own name."""
    return IMPLEMENTATIONS.get(kind, (kind, kind))


def kind_of(implementation: str) -> str:
    """Our kind of an implementation."""
    known = {name.lower(): kind for kind, (name, _) in IMPLEMENTATIONS.items()}
    return known.get(implementation.lower(), implementation.lower())


def settings_of(kind: str) -> Mapping[str, str]:
    """Which field is which setting, apart from those that a definition asks."""
    return SETTINGS.get("torznab" if kind == "newznab" else kind, {"baseUrl": "url", "apiKey": "api_key"})


def fields_of(kind: str, definition: Definition | None = None) -> list[Resource]:
    """The empty fields of a kind; a definition adds what it asks."""
    own = {
        "cardigann": _definition_fields(definition),
        "torznab": _newznab_fields(),
        "newznab": _newznab_fields(),
        "rss": _rss_fields(),
        "archive": [field("baseUrl", "Base Url", "https://archive.org/")],
    }.get(kind, [field("baseUrl", "URL", ""), field("apiKey", "API Key", "", privacy="apiKey")])
    return [*own, *_limit_fields(), *([] if kind == "newznab" else _torrent_fields())]


def _definition_fields(definition: Definition | None) -> list[Resource]:
    id, links = (definition.id, definition.links) if definition else ("", ())
    return [
        field("definitionFile", "Definition", id, hidden="hidden"),
        field("baseUrl", "Base Url", links[0] if links else None, "select", help="Which address of the site is used"),
        *(setting_field(one) for one in (definition.settings if definition else ())),
    ]


def setting_field(setting: Setting) -> Resource:
    """One thing a definition asks: a select is told by the place of its option, by the alphabet of the keys."""
    if setting.type == "select":
        keys = sorted(setting.options)
        options = [(place, setting.options[key]) for place, key in enumerate(keys)]
        place = keys.index(setting.default) if setting.default in keys else 0
        return field(setting.name, setting.label, place, "select", options=options)
    if setting.type == "checkbox":
        return field(setting.name, setting.label, is_on(setting.default), "checkbox")
    type = "textbox" if setting.type in ("text", "multi-select") else setting.type
    return field(setting.name, setting.label, setting.default, type, privacy=privacy_of(setting))


def privacy_of(setting: Setting) -> str:
    """Whether what is filled in must never be shown."""
    if setting.type == "password":
        return "password"
    if setting.name.lower() in _SECRET_NAMES:
        return "apiKey"
    return "userName" if setting.name.lower() == "username" else "normal"


def setting_value(setting: Setting, told: Any) -> str:
    """What is kept of a field that a definition asks: a select's key, `true` or `false`, or the text."""
    if setting.type == "select":
        keys = sorted(setting.options)
        place = int(text(told)) if text(told).isdecimal() and len(text(told)) < 6 else -1
        return keys[place] if 0 <= place < len(keys) else text(told) if text(told) in keys else setting.default or ""
    if setting.type == "checkbox":
        return "true" if is_on(told) else "false"
    return text(told)


def shown_value(setting: Setting, kept: str) -> Any:
    """What stands in the field."""
    if setting.type == "select":
        keys = sorted(setting.options)
        return keys.index(kept) if kept in keys else 0
    return is_on(kept) if setting.type == "checkbox" else kept


def is_on(told: Any) -> bool:
    """Whether a box is ticked."""
    return text(told).lower() in ("true", "1", "yes", "on")


def presets(kind: str) -> list[Preset]:
    """Well-known indexers of a kind, the generic one left out."""
    protocol = Protocol.USENET if kind == "newznab" else Protocol.TORRENT
    return [one for one in PRESETS if one.protocol is protocol and one.url]


def _newznab_fields() -> list[Resource]:
    return [
        field("baseUrl", "URL", ""),
        field("apiPath", "API Path", "/api", advanced=True, help="Path to the api, usually /api"),
        field("apiKey", "API Key", "", privacy="apiKey"),
        field("additionalParameters", "Additional Parameters", "", advanced=True),
    ]


def _rss_fields() -> list[Resource]:
    return [
        field("baseUrl", "Full RSS Feed URL", ""),
        field("cookie", "Cookie", "", privacy="password"),
        field("allowZeroSize", "Allow Zero Size", False, "checkbox"),
        field("defaultReleaseSize", "Default Release Size", None, "number", unit="MB", advanced=True),
    ]


def _limit_fields() -> list[Resource]:
    return [
        field("baseSettings.queryLimit", "Query Limit", None, "number", advanced=True),
        field("baseSettings.grabLimit", "Grab Limit", None, "number", advanced=True),
        field("baseSettings.limitsUnit", "Limits Unit", 0, "select", options=_UNITS, advanced=True),
    ]


def _torrent_fields() -> list[Resource]:
    return [
        field("torrentBaseSettings.appMinimumSeeders", "Apps Minimum Seeders", None, "number", advanced=True),
        field("torrentBaseSettings.seedRatio", "Seed Ratio"),
        field("torrentBaseSettings.seedTime", "Seed Time", None, "number", unit="minutes", advanced=True),
        field("torrentBaseSettings.packSeedTime", "Pack Seed Time", None, "number", unit="minutes", advanced=True),
        field("torrentBaseSettings.preferMagnetUrl", "Prefer Magnet URL", False, "checkbox", advanced=True),
    ]
