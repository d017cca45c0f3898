"""What a definition says of its site in a line: enough to choose from a list of hundreds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matinee.engines.indexer.language.categories import offered
from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.site.abilities import functions_of
from matinee.media.categories import CUSTOM
from matinee.media.indexing import Function, Privacy

_IDS = frozenset(("imdbid", "tmdbid", "tvdbid", "tvmazeid", "traktid", "doubanid", "rid"))


@dataclass(frozen=True, slots=True)
class Summary:
    """A definition in a list. `takes` are the parameters of each search, `file` where it stands on the shelf."""

    id: str
    name: str
    description: str
    language: str
    privacy: Privacy
    links: tuple[str, ...]
    categories: tuple[int, ...]
    takes: Mapping[Function, frozenset[str]] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    file: str = ""
    is_custom: bool = False

    def ids(self, function: Function) -> frozenset[str]:
        """The catalogue numbers that this search takes (`imdbid`, `tmdbid` …)."""
        return self.takes.get(function, frozenset()) & _IDS


def summarize(definition: Definition) -> Summary:
    """The definition in a line."""
    numbers = (one.id for one in offered(definition.caps.mappings))
    return Summary(
        id=definition.id,
        name=definition.name,
        description=definition.description,
        language=definition.language,
        privacy=definition.privacy,
        links=definition.links,
        categories=tuple(number for number in numbers if number < CUSTOM),
        takes=functions_of(definition),
        replaces=definition.replaces,
    )


def as_plain(summary: Summary) -> dict[str, Any]:
    """The summary as JSON can hold it, without its place on the shelf."""
    return {
        "id": summary.id,
        "name": summary.name,
        "description": summary.description,
        "language": summary.language,
        "privacy": summary.privacy.value,
        "links": list(summary.links),
        "categories": list(summary.categories),
        "takes": {function.value: sorted(words) for function, words in summary.takes.items()},
        "replaces": list(summary.replaces),
    }


def from_plain(plain: Mapping[str, Any]) -> Summary:
    """A summary out of JSON; KeyError, TypeError or ValueError when it was written otherwise."""
    return Summary(
        id=plain["id"],
        name=plain["name"],
        description=plain["description"],
        language=plain["language"],
        privacy=Privacy(plain["privacy"]),
        links=tuple(plain["links"]),
        categories=tuple(plain["categories"]),
        takes={Function(function): frozenset(words) for function, words in plain["takes"].items()},
        replaces=tuple(plain["replaces"]),
    )
