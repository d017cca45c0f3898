"""An indexer of ours as a manager should have it, and whether what it has is the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matinee.media.categories import STANDARD
from matinee.media.indexing import Abilities, Category, Function
from matinee.media.release import Protocol
from matinee.products.servarr.dialect import IMPLEMENTATIONS, Dialect
from matinee.products.servarr.fields import MASK, Resource
from matinee.store.indexers import StoredIndexer

_ID = re.compile(r"/(\d{1,9})(?:/api)?/?$", re.IGNORECASE)

SYNCED = (  # in the order of Prowlarr; what a manager's form does not have is left out
    "baseUrl",
    "apiPath",
    "apiKey",
    "categories",
    "minimumSeeders",
    "seedCriteria.seedRatio",
    "seedCriteria.seedTime",
)
FIRST = (  # the house has no opinion on these: the owner's stays
    "rejectBlocklistedTorrentHashesWhileGrabbing",
    "animeStandardFormatSearch",
)
SWITCHES = ("enableRss", "enableAutomaticSearch", "enableInteractiveSearch")
_PROPERTIES = ("name", "priority", "implementation", *SWITCHES)


@dataclass(frozen=True, slots=True)
class Offered:
    """One of our indexers, as far as managers care; `abilities` is None while it does not say what it can do."""

    stored: StoredIndexer
    protocol: Protocol
    abilities: Abilities | None


def trial_indexer() -> Offered:
    """The invented indexer 0 that a manager calls back to prove that it can reach us: usenet, all categories."""
    functions = {function: frozenset({"q"}) for function in Function}
    categories = tuple(Category(one.id, one.name) for one in STANDARD.values())
    return Offered(StoredIndexer(name="Test"), Protocol.USENET, Abilities(functions, categories))


def wanted_there(
    offered: Offered, dialect: Dialect, schema: Resource, *, own_url: str, own_key: str, id: int = 0
) -> Resource:
    """The indexer for the manager, made from the manager's own form; `id` is the manager's, 0 for a new one."""
    stored = offered.stored
    values = _values(offered, dialect, own_url, own_key)
    names = {*SYNCED, *dialect.own_fields, *((*FIRST, *dialect.first_fields) if id == 0 else ())}
    form = [one for one in schema.get("fields", []) if isinstance(one, dict) and one.get("name") in names]
    return {
        "id": id,
        "name": f"{stored.name} (Prowlarr)",
        "enableRss": stored.enabled and stored.for_rss,
        "enableAutomaticSearch": stored.enabled and stored.for_automatic,
        "enableInteractiveSearch": stored.enabled and stored.for_interactive,
        "priority": stored.priority,
        "implementationName": schema.get("implementationName"),
        "implementation": IMPLEMENTATIONS[offered.protocol],
        "configContract": schema.get("configContract"),
        "tags": [],
        "fields": [{"name": one["name"], "value": values.get(one["name"], one.get("value"))} for one in form],
    }


def _values(offered: Offered, dialect: Dialect, own_url: str, own_key: str) -> dict[str, Any]:
    stored, abilities = offered.stored, offered.abilities or Abilities()
    return {
        "baseUrl": f"{own_url.rstrip('/')}/{stored.id}/",
        "apiPath": "/api",
        "apiKey": own_key,
        "categories": dialect.served(abilities, dialect.categories),
        "animeCategories": dialect.served(abilities, dialect.anime),
        "animeStandardFormatSearch": True,
        "minimumSeeders": 1 if stored.minimum_seeders is None else stored.minimum_seeders,
        "seedCriteria.seedRatio": stored.seed_ratio,
        "seedCriteria.seedTime": stored.seed_time,
        "seedCriteria.seasonPackSeedTime": stored.seed_time if stored.pack_seed_time is None else stored.pack_seed_time,
        "rejectBlocklistedTorrentHashesWhileGrabbing": False,
    }


def is_same(ours: Resource, theirs: Resource) -> bool:
    """Whether nothing that we care for differs; a masked key counts as equal, labels and the rest are the owner's."""
    if any(ours[name] != theirs.get(name) for name in _PROPERTIES):
        return False
    there = field_values(theirs)
    return all(_equal(name, value, there.get(name)) for name, value in field_values(ours).items())


def _equal(name: str, ours: Any, theirs: Any) -> bool:
    if name == "apiKey" and theirs == MASK:
        return True
    if isinstance(ours, list) and isinstance(theirs, list):
        return sorted(map(str, ours)) == sorted(map(str, theirs))
    if ours in (None, "") and theirs in (None, ""):
        return True
    return bool(ours == theirs)


def changed(ours: Resource, theirs: Resource) -> Resource:
    """Our indexer over theirs: the owner's other fields, labels and download client stay."""
    mine = field_values(ours)
    others = [one for one in _fields(theirs) if one.get("name") not in mine]
    return {**theirs, **ours, "tags": theirs.get("tags") or [], "fields": [*ours["fields"], *others]}


def our_id(theirs: Resource, own_url: str, own_key: str) -> int | None:
    """Which of our indexers one of theirs is; None when it is not ours: other kind, other address and other key."""
    if theirs.get("implementation") not in IMPLEMENTATIONS.values():
        return None
    values = field_values(theirs)
    address, key = str(values.get("baseUrl") or ""), values.get("apiKey")
    if not (_is_below(address, own_url) or (own_key and key == own_key)):
        return None
    return _id_in(address)


def still_is(theirs: Resource, id: int) -> bool:
    """Whether one that was ours can still be: an owner may have put another indexer under the same number."""
    is_kind = theirs.get("implementation") in IMPLEMENTATIONS.values()
    return is_kind and _id_in(str(field_values(theirs).get("baseUrl") or "")) == id


def _id_in(address: str) -> int | None:
    found = _ID.search(address)
    return int(found[1]) if found else None


def _is_below(address: str, own_url: str) -> bool:
    return address.lower().startswith(f"{own_url.rstrip('/')}/".lower())


def field_values(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields hold, by name."""
    return {one["name"]: one.get("value") for one in _fields(resource) if isinstance(one.get("name"), str)}


def _fields(resource: Mapping[str, Any]) -> list[Resource]:
    fields = resource.get("fields")
    return [one for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
