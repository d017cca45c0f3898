"""The same upload is offered in many places: it is told once, from the place that is best."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import log10

from matinee.media.release import Protocol, Release

NEAR = 0.01  # of the size: the same files, counted in another way
_NO_WORD = re.compile(r"[\W_]+")
SOURCES = "sources"  # the attribute that names all indexers that have a release


@dataclass(eq=False)
class _Upload:
    best: Release
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one more indexer brings: `new` ones, and (indexer, guid) of former ones replaced, or found there `also`."""

    new: list[Release] = field(default_factory=list)
    replaced: list[tuple[str, str]] = field(default_factory=list)
    also: list[tuple[str, str]] = field(default_factory=list)


class Merged:
    """All that one search has found so far, each upload once."""

    def __init__(self) -> None:
        self._uploads: list[_Upload] = []
        self._by_hash: dict[str, _Upload] = {}
        self._by_name: dict[tuple[Protocol, str], list[_Upload]] = {}

    def take(self, releases: Iterable[Release]) -> Taken:
        """Add what one indexer offers."""
        taken, guids = Taken(), set()
        for release in releases:
            if release.guid not in guids:
                guids.add(release.guid)
                self._take(release, taken)
        return taken

    def all(self) -> list[Release]:
        """Each upload from its best place, in the order of their coming; `sources` names the others."""
        return [_with_sources(one) for one in self._uploads]

    def unique_finds(self) -> dict[str, int]:
        """By indexer how many uploads nobody else had."""
        counted: dict[str, int] = {}
        for one in self._uploads:
            if len(one.sources) == 1:
                counted[one.sources[0]] = counted.get(one.sources[0], 0) + 1
        return counted

    def _take(self, release: Release, taken: Taken) -> None:
        upload = self._known(release)
        if upload is None:
            upload = _Upload(release, [release.indexer])
            self._uploads.append(upload)
            taken.new.append(release)
        elif release.indexer in upload.sources:
            return  # the same upload twice on one page
        else:
            self._join(upload, release, taken)
        self._index(release, upload)

    def _join(self, upload: _Upload, release: Release, taken: Taken) -> None:
        former = (upload.best.indexer, upload.best.guid)
        upload.sources.append(release.indexer)
        if goodness(release) <= goodness(upload.best):
            taken.also.append(former)
            return
        taken.replaced.append(former)
        upload.best = release
        taken.new.append(_with_sources(upload))

    def _known(self, release: Release) -> _Upload | None:
        """By the infohash; else by name and size, on another indexer: on one page these are two uploads."""
        if release.infohash and (found := self._by_hash.get(release.infohash.lower())):
            return found
        alike = self._by_name.get((release.protocol, name_key(release.name)), ())
        return next((one for one in alike if release.indexer not in one.sources and _is_as_large(one, release)), None)

    def _index(self, release: Release, upload: _Upload) -> None:
        if release.infohash:
            self._by_hash.setdefault(release.infohash.lower(), upload)
        alike = self._by_name.setdefault((release.protocol, name_key(release.name)), [])
        if upload not in alike:
            alike.append(upload)


def goodness(release: Release) -> tuple[float, ...]:
    """What makes one of two places better: alive, nearer to the owner's heart, free of charge, more seeders."""
    seeders = release.seeders or 0
    is_dead = release.protocol is Protocol.TORRENT and release.seeders == 0
    is_free = release.download_factor == 0 or "freeleech" in release.flags
    return (not is_dead, -release.indexer_priority, is_free, round(log10(seeders)) if seeders > 0 else -1, seeders)


def name_key(name: str) -> str:
    """A release's name without its dots, blanks and capitals; a name of nothing else is itself."""
    return _NO_WORD.sub("", name.casefold()) or name


def merged(answers: Sequence[Iterable[Release]]) -> list[Release]:
    """All answers as one list."""
    everything = Merged()
    for answer in answers:
        everything.take(answer)
    return everything.all()


def _is_as_large(upload: _Upload, release: Release) -> bool:
    ours, theirs = upload.best.size, release.size
    return ours > 0 and theirs > 0 and abs(ours - theirs) <= NEAR * max(ours, theirs)


def _with_sources(upload: _Upload) -> Release:
    if len(upload.sources) == 1:
        return upload.best
    kept = tuple(pair for pair in upload.best.attributes if pair[0] != SOURCES)
    return replace(upload.best, attributes=(*kept, (SOURCES, ", ".join(upload.sources))))
