"""The shelf of indexer definitions: a folder, a zip or an address the owner names, and the owner's own beside it."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import httpx2

from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.shelf.package import Texts, read_folder, read_zip
from matinee.engines.indexer.shelf.remembered import Remembered
from matinee.engines.indexer.shelf.remote import RemotePackage
from matinee.engines.indexer.shelf.summary import Summary, summarize
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import MatineeError, NotFound, Refused
from matinee.kernel.guard import Guard

CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Everything on the shelf at one moment."""

    texts: Mapping[str, str]
    summaries: Mapping[str, Summary]
    refused: Mapping[str, str]
    replaced: Mapping[str, str]


class Library:
    """Definitions of one source. `source` is a folder, a zip file or the https address of a zip; none: only own ones.

    `state` is a folder of ours: the last package, the list and the owner's `custom/` folder live there. A
    definition in `custom/` (there or in the source folder) wins over one with the same id. Reading is lazy and
    happens on the caller's thread (in `refresh` beside it): the first list of some hundred files takes a second.
    """

    def __init__(
        self,
        source: str | Path | None,
        state: Path,
        *,
        guard: Guard | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Clock = now,
    ) -> None:
        self._state = state
        self._local: Path | None = None
        self._remote: RemotePackage | None = None
        if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
            self._remote = RemotePackage(source, state, guard=guard, transport=transport, clock=clock)
        elif source is not None:
            self._local = Path(source)
        self._shelf: _Shelf | None = None
        self._read: dict[str, Definition] = {}

    async def refresh(self, *, at_once: bool = False) -> bool:
        """Look for newer definitions, an address at most once a day; tells whether the shelf changed.

        A silent address leaves the shelf as it is; Unreachable or Refused only when there is nothing on it yet.
        """
        before = self._shelf
        changed = await self._remote.refresh(at_once=at_once) if self._remote else before is None
        if self._remote is not None and before is not None and not changed:
            return False
        shelf = await asyncio.to_thread(self._arranged)
        changed = changed or (before is not None and before.texts != shelf.texts)
        if changed or before is None:
            self._shelf, self._read = shelf, {}
        return changed

    def summaries(self) -> tuple[Summary, ...]:
        """Every definition in a line, by name."""
        return tuple(sorted(self._loaded().summaries.values(), key=lambda one: (one.name.casefold(), one.id)))

    def refused(self) -> Mapping[str, str]:
        """The files that are not used, and why."""
        return MappingProxyType(dict(self._loaded().refused))

    def definitions(self) -> Mapping[str, Definition]:
        """Every definition by its id; each is read when it is asked for."""
        return _Definitions(self)

    def get(self, id: str) -> Definition:
        """One definition, also by an id that it replaces; NotFound when nobody has it."""
        shelf = self._loaded()
        id = id if id in shelf.summaries else shelf.replaced.get(id, id)
        if id not in shelf.summaries:
            raise NotFound(f"no indexer definition has the id '{id:.100}'; refresh the definitions or add the file")
        if id not in self._read:
            file = shelf.summaries[id].file
            self._read[id] = read_definition(shelf.texts[file], where=file)
        return self._read[id]

    def ids(self) -> tuple[str, ...]:
        """The ids on the shelf."""
        return tuple(self._loaded().summaries)

    def _loaded(self) -> _Shelf:
        if self._shelf is None:
            self._shelf = self._arranged()
        return self._shelf

    def _arranged(self) -> _Shelf:
        return _shelved(self._official(), self._custom(), Remembered(self._state / "summaries.json"))

    def _official(self) -> Texts:
        if self._remote is not None:
            return self._remote.texts()
        if self._local is None:
            return Texts()
        if self._local.is_dir():
            return read_folder(self._local, without=CUSTOM)
        if not self._local.is_file():
            raise NotFound(f"{self._local}: there is no folder or zip of indexer definitions here")
        return read_zip(self._local.read_bytes(), str(self._local))

    def _custom(self) -> Texts:
        """The owner's own definitions, ours first."""
        texts = Texts()
        for parent in (self._state, self._local):
            if parent is None or not parent.is_dir():
                continue
            for folder in sorted(one for one in parent.iterdir() if one.name.lower() == CUSTOM and one.is_dir()):
                more = read_folder(folder)
                texts.found.update({f"{folder.name}/{name}": text for name, text in more.found.items()})
                texts.refused.update({f"{folder.name}/{name}": reason for name, reason in more.refused.items()})
        return texts


class _Definitions(Mapping[str, Definition]):
    """The library as a mapping by id."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getitem__(self, id: str) -> Definition:
        if id not in self._library.ids():
            raise KeyError(id)
        return self._library.get(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._library.ids())

    def __len__(self) -> int:
        return len(self._library.ids())


def _shelved(official: Texts, custom: Texts, remembered: Remembered) -> _Shelf:
    """Both piles on one shelf: the owner's files first, then the newest layout of the package."""
    texts = {**official.found, **custom.found}
    refused = {**official.refused, **custom.refused}
    summaries: dict[str, Summary] = {}
    for name in [*custom.found, *sorted(official.found, key=_newest_first)]:
        try:
            summary = _summary(texts[name], name, remembered)
        except Refused as error:
            refused[name] = str(error)
            continue
        if summary.id in summaries:
            refused[name] = f"{summaries[summary.id].file} has the same id '{summary.id}' and is used instead"
            continue
        summaries[summary.id] = replace(summary, file=name, is_custom=name in custom.found)
    remembered.save()
    replaced = {old: summary.id for summary in summaries.values() for old in summary.replaces}
    return _Shelf(texts, summaries, refused, replaced)


def _summary(text: str, name: str, remembered: Remembered) -> Summary:
    key = hashlib.sha256(text.encode()).hexdigest()
    if (known := remembered.get(key)) is not None:
        return known
    try:
        summary = summarize(read_definition(text, where=name))
    except MatineeError as error:
        remembered.refuse(key, str(error))
        raise
    remembered.keep(key, summary)
    return summary


def _newest_first(name: str) -> tuple[int, str]:
    """Files of `v11/` before those of `v10/`."""
    versions = [int(part[1:]) for part in Path(name).parts[:-1] if part[:1] == "v" and part[1:].isdecimal()]
    return (-max(versions, default=0), name)
