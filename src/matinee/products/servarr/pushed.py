"""An indexer that was handed to a manager, as the manager tells it and as the house keeps it.

The same indexer may be handed to the Radarr and to the Sonarr that we are: it is kept once, and each of the two
keeps its own part (categories and fields) of it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from matinee.media.release import Protocol
from matinee.products.servarr.dialect import IMPLEMENTATIONS, Dialect
from matinee.products.servarr.failures import Invalid, failure
from matinee.products.servarr.fields import MASK, Resource, decimal, filled, numbers, text, values_of, whole
from matinee.products.servarr.tags import labels_of, tag_ids
from matinee.store.indexers import StoredIndexer

MANAGERS = ("radarr", "sonarr")
ORIGIN = "prowlarr"
_KEPT_APART = {  # fields that have a place of their own in what the house keeps
    "baseUrl",
    "apiPath",
    "apiKey",
    "additionalParameters",
    "minimumSeeders",
    "seedCriteria.seedRatio",
    "seedCriteria.seedTime",
    "seedCriteria.seasonPackSeedTime",
}
_FAMILY = 1000


def resource_of(stored: StoredIndexer, dialect: Dialect) -> Resource:
    """The indexer as the manager tells it; its key is masked."""
    part = _part(stored, dialect)
    protocol = Protocol.USENET if stored.kind == "newznab" else Protocol.TORRENT
    told = {
        "categories": _family(stored.chosen, dialect.categories),
        "animeCategories": _family(stored.chosen, dialect.anime),
        **(part or {}),
        "baseUrl": stored.settings.get("url", ""),
        "apiPath": stored.settings.get("api_path", "/api"),
        "apiKey": stored.settings.get("api_key", ""),
        "additionalParameters": stored.settings.get("additional_parameters", ""),
        "minimumSeeders": 1 if stored.minimum_seeders is None else stored.minimum_seeders,
        "seedCriteria.seedRatio": stored.seed_ratio,
        "seedCriteria.seedTime": stored.seed_time,
        "seedCriteria.seasonPackSeedTime": stored.pack_seed_time,
    }
    return {
        **template(dialect, protocol, told),
        "id": stored.id,
        "name": stored.name,
        "enableRss": stored.enabled and stored.for_rss,
        "enableAutomaticSearch": stored.enabled and stored.for_automatic,
        "enableInteractiveSearch": stored.enabled and stored.for_interactive,
        "priority": stored.priority,
        "tags": tag_ids(stored.tags),
    }


def template(dialect: Dialect, protocol: Protocol, values: Mapping[str, Any] | None = None) -> Resource:
    """The form of one kind of indexer, empty or filled."""
    implementation = IMPLEMENTATIONS[protocol]
    return {
        "enableRss": True,
        "enableAutomaticSearch": True,
        "enableInteractiveSearch": True,
        "supportsRss": True,
        "supportsSearch": True,
        "protocol": protocol.value,
        "priority": 25,
        "downloadClientId": 0,
        **dialect.own_properties,
        "name": "",
        "fields": filled(dialect.fields(protocol), values or {}),
        "implementationName": implementation,
        "implementation": implementation,
        "configContract": f"{implementation}Settings",
        "infoLink": f"https://wiki.servarr.com/{dialect.key}/supported#{implementation.lower()}",
        "tags": [],
    }


def stored_of(
    resource: Resource, dialect: Dialect, before: StoredIndexer | None, known: Iterable[str]
) -> StoredIndexer:
    """What the house keeps of it, over what it kept before. Invalid names the fields that are wrong."""
    values = values_of(resource)
    _check(resource, values, before)
    base = before or StoredIndexer(origin=ORIGIN)
    part = {name: value for name, value in values.items() if name not in _KEPT_APART}
    flags = [bool(resource.get(name)) for name in ("enableRss", "enableAutomaticSearch", "enableInteractiveSearch")]
    settings = {**base.settings, **_settings(values, base), dialect.key: json.dumps(part)}
    settings["categories"] = ",".join(map(str, _categories(base, dialect, part)))
    return replace(
        base,
        name=text(resource.get("name")),
        kind=text(resource.get("implementation")).lower(),
        enabled=any(flags),
        for_rss=flags[0],
        for_automatic=flags[1],
        for_interactive=flags[2],
        settings=settings,
        secrets=base.secrets | {"api_key"},
        tags=labels_of(resource.get("tags"), known),
        **_numbers(resource, values),
    )


def forgotten(stored: StoredIndexer, dialect: Dialect) -> StoredIndexer | None:
    """The indexer without this manager's part; None when nobody else was handed it."""
    others = [key for key in MANAGERS if key in stored.settings and key != dialect.key]
    if stored.origin != ORIGIN or not others or dialect.key not in stored.settings:
        return None
    settings = {key: value for key, value in stored.settings.items() if key != dialect.key}
    settings["categories"] = ",".join(map(str, _categories(stored, dialect, {})))
    return replace(stored, settings=settings)


def is_handed(stored: StoredIndexer, dialect: Dialect) -> bool:
    """Whether this manager has it: it was handed to it, or it comes from elsewhere."""
    if stored.kind not in ("torznab", "newznab"):
        return False
    return dialect.key in stored.settings or not any(key in stored.settings for key in MANAGERS)


def _part(stored: StoredIndexer, dialect: Dialect) -> dict[str, Any] | None:
    told = stored.settings.get(dialect.key)
    return json.loads(told) if told else None


def _settings(values: Mapping[str, Any], before: StoredIndexer) -> dict[str, str]:
    key = text(values.get("apiKey"))
    return {
        "url": text(values.get("baseUrl")),
        "api_path": text(values.get("apiPath")) or "/api",
        "api_key": before.settings.get("api_key", "") if key == MASK else key,
        "additional_parameters": text(values.get("additionalParameters")),
    }


def _categories(stored: StoredIndexer, dialect: Dialect, part: Mapping[str, Any]) -> list[int]:
    """Those of this part, and those that others want."""
    mine = {*numbers(part.get("categories")), *numbers(part.get("animeCategories"))}
    others: set[int] = set()
    for key in MANAGERS:
        if key != dialect.key and key in stored.settings:
            told = json.loads(stored.settings[key])
            others |= {*numbers(told.get("categories")), *numbers(told.get("animeCategories"))}
    if stored.origin != ORIGIN:
        others |= set(stored.chosen) - set(_family(stored.chosen, (*dialect.categories, *dialect.anime)))
    return sorted(mine | others)


def _family(categories: Iterable[int], wanted: Iterable[int]) -> list[int]:
    """Those that are wanted among the chosen; a whole thousand means each of it, and none chosen means all."""
    chosen = set(categories)
    return [one for one in wanted if not chosen or one in chosen or one // _FAMILY * _FAMILY in chosen]


def _numbers(resource: Resource, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "priority": whole(resource.get("priority"), 25),
        "minimum_seeders": whole(values.get("minimumSeeders")),
        "seed_ratio": decimal(values.get("seedCriteria.seedRatio")),
        "seed_time": whole(values.get("seedCriteria.seedTime")),
        "pack_seed_time": whole(values.get("seedCriteria.seasonPackSeedTime")),
    }


def _check(resource: Resource, values: Mapping[str, Any], before: StoredIndexer | None) -> None:
    """All that is wrong with the form at once."""
    wrong = [failure(name, message) for name, message in _complaints(resource, values, before) if message]
    if wrong:
        raise Invalid(wrong)


def _complaints(
    resource: Resource, values: Mapping[str, Any], before: StoredIndexer | None
) -> Iterable[tuple[str, str]]:
    yield "Name", "" if text(resource.get("name")) else "'Name' must not be empty."
    known = text(resource.get("implementation")) in IMPLEMENTATIONS.values()
    yield "Implementation", "" if known else "only Newznab and Torznab indexers can be handed over"
    yield "BaseUrl", "" if is_web_address(text(values.get("baseUrl"))) else "Invalid Url: it must begin with http://"
    lonely = text(values.get("apiKey")) == MASK and before is None
    yield "ApiKey", "the masked key of an indexer that is not here says nothing" if lonely else ""
    chosen = numbers(values.get("categories")) or numbers(values.get("animeCategories"))
    yield "Categories", "" if chosen else "'Categories' must be provided"
    yield from _wrong_numbers(resource, values)


def _wrong_numbers(resource: Resource, values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    try:
        read = _numbers(resource, values)
    except (ValueError, TypeError, OverflowError):
        yield "Fields", "numbers are expected for priority, seeders, seed ratio and seed times"
        return
    yield "Priority", "" if 1 <= read["priority"] <= 50 else "'Priority' must be between 1 and 50."


def is_web_address(url: str) -> bool:
    """Whether it begins with http or https and names a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
