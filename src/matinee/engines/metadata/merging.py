"""What several catalogues found becomes one page: each title once, with the card of the one we trust most."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matinee.engines.metadata.numbers import contradict, ids_of, merged
from matinee.media.title import ExternalIds, Kind, TitleCard, TitleRef

_Key = tuple[str, Kind, object, object]


@dataclass(frozen=True, slots=True)
class Page:
    """The cards to show, and for each title its references in several catalogues, the shown one first."""

    cards: list[TitleCard]
    alike: list[list[TitleRef]]


def shown_once(answers: Iterable[Sequence[TitleCard]]) -> Page:
    """All cards, but none of a title that an earlier answer has named: the same numbers, or the same name and year.

    Two titles of one answer are two titles, however alike.
    """
    shown: list[TitleCard] = []
    alike: list[list[TitleRef]] = []
    places: dict[_Key, list[int]] = {}
    for cards in answers:
        earlier = len(shown)
        for card in cards:
            place = _place_of(card, shown, earlier, places)
            if place is None:
                place = len(shown)
                shown.append(card)
                alike.append([card.ref])
            else:
                shown[place] = _completed(shown[place], card)
                alike[place].append(card.ref)
            for key in _keys(card):
                places.setdefault(key, []).append(place)
    return Page(shown, alike)


def _place_of(card: TitleCard, shown: Sequence[TitleCard], earlier: int, places: dict[_Key, list[int]]) -> int | None:
    """Where the same title stands already, among what earlier answers have brought."""
    for key in _keys(card):
        for place in places.get(key, ()):
            if place < earlier and not contradict(_ids(card), _ids(shown[place])):
                return place
    return None


def _completed(shown: TitleCard, other: TitleCard) -> TitleCard:
    """The preferred card, with what it lacks from the other one."""
    return replace(
        shown,
        overview=shown.overview or other.overview,
        poster=shown.poster or other.poster,
        rating=shown.rating or other.rating,
        ids=merged(shown.ids, _ids(other)),
    )


def _keys(card: TitleCard) -> list[_Key]:
    """All that a title may be recognised by, the surest first."""
    ids, kind = _ids(card), card.ref.kind
    numbered = ((field, getattr(ids, field)) for field in ("imdb", "tmdb", "tvdb", "tvmaze", "wikidata"))
    by_number: list[_Key] = [(field, kind, value, None) for field, value in numbered if value]
    return [*by_number, ("name", kind, plain(card.name), card.year)]


def _ids(card: TitleCard) -> ExternalIds:
    return merged(ids_of(card.ref), card.ids)


def plain(name: str) -> str:
    """A name without case, accents and signs."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]+", "", "".join(sign for sign in letters if not unicodedata.combining(sign))) or name
