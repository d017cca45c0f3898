"""An indexer as Prowlarr tells it, and what the house keeps of what it is told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from matinee.media.indexing import Abilities, IndexerFacts
from matinee.media.release import Protocol
from matinee.pipeline.search.answers import Seat
from matinee.products.prowlarr.capabilities import capabilities_row
from matinee.products.prowlarr.forms import (
    fields_of,
    implementation_of,
    is_on,
    kind_of,
    privacy_of,
    setting_value,
    settings_of,
    shown_value,
)
from matinee.products.prowlarr.history import status_row
from matinee.products.prowlarr.house import Definition, Setting, facts_of
from matinee.products.prowlarr.profiles import profile_id, switches
from matinee.products.servarr.failures import Invalid, failure
from matinee.products.servarr.fields import MASK, SECRET, Resource, decimal, filled, text, values_of, whole
from matinee.products.servarr.pushed import is_web_address
from matinee.products.servarr.status import iso
from matinee.products.servarr.tags import labels_of, tag_ids
from matinee.store.indexers import StoredIndexer

_NO_WORD = re.compile(r"[^\w]+")
_HOUR = 1


def indexer_row(seat: Seat, abilities: Abilities | None, definition: Definition | None) -> Resource:
    """The resource of an indexer that is kept; secrets are masked."""
    stored, facts = seat.stored, facts_of(seat)
    form = form_row(stored.kind, facts, abilities or Abilities(), definition)
    settings = {name: _shown(name, kept, definition) for name, kept in stored.settings.items()}
    by_field = {name: settings[key] for name, key in settings_of(stored.kind).items() if key in settings}
    values = {**settings, **by_field, **_limits(stored)}
    if stored.kind == "cardigann":
        values["definitionFile"] = stored.definition
    return {
        **form,
        "id": stored.id,
        "name": stored.name,
        "sortName": _NO_WORD.sub(" ", stored.name).lower().strip(),
        "fields": filled(form["fields"], values),
        "enable": stored.enabled,
        "redirect": stored.redirect,
        "appProfileId": profile_id(stored),
        "priority": stored.priority,
        "tags": tag_ids(stored.tags),
        "added": iso(stored.added) if stored.added else "0001-01-01T00:00:00Z",
        **({"status": row} if (row := status_row(seat)) else {}),
    }


def form_row(
    kind: str, facts: IndexerFacts, abilities: Abilities, definition: Definition | None, name: str = ""
) -> Resource:
    """The empty form of a kind of indexer, or of one definition."""
    implementation, title = implementation_of(kind)
    links = list(definition.links) if definition else [facts.site] if facts.site else []
    return {
        "id": 0,
        "name": name or (definition.name if definition else ""),
        "fields": filled(fields_of(kind, definition), {}),
        "implementationName": title,
        "implementation": implementation,
        "configContract": f"{implementation}Settings",
        "infoLink": "https://wiki.servarr.com/prowlarr/supported-indexers",
        "tags": [],
        "presets": [],
        "indexerUrls": links,
        "legacyUrls": list(definition.legacy_links) if definition else [],
        "definitionName": definition.id if definition else implementation,
        "description": definition.description if definition else facts.description,
        "language": definition.language if definition else facts.language,
        "encoding": definition.encoding if definition else "UTF-8",
        "enable": False,
        "redirect": False,
        "supportsRss": True,
        "supportsSearch": True,
        "supportsRedirect": True,
        "supportsPagination": abilities.turns_pages,
        "appProfileId": 1,
        "protocol": facts.protocol.value,
        "privacy": (definition.privacy if definition else facts.privacy).value,
        "capabilities": capabilities_row(abilities),
        "priority": 25,
        "downloadClientId": 0,
        "added": "0001-01-01T00:00:00Z",
        "sortName": (name or (definition.name if definition else title)).lower(),
    }


def _shown(name: str, kept: str, definition: Definition | None) -> Any:
    setting = _asked(name, definition)
    return shown_value(setting, kept) if setting else kept


def _asked(name: str, definition: Definition | None) -> Setting | None:
    """What a definition asks by this name."""
    return next((one for one in definition.settings if one.name == name), None) if definition else None


def _limits(stored: StoredIndexer) -> dict[str, Any]:
    return {
        "baseSettings.queryLimit": stored.query_limit,
        "baseSettings.grabLimit": stored.grab_limit,
        "baseSettings.limitsUnit": _HOUR if stored.limit_unit == "hour" else 0,
        "torrentBaseSettings.appMinimumSeeders": stored.minimum_seeders,
        "torrentBaseSettings.seedRatio": stored.seed_ratio,
        "torrentBaseSettings.seedTime": stored.seed_time,
        "torrentBaseSettings.packSeedTime": stored.pack_seed_time,
        "torrentBaseSettings.preferMagnetUrl": is_on(stored.settings.get("prefer_magnet")),
    }


def stored_of(
    resource: Resource, before: StoredIndexer | None, definition: Definition | None, labels: Iterable[str]
) -> StoredIndexer:
    """What the house keeps of a resource, over what it kept before. Invalid names the fields that are wrong."""
    values = values_of(resource)
    kind = kind_of(text(resource.get("implementation")))
    _check(resource, values, kind)
    base = before or StoredIndexer(kind=kind)
    return replace(
        base,
        name=text(resource.get("name")),
        kind=kind,
        definition=definition.id if definition else "",
        enabled=bool(resource.get("enable", True)),
        redirect=bool(resource.get("redirect", False)),
        settings={**base.settings, **_settings(kind, values, base, definition)},
        secrets=base.secrets | _secrets(kind, definition),
        tags=labels_of(resource.get("tags"), labels),
        **switches(resource.get("appProfileId", 1)),
        **_numbers(resource, values),
    )


def _settings(
    kind: str, values: Mapping[str, Any], before: StoredIndexer, definition: Definition | None
) -> dict[str, str]:
    """What the driver is told; a masked secret stays what it was."""
    by_field = settings_of(kind)
    told: dict[str, str] = {}
    for name, value in values.items():
        setting = _asked(name, definition)
        key = by_field.get(name, name if setting else "")
        if not key or value == MASK:
            continue
        told[key] = setting_value(setting, value) if setting else _plain(value)
    if "torrentBaseSettings.preferMagnetUrl" in values:
        told["prefer_magnet"] = _plain(is_on(values["torrentBaseSettings.preferMagnetUrl"]))
    return told


def _plain(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else text(value)


def _secrets(kind: str, definition: Definition | None) -> frozenset[str]:
    by_field = settings_of(kind)
    own = {by_field[one["name"]] for one in fields_of(kind) if one["privacy"] in SECRET and one["name"] in by_field}
    asked = {one.name for one in definition.settings if privacy_of(one) in SECRET} if definition else set()
    return frozenset(own | asked)


def _numbers(resource: Resource, values: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers; the fields that are not told stay as they are."""
    read = {
        "query_limit": ("baseSettings.queryLimit", whole),
        "grab_limit": ("baseSettings.grabLimit", whole),
        "minimum_seeders": ("torrentBaseSettings.appMinimumSeeders", whole),
        "seed_ratio": ("torrentBaseSettings.seedRatio", decimal),
        "seed_time": ("torrentBaseSettings.seedTime", whole),
        "pack_seed_time": ("torrentBaseSettings.packSeedTime", whole),
    }
    told: dict[str, Any] = {key: reader(values[name]) for key, (name, reader) in read.items() if name in values}
    told["priority"] = whole(resource.get("priority"), 25)
    if "baseSettings.limitsUnit" in values:
        told["limit_unit"] = "hour" if whole(values["baseSettings.limitsUnit"]) == _HOUR else "day"
    return told


def _check(resource: Resource, values: Mapping[str, Any], kind: str) -> None:
    complaints = [(name, told) for name, told in _complaints(resource, values, kind) if told]
    if complaints:
        raise Invalid([failure(name, told) for name, told in complaints])


def _complaints(resource: Resource, values: Mapping[str, Any], kind: str) -> Iterable[tuple[str, str]]:
    yield "Name", "" if text(resource.get("name")) else "'Name' must not be empty."
    yield "Implementation", "" if kind else "'Implementation' must not be empty."
    needs_url = kind in ("torznab", "newznab", "rss")
    yield "BaseUrl", "Invalid Url" if needs_url and not is_web_address(text(values.get("baseUrl"))) else ""
    try:
        priority = _numbers(resource, values)["priority"]
    except (ValueError, TypeError, OverflowError):
        yield "Fields", "numbers are expected for priority, limits, seeders, seed ratio and seed times"
        return
    yield "Priority", "" if 1 <= priority <= 50 else "'Priority' must be between 1 and 50."


def guessed_facts(kind: str) -> IndexerFacts:
    """What a form says of an indexer that is not there yet."""
    return IndexerFacts(protocol=Protocol.USENET if kind == "newznab" else Protocol.TORRENT)
