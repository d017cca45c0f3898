"""Several catalogues as one: each tells what it knows, and one that is silent does not silence the others."""

import asyncio
import logging
import re
import unicodedata
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.title import Kind, Shelf, Title, TitleCard, TitleRef
from matinee.pipeline.ports import MetadataSource

T = TypeVar("T")

log = logging.getLogger(__name__)


class Sources:
    """A MetadataSource made of several, the preferred one first."""

    name = "metadata"

    def __init__(self, sources: Sequence[MetadataSource]) -> None:
        self._sources = tuple(sources)

    async def search(self, text: str) -> list[TitleCard]:
        """Titles that fit the text; a series that several sources know is shown once."""
        answers = await self._all(lambda source: source.search(text))
        return _shown_once([cards for _, cards in answers])

    async def discover(self) -> list[Shelf]:
        """The shelves of every source, one after the other."""
        return [shelf for _, shelves in await self._all(lambda source: source.discover()) for shelf in shelves]

    async def title(self, ref: TitleRef) -> Title:
        """All about one title, from the source that named it."""
        for source in self._sources:
            if source.name == ref.source:
                return await source.title(ref)
        raise NotFound(f"'{ref}' comes from '{ref.source}', and no such metadata source is set up")

    async def probe(self) -> str:
        """What each source that answers says."""
        return "; ".join(f"{source.name}: {seen}" for source, seen in await self._all(lambda source: source.probe()))

    async def _all(self, ask: Callable[[MetadataSource], Coroutine[Any, Any, T]]) -> list[tuple[MetadataSource, T]]:
        """Ask every source at once; raises only when none has an answer."""
        if not self._sources:
            raise Refused("no metadata source is set up")
        answers = await asyncio.gather(*(_attempt(ask(source)) for source in self._sources))
        good = [
            (source, a) for source, a in zip(self._sources, answers, strict=True) if not isinstance(a, MatineeError)
        ]
        errors = [answer for answer in answers if isinstance(answer, MatineeError)]
        if not good:
            raise _together(errors)
        for error in errors:
            log.warning("%s; the other metadata sources go on without it", error)
        return good


async def _attempt(call: Coroutine[Any, Any, T]) -> T | MatineeError:
    try:
        return await call
    except MatineeError as error:
        return error


def _together(errors: Sequence[MatineeError]) -> MatineeError:
    """One error for all: it is worth trying again as soon as one of them may come back."""
    words = "; ".join(map(str, errors))
    return Unreachable(words) if any(isinstance(error, Unreachable) for error in errors) else Refused(words)


def _shown_once(answers: Iterable[Sequence[TitleCard]]) -> list[TitleCard]:
    """All cards, but no series that an earlier source has named already."""
    shown: list[TitleCard] = []
    for cards in answers:
        known = {_same(card) for card in shown if card.ref.kind is Kind.SERIES}
        shown += [card for card in cards if card.ref.kind is not Kind.SERIES or _same(card) not in known]
    return shown


def _same(card: TitleCard) -> tuple[str, int | None]:
    """What two sources agree on when they mean the same series."""
    letters = unicodedata.normalize("NFKD", card.name.casefold())
    name = re.sub(r"[\W_]+", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))
    return (name or card.name, card.year)
