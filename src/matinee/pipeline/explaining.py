"""Explain what there is of a title: every release with its score, every reason, and what would change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from matinee.kernel.errors import NotFound, Refused
from matinee.media.parse import ReleaseName, read_name
from matinee.media.title import Episode, Kind, Title
from matinee.media.wanted import Wanted
from matinee.pipeline.errand import read_errand
from matinee.pipeline.parts import Parts
from matinee.pipeline.searching import find
from matinee.store.releases import Judged, KeptRelease, last_looked_at
from matinee.store.requests import requests_of_title, wants_of
from matinee.store.titles import KnownTitle, titles_named


@dataclass(frozen=True, slots=True)
class Explained:
    """What there is of one movie or episode, best first; `live` when the indexers were asked just now."""

    label: str
    profile: str
    releases: Sequence[Judged | KeptRelease]
    live: bool
    troubles: Sequence[str] = ()


async def explain(parts: Parts, text: str, *, search: bool) -> list[Explained]:
    """Explain what was found for `Tin Comet`, `Tin Comet (2021)` or `Night Tram S01E02`.

    `search` asks the indexers now; a title that nobody wished for is always searched. NotFound when no metadata
    source knows it, Refused when an episode must be named.
    """
    read = read_name(text)
    known = await parts.database.read(lambda db: _known(db, read, text))
    if known and not search:
        explained = await parts.database.read(lambda db: _remembered(db, parts, known, read))
        if explained:
            return explained
    title = known.title if known else await _looked_up(parts, read, text)
    wanted = Wanted(title, parts.profile(parts.default_profile), _episode(title, read), **parts.taste_for(title))
    found = await find(parts, replace(wanted, asked_by_hand=True))
    return [Explained(wanted.label, wanted.profile.name, found.kept, True, found.troubles)]


def _known(db: Connection, read: ReleaseName, text: str) -> KnownTitle | None:
    """The title of the house that is meant; of several with that name the one of the year told, else the latest."""
    found = titles_named(db, read.title or text) or titles_named(db, text)
    of_year = [known for known in found if read.year in (None, known.title.year)]
    return max(of_year, key=lambda known: known.title.year or 0, default=None)


def _remembered(db: Connection, parts: Parts, known: KnownTitle, read: ReleaseName) -> list[Explained]:
    """What the latest searches for its wishes found."""
    wants = wants_of(db, [request.id for request in requests_of_title(db, known.id)])
    explained = []
    for want in wants:
        errand = read_errand(db, parts, want.id)
        episode, kept = errand.wanted.episode, last_looked_at(db, want.id)
        if kept and (not read.episodes or (episode and _is_told(episode, read))):
            explained.append(Explained(errand.wanted.label, errand.wanted.profile.name, kept, False))
    return explained


def _is_told(episode: Episode, read: ReleaseName) -> bool:
    return episode.season == read.season and episode.number in read.episodes


async def _looked_up(parts: Parts, read: ReleaseName, text: str) -> Title:
    cards = await parts.metadata.search(read.title or text)
    fitting = [card for card in cards if read.year in (None, card.year)]
    if not fitting:
        raise NotFound(f"no metadata source knows '{text}'")
    return await parts.metadata.title(fitting[0].ref)


def _episode(title: Title, read: ReleaseName) -> Episode | None:
    if title.kind is Kind.MOVIE:
        return None
    told = next((episode for episode in title.episodes if _is_told(episode, read)), None)
    if told is None:
        raise Refused(f"{title.name} is a series: name an episode of it, as in '{title.name} S01E01'")
    return told
