"""How the lab's indexer finds releases: by words, by ids, by season and episode, by category."""

from collections.abc import Iterable
from dataclasses import dataclass

from matinee.lab.catalogue import LabTitle, words
from matinee.lab.offers import Offer
from matinee.lab.torrents import Torrent


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for: empty fields ask for nothing. `kind` is movie, tv or empty for all.

    Ids are OR-ed, everything else must hold as well.
    """

    kind: str = ""
    text: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    season: int | None = None
    episode: int | None = None
    categories: tuple[int, ...] = ()


def find(torrents: Iterable[Torrent], ask: Ask, climbing: str = "") -> list[Torrent]:
    """The torrents that fit, those of the climbing title's fault on top."""
    found = [torrent for torrent in torrents if _is_shown(torrent.offer, climbing) and fits(torrent.offer, ask)]
    return sorted(found, key=lambda torrent: not torrent.offer.climbing)


def fits(offer: Offer, ask: Ask) -> bool:
    """Whether an offer answers the question."""
    return (
        ask.kind in ("", offer.title.kind)
        and set(words(ask.text)) <= set(words(offer.name))
        and (not ask.ids or any(_is_known_as(offer.title, kind, value) for kind, value in ask.ids))
        and ask.season in (None, offer.season)
        and ask.episode in (None, offer.episode)
        and (not ask.categories or any(_is_within(offer, category) for category in ask.categories))
    )


def _is_shown(offer: Offer, climbing: str) -> bool:
    """The climbing ones are there only while the fault names their title."""
    return not offer.climbing or offer.title.slug == climbing


def _is_known_as(title: LabTitle, kind: str, value: str) -> bool:
    """Whether this is the title's id there; IMDb ids come with and without tt, and with lost zeros."""
    if kind == "imdbid":
        digits = value.removeprefix("tt").lstrip("0")
        return bool(digits) and digits == title.imdb.removeprefix("tt").lstrip("0")
    number = {"tmdbid": title.tmdb, "tvdbid": title.tvdb, "tvmazeid": title.tvmaze}.get(kind)
    return bool(number) and value == str(number)


def _is_within(offer: Offer, category: int) -> bool:
    """A category asked for in thousands includes all below it."""
    return any(category in (own, own // 1000 * 1000) for own in offer.categories)
