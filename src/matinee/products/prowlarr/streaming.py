"""A search of all indexers, waited for: each release once, from its best source."""

from collections.abc import Collection
from dataclasses import dataclass, field

from matinee.media.indexing import Question
from matinee.media.release import Release
from matinee.products.servarr.house import Indexers


@dataclass(slots=True)
class Gathered:
    """The releases, how many indexers answered, and in words why others did not."""

    releases: list[Release] = field(default_factory=list)
    answered: int = 0
    troubles: list[str] = field(default_factory=list)


async def gathered(indexers: Indexers, question: Question, *, only: Collection[int] = (), source: str = "") -> Gathered:
    """Everything that the stream tells, until all have answered or are given up."""
    found: dict[tuple[str, str], Release] = {}
    told = Gathered()
    async for one in indexers.stream(question, only=only, source=source):
        for place in one.replaced:
            found.pop(place, None)
        found.update({(release.indexer, release.guid): release for release in one.releases})
        if one.trouble:
            told.troubles.append(f"{one.indexer}: {one.trouble}")
        elif not one.skipped:
            told.answered += 1
    told.releases = list(found.values())
    return told
