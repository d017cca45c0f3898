"""One title, many numbers: each catalogue is asked what the others call it, and the answer is kept for a month."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from pydantic import TypeAdapter, ValidationError

from matinee.engines.metadata.numbers import FIELDS, agreed, contradict, merged, missing_from
from matinee.kernel.cache import FolderCache, SingleFlight
from matinee.kernel.errors import MatineeError
from matinee.media.title import ExternalIds, Kind

log = logging.getLogger(__name__)

_SHAPE = 1
_WHOLE_FOR = timedelta(days=30)
_PARTLY_FOR = timedelta(hours=1)  # a catalogue was silent: it is asked again soon
_ROUNDS = 3  # what one catalogue tells may be what another can be asked by
_PATIENCE = 8.0
_EACH_WITHIN = 3.0  # seconds: who is silent does not keep back what the others tell
_NOTHING = ExternalIds()


@runtime_checkable
class Linked(Protocol):
    """A catalogue that can tell a title's numbers in other catalogues."""

    name: str

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        """All numbers it knows of the title that has one of these; none when it does not know it."""
        ...


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What was found out; `whole` when every catalogue had its say."""

    ids: ExternalIds
    whole: bool


_REMEMBERED: TypeAdapter[_Remembered] = TypeAdapter(_Remembered)


class Crosswalk:
    """Fills in the numbers of a title that are missing; `sources` in the order in which they are believed.

    A source that is no `Linked` is not asked. At most `_ROUNDS` questions to each, `each_within` so many seconds,
    then nothing for 30 days.
    """

    def __init__(self, sources: Iterable[object], cache: FolderCache, *, each_within: float = _EACH_WITHIN) -> None:
        self._links = [source for source in sources if isinstance(source, Linked)]
        self._cache = cache
        self._each_within = each_within
        self._names = "+".join(link.name for link in self._links)
        self._together = SingleFlight()

    async def fill(
        self, kind: Kind, ids: ExternalIds, *, told_by: str = "", silent: bool = False, patience: float = _PATIENCE
    ) -> ExternalIds:
        """The same numbers and those that were missing. Never raises: what cannot be learned stays missing.

        `told_by` is the source that told them; its own number is never doubted, and while it is `silent` it is not
        asked. After `patience` seconds the answer is what is known, and the asking goes on for the next time.
        """
        keys = self._keys(kind, ids, first=told_by)
        if not keys or not missing_from(kind, ids):
            return ids
        known, fresh = await self._remembered(keys, ids, told_by)
        if fresh or not self._links:
            return known
        try:
            async with asyncio.timeout(patience):
                return await self._together(keys[0], lambda: self._found_and_kept(kind, ids, known, told_by, silent))
        except TimeoutError:
            log.info("the numbers of a title are still being asked for; %s is known so far", _in_words(known))
            return known

    async def _remembered(self, keys: Sequence[str], ids: ExternalIds, own: str) -> tuple[ExternalIds, bool]:
        """What was learned before about a title with one of these numbers, and whether that is fresh."""
        for key in keys:
            kept = await self._cache.read(key)
            try:
                told = _REMEMBERED.validate_json(kept.content) if kept else None
            except ValidationError:
                continue
            if kept is None or told is None or contradict(told.ids, ids, only=(own,)):
                continue
            lasts = _WHOLE_FOR if told.whole else _PARTLY_FOR
            return merged(told.ids, ids), kept.age < lasts.total_seconds()
        return ids, False

    async def _found_and_kept(
        self, kind: Kind, ids: ExternalIds, known: ExternalIds, own: str, silent: bool
    ) -> ExternalIds:
        """Ask all around; what an old memory has that nobody tells now stays."""
        found, whole = await self._found(kind, ids, known, own, silent)
        result = merged(found, known)
        if result == ids and not whole:
            return result  # nothing was learned: it is asked again the next time
        content = _REMEMBERED.dump_json(_Remembered(result, whole))
        for key in dict.fromkeys((*self._keys(kind, ids), *self._keys(kind, result))):
            await self._cache.write(key, content)
        return result

    async def _found(
        self, kind: Kind, ids: ExternalIds, known: ExternalIds, own: str, silent: bool
    ) -> tuple[ExternalIds, bool]:
        """The numbers that most agree on, and whether every catalogue answered."""
        votes, whole = {own: ids}, not silent
        heard = {own} if silent or _tells_more_than_its_own(ids, own) else set()
        found, asked_by = ids, known
        for _ in range(_ROUNDS):
            asked = [link for link in self._links if link.name not in heard]
            answers = await asyncio.gather(*(self._told(link, kind, asked_by) for link in asked))
            for link, answer in zip(asked, answers, strict=True):
                whole = whole and answer is not None
                if answer == _NOTHING:
                    continue  # it may be asked by another number in the next round
                heard.add(link.name)
                if answer is not None and not _is_another(link.name, answer, ids, own):
                    votes[link.name] = merged(answer, ids) if link.name == own else answer
            found = agreed(votes, own, [link.name for link in self._links])
            before, asked_by = asked_by, merged(found, known)
            if asked_by == before or not missing_from(kind, found):
                break
        _tell_of_quarrels(votes, found)
        return found, whole

    async def _told(self, link: Linked, kind: Kind, known: ExternalIds) -> ExternalIds | None:
        """What one catalogue tells; None when it has no answer, whatever the reason."""
        try:
            async with asyncio.timeout(self._each_within):
                return await link.linked(kind, known)
        except TimeoutError:
            log.info("%s: no answer in time; the numbers of a title are asked of the others", link.name)
        except MatineeError as error:
            log.info("%s; the numbers of a title are asked of the others", error)
        except Exception:  # a fault of ours in reading one catalogue must not cost what the others know
            log.exception("the numbers of a title could not be read at %s", link.name)
        return None

    def _keys(self, kind: Kind, ids: ExternalIds, first: str = "") -> list[str]:
        """Where the answer is kept: under every number, that of the source itself first."""
        numbered = [field for field in FIELDS if getattr(ids, field) is not None]
        numbered.sort(key=lambda field: field != first)
        return [f"ids {_SHAPE} {self._names} {kind} {field} {getattr(ids, field)}" for field in numbered]


def _tells_more_than_its_own(ids: ExternalIds, own: str) -> bool:
    """Whether the source of these numbers has had its say."""
    return any(field != own and getattr(ids, field) is not None for field in FIELDS)


def _is_another(name: str, answer: ExternalIds, ids: ExternalIds, own: str) -> bool:
    """Whether an answer is about another title: it has another number where the title is named by it."""
    if not contradict(answer, ids, only=(own,)):
        return False
    log.warning("%s speaks of another title (%s) than %s: %s", name, own, _in_words(ids), _in_words(answer))
    return True


def _tell_of_quarrels(votes: dict[str, ExternalIds], used: ExternalIds) -> None:
    """One line for each number that the catalogues do not agree on."""
    for field in FIELDS:
        told = {name: getattr(ids, field) for name, ids in votes.items()}
        said = {name: value for name, value in told.items() if value is not None}
        if len(set(said.values())) > 1:
            words = ", ".join(f"{name or 'the caller'} says {value}" for name, value in said.items())
            one = getattr(used, field)
            log.warning("the catalogues disagree on the %s number of a title: %s; %s is used", field, words, one)


def _in_words(ids: ExternalIds) -> str:
    return ", ".join(f"{field} {value}" for field in FIELDS if (value := getattr(ids, field)) is not None) or "nothing"
