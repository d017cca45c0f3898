"""Radarr and Sonarr speak one language; what each says in its own way stands here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from matinee.media.indexing import Abilities, Function
from matinee.media.release import Protocol
from matinee.products.servarr.fields import Resource

Version = tuple[int, ...]

IMPLEMENTATIONS: Mapping[Protocol, str] = {Protocol.USENET: "Newznab", Protocol.TORRENT: "Torznab"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One manager's way of speaking.

    `version` is the one we answer as. `oldest` is the oldest that takes pushed indexers, by major version, with 0
    for all others. `categories` are those synced (`anime` apart); `fields` makes the fields of an indexer.
    `first_fields` are sent only when an indexer is added, from the manager's own schema.
    """

    name: str
    version: str
    function: Function
    categories: Sequence[int]
    fields: Callable[[Protocol], list[Resource]]
    first_fields: Sequence[str]
    own_fields: Sequence[str] = ()
    anime: Sequence[int] = ()
    oldest: Mapping[int, Version] = field(default_factory=dict)
    own_properties: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name in small letters, as settings and paths use it."""
        return self.name.lower()

    def is_served_by(self, abilities: Abilities) -> bool:
        """Whether an indexer has the manager's own search or a plain one, and one of the categories."""
        can_search = self.function in abilities.functions or abilities.takes(Function.SEARCH, "q")
        return can_search and bool(self.served(abilities, (*self.categories, *self.anime)))

    def served(self, abilities: Abilities, wanted: Sequence[int]) -> list[int]:
        """The wanted categories that the indexer has."""
        told = {one.id for one in abilities.categories}
        return [one for one in wanted if one in told]

    def is_too_old(self, version: str) -> str | None:
        """The version it should have at least, when it is older than that."""
        told = read_version(version)
        least = self.oldest.get(told[0] if told else 0, self.oldest.get(0, ()))
        return ".".join(map(str, least)) if told < least else None


def read_version(text: str) -> Version:
    """`4.0.4.5` as numbers; empty for what is no version."""
    parts = text.strip().split(".")
    return tuple(map(int, parts)) if all(one.isdecimal() and len(one) < 10 for one in parts) else ()
