"""A release must be of the wanted title: by its catalogue numbers, or by name and year."""

from functools import lru_cache

from matinee.media.parse import ReleaseName, same_title
from matinee.media.title import ExternalIds, Kind
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason

CATALOGUES = ("tmdb", "imdb", "tvdb", "tvmaze")
NO_IDS = ExternalIds()
YEARS_APART = 1  # a festival's year and the cinema's year are both in use


def title_is_wanted(one: Candidate, wanted: Wanted) -> Reason | None:
    """The same catalogue number, or the same name; and never another year."""
    name, release = one.name, one.release
    if foreign := _foreign_id(release.ids, wanted):
        return Reason("title", f"the indexer says it is {foreign}, not {wanted.label}")
    if not _is_called_like(name, wanted) and not _shares_an_id(release.ids, wanted.title.ids):
        return Reason("title", f"it is '{name.title or name.raw}', not '{wanted.title.name}'")
    return None if _year_fits(name, wanted) else _wrong_year(name, wanted)


def _is_called_like(name: ReleaseName, wanted: Wanted) -> bool:
    title = wanted.title
    return _share_a_name((name.title, *name.titles), (title.name, title.original_name), name.year, name.languages)


@lru_cache(maxsize=4096)
def _share_a_name(
    told: tuple[str, ...], own: tuple[str | None, ...], year: int | None, languages: tuple[str, ...]
) -> bool:
    """A title may itself end in a year, or in what reads as a language: `The Good German`. A search finds few names."""
    endings = ("", f" {year}" if year else "", *(f" {language}" for language in languages))
    return any(same_title(one + ending, name) for name in own if name for one in told for ending in endings)


def _year_fits(name: ReleaseName, wanted: Wanted) -> bool:
    if name.year is None or wanted.title.year is None or _year_is_of_the_title(name, wanted):
        return True
    if wanted.title.kind is Kind.SERIES and wanted.episode and wanted.episode.air_date:
        return wanted.title.year - YEARS_APART <= name.year <= wanted.episode.air_date.year + YEARS_APART
    return abs(name.year - wanted.title.year) <= YEARS_APART


def _year_is_of_the_title(name: ReleaseName, wanted: Wanted) -> bool:
    """`Blade Runner 2049` without a year of its own."""
    return same_title(f"{name.title} {name.year}", wanted.title.name)


def _wrong_year(name: ReleaseName, wanted: Wanted) -> Reason:
    return Reason("title", f"it is of {name.year}, and {wanted.title.name} is of {wanted.title.year}")


def _shares_an_id(said: ExternalIds, wanted: ExternalIds) -> bool:
    return any(ours == theirs for _, ours, theirs in _both_known(said, wanted))


def _foreign_id(said: ExternalIds, wanted: Wanted) -> str | None:
    """A number in a catalogue where the wanted title has another; None where one of them agrees.

    Of a series indexers often tell the episode's IMDb number, which says nothing about the series.
    """
    pairs = _both_known(said, wanted.title.ids)
    is_movie = wanted.title.kind is Kind.MOVIE
    other = [f"{catalogue} {ours}" for catalogue, ours, _ in pairs if is_movie or catalogue != "imdb"]
    return other[0] if other and not _shares_an_id(said, wanted.title.ids) else None


def _both_known(said: ExternalIds, wanted: ExternalIds) -> list[tuple[str, str, str]]:
    if said == NO_IDS:
        return []
    pairs = ((catalogue, getattr(said, catalogue), getattr(wanted, catalogue)) for catalogue in CATALOGUES)
    return [(name, _plain(ours), _plain(theirs)) for name, ours, theirs in pairs if ours and theirs]


def _plain(number: str | int) -> str:
    """IMDb's `tt0133093` is also written 133093."""
    return str(number).removeprefix("tt").lstrip("0")
