"""All that is wanted is put in order once, so that thousands of new uploads find their want at a glance."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from typing import Generic, Protocol, TypeVar

from matinee.media.parse import ReleaseName, clean_title, read_name
from matinee.media.parse.titles import spelled_out
from matinee.media.release import Release
from matinee.media.title import Episode, ExternalIds, Kind, Title
from matinee.media.wanted import Wanted
from matinee.pipeline.decide import Decision, decide
from matinee.pipeline.decide.title import CATALOGUES, NO_IDS

_RANGES = {Kind.MOVIE: range(2000, 3000), Kind.SERIES: range(5000, 6000)}


class Sought(Protocol):
    """What must be known of a want to find it: a `Wanted`, or something lighter."""

    @property
    def title(self) -> Title:
        """The movie or series."""
        ...

    @property
    def episode(self) -> Episode | None:
        """The episode of a series."""
        ...

    @property
    def accepts_packs(self) -> bool:
        """Whether a whole season will do."""
        ...


T = TypeVar("T", bound=Sought)


class _Wants(Generic[T]):
    """The wants of one title, by all that a name can tell of them."""

    def __init__(self, title: Title) -> None:
        self.title = title
        self.movies: list[T] = []
        self.by_number: dict[tuple[int, int], list[T]] = defaultdict(list)
        self.by_day: dict[date, list[T]] = defaultdict(list)
        self.by_absolute: dict[int, list[T]] = defaultdict(list)
        self.by_season: dict[int, list[T]] = defaultdict(list)
        ordered = sorted((one.season, one.number) for one in title.episodes if one.season)
        self._absolute = {place: at for at, place in enumerate(ordered, 1)}

    def add(self, want: T) -> None:
        """One more want of this title."""
        episode = want.episode
        if episode is None:
            self.movies.append(want)
            return
        place = (episode.season, episode.number)
        self.by_number[place].append(want)
        if episode.air_date:
            self.by_day[episode.air_date].append(want)
        if place in self._absolute:
            self.by_absolute[self._absolute[place]].append(want)
        if want.accepts_packs:
            self.by_season[episode.season].append(want)

    def told_by(self, name: ReleaseName) -> Iterator[T]:
        """The wants that a name may be of; which it really is, the rules decide."""
        if self.title.kind is Kind.MOVIE:
            yield from self.movies
            return
        if name.season is not None:
            for number in name.episodes:
                yield from self.by_number.get((name.season, number), ())
            if name.is_season_pack:
                yield from self.by_season.get(name.season, ())
        if name.air_date:
            yield from self.by_day.get(name.air_date, ())
        for number in name.absolute:
            yield from self.by_absolute.get(number, ())


class WantedIndex(Generic[T]):
    """Wants by title and catalogue number: `match` names those that a release may be of, never fewer than the rules."""

    def __init__(self, wanted: Iterable[T]) -> None:
        self._of_title: dict[str, _Wants[T]] = {}
        self._by_name: dict[tuple[Kind, str], list[_Wants[T]]] = defaultdict(list)
        self._by_id: dict[tuple[Kind, str, str], list[_Wants[T]]] = defaultdict(list)
        for want in wanted:
            self._wants_of(want.title).add(want)
        self._kinds = frozenset(wants.title.kind for wants in self._of_title.values())

    def match(self, release: Release) -> list[T]:
        """The wants that this may be a release of, each once."""
        found: dict[int, T] = {}
        for kind in self._kinds_of(release):
            name = read_name(release.name, kind)
            for wants in self._titles(release, name, kind):
                found.update((id(want), want) for want in wants.told_by(name))
        return list(found.values())

    def _titles(self, release: Release, name: ReleaseName, kind: Kind) -> Iterable[_Wants[T]]:
        keys = [(kind, key) for key in _keys_told(name)]
        told = [wants for key in keys if key in self._by_name for wants in self._by_name[key]]
        for catalogue, number in _numbers(release.ids):
            told += self._by_id.get((kind, catalogue, number), ())
        return {id(wants): wants for wants in told}.values() if len(told) > 1 else told

    def _kinds_of(self, release: Release) -> Iterable[Kind]:
        """What its categories say that it is; anything, where they say neither or both."""
        told = [kind for kind, numbers in _RANGES.items() if any(one in numbers for one in release.categories)]
        return [kind for kind in (told or Kind) if kind in self._kinds]

    def _wants_of(self, title: Title) -> _Wants[T]:
        wants = self._of_title.get(str(title.ref))
        if wants is None:
            wants = self._of_title[str(title.ref)] = _Wants(title)
            for key in {key for name in (title.name, title.original_name) if name for key in _keys(name)}:
                self._by_name[title.kind, key].append(wants)
            for catalogue, number in _numbers(title.ids):
                self._by_id[title.kind, catalogue, number].append(wants)
        return wants


def decide_news(releases: Iterable[Release], index: WantedIndex[Wanted]) -> list[tuple[Wanted, list[Decision]]]:
    """Of all that is new what is of something wanted, judged for that want alone, the best first."""
    offered: dict[Hashable, tuple[Wanted, list[Release]]] = {}
    for release in releases:
        for wanted in index.match(release):
            offered.setdefault(id(wanted), (wanted, []))[1].append(release)
    return [(wanted, decide(found, wanted)) for wanted, found in offered.values()]


def _keys_told(name: ReleaseName) -> set[str]:
    """How a title may be called that this name tells: it may itself end in a year, or in what reads as a language."""
    endings = ("", f" {name.year}" if name.year else "", *(f" {language}" for language in name.languages))
    told = {name.title, *name.titles} - {""}
    return {key for one in told for ending in dict.fromkeys(endings) for key in _keys(one + ending)}


def _keys(title: str) -> tuple[str, ...]:
    """Both ways to write it without accents: `funf` and `fuenf`."""
    plain = clean_title(title)
    return (plain,) if title.isascii() else (plain, clean_title(spelled_out(title)))


def _numbers(ids: ExternalIds) -> list[tuple[str, str]]:
    """By catalogue the number; IMDb's `tt0133093` is also written 133093."""
    if ids == NO_IDS:
        return []
    told = [(catalogue, getattr(ids, catalogue)) for catalogue in CATALOGUES]
    return [(catalogue, str(number).removeprefix("tt").lstrip("0")) for catalogue, number in told if number]
