"""What Wikidata's answers mean: statements about an item become a film or a series and its numbers elsewhere.

The numbers of the properties were not tried against the living Wikidata.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

from matinee.engines.metadata.reading import decimal, imdb, inner, language, listed, text, whole, wikidata
from matinee.media.title import ExternalIds, Kind, Title, TitleCard, TitleRef

Row = dict[str, Any]
Statements = Mapping[str, list[str]]

SOURCE = "wikidata"
FILM, TV_SERIES = "Q11424", "Q5398426"
PUBLIC_DOMAIN = "Q19652"
KIND, IMAGE, STARTED, PUBLISHED = "kind", "P18", "P580", "P577"
GENRE, LANGUAGE, RUNTIME, ARCHIVE, RIGHTS = "P136", "P364", "P2047", "P724", "P6216"
IMDB, TMDB_FILM, TMDB_SERIES = "P345", "P4947", "P4983"
TVDB_SERIES, TVDB_FILM, TVMAZE = "P4835", "P12196", "P8600"
TOLD = (IMDB, TMDB_FILM, TMDB_SERIES, TVDB_SERIES, TVDB_FILM, TVMAZE, PUBLISHED, STARTED, IMAGE)
NUMBERS = {
    Kind.MOVIE: {"imdb": IMDB, "tmdb": TMDB_FILM, "tvdb": TVDB_FILM},
    Kind.SERIES: {"imdb": IMDB, "tmdb": TMDB_SERIES, "tvdb": TVDB_SERIES, "tvmaze": TVMAZE},
}

_MINUTES_A_UNIT = {"Q7727": 1.0, "Q25235": 60.0, "Q11574": 1 / 60}
_POSTER, _BACKDROP = 780, 1280
_MOST_ROWS = 5000  # more than is ever asked for
_SORT_OF_TITLE = re.compile(r"\s+(film|television series|TV series)$")


@dataclass(frozen=True, slots=True)
class Item:
    """A film or series: its number, and what a query told of it."""

    id: str
    kind: Kind
    told: Statements

    @property
    def ids(self) -> ExternalIds:
        """Its numbers here and elsewhere."""
        return ids(self.id, self.kind, self.told)


def items(answer: Row) -> dict[str, Item]:
    """The films and series in the answer to a query for item, property and value; all others are left out."""
    told: dict[str, dict[str, list[str]]] = {}
    for row in map(inner, listed(inner(answer.get("results")).get("bindings"))[:_MOST_ROWS]):
        item, prop, value = (text(inner(row.get(name)).get("value")) for name in ("item", "p", "v"))
        if (id_ := wikidata(_last(item))) and value:
            told.setdefault(id_, {}).setdefault(_last(prop), []).append(value)
    found = ((id_, kind_of(statements), statements) for id_, statements in told.items())
    return {id_: Item(id_, kind, statements) for id_, kind, statements in found if kind}


def kind_of(told: Statements) -> Kind | None:
    """Film or series: by its class, or by the catalogues it is in; None for anything else."""
    classes = {_last(value) for value in told.get(KIND, ())}
    if TV_SERIES in classes or (FILM not in classes and any(told.get(one) for one in (TMDB_SERIES, TVDB_SERIES))):
        return Kind.SERIES
    return Kind.MOVIE if FILM in classes or any(told.get(one) for one in (TMDB_FILM, TVDB_FILM)) else None


def ids(id_: str, kind: Kind, told: Statements) -> ExternalIds:
    """An item's numbers here and elsewhere; of several the first counts."""
    own = {field: next(iter(told.get(prop, ())), "") for field, prop in NUMBERS[kind].items()}
    return ExternalIds(
        tmdb=whole(own["tmdb"]) or None,
        imdb=imdb(own["imdb"]),
        tvdb=whole(own["tvdb"]) or None,
        tvmaze=whole(own.get("tvmaze")) or None,
        wikidata=id_,
    )


def card(hit: Row, item: Item, images: str) -> TitleCard:
    """A hit of a search, with what a query told of it; ValueError when it has no name."""
    if not (name := text(hit.get("label"))):
        raise ValueError("it has no name")
    year, _ = dates(item.told)
    return TitleCard(
        ref=TitleRef(item.kind, SOURCE, item.id),
        name=name,
        year=year,
        overview=sentence(text(hit.get("description"))),
        poster=_picture(item.told, images, _POSTER),
        ids=item.ids,
    )


def title(id_: str, entity: Row, kind: Kind, names: Mapping[str, str], *, languages: list[str], images: str) -> Title:
    """An entity as a title, `names` being those of the entities it names; ValueError when it has none of its own."""
    told = statements(entity)
    if not (name := _said(entity, "labels", languages)):
        raise ValueError("it has no name")
    year, released = dates(told)
    spoken = next((names[one] for one in told.get(LANGUAGE, ()) if one in names), "")
    genres = dict.fromkeys(genre(names[one]) for one in told.get(GENRE, ()) if one in names)
    return Title(
        ref=TitleRef(kind, SOURCE, id_),
        name=name,
        year=year,
        ids=ids(id_, kind, told),
        overview=sentence(_said(entity, "descriptions", languages)),
        runtime_minutes=next((int(found) for value in told.get(RUNTIME, ()) if (found := whole(value))), None),
        genres=tuple(filter(None, genres)),
        released=released,
        poster=_picture(told, images, _POSTER),
        backdrop=_picture(told, images, _BACKDROP),
        original_language=language(spoken),
    )


def statements(entity: Row) -> dict[str, list[str]]:
    """Every statement of an entity as plain text: items by number, days as written, lengths in minutes."""
    found: dict[str, list[str]] = {}
    for prop, claims in inner(entity.get("claims")).items():
        rows = [inner(claim) for claim in listed(claims)]
        best = [row for row in rows if row.get("rank") == "preferred"] or [
            row for row in rows if row.get("rank") != "deprecated"
        ]
        values = (_plain(inner(inner(row.get("mainsnak")).get("datavalue")).get("value")) for row in best)
        found[prop] = [value for value in values if value]
    return found


def dates(told: Statements) -> tuple[int | None, date | None]:
    """The year something first came out, and the day where one is told."""
    written = [value.lstrip("+")[:10] for value in (*told.get(PUBLISHED, ()), *told.get(STARTED, ()))]
    years = [int(value[:4]) for value in written if re.match(r"\d{4}-", value, re.ASCII) and value[:4] != "0000"]
    days = [date.fromisoformat(value) for value in written if _is_a_day(value)]
    first = min(years, default=None)
    return first, min((one for one in days if one.year == first), default=None)


def sentence(words: str) -> str:
    """A description with its first letter large."""
    return words[:1].upper() + words[1:]


def genre(name: str) -> str:
    """A genre as others call it: `drama film` is Drama."""
    return sentence(_SORT_OF_TITLE.sub("", name))


def _plain(value: object) -> str:
    """A statement's value as text; empty for what is of no use here."""
    if isinstance(value, str):
        return text(value)
    row = inner(value)
    if "amount" in row:
        return _in_minutes(row)
    return text(row.get("id")) or text(row.get("time"))


def _in_minutes(row: Row) -> str:
    """A length of time in whole minutes."""
    amount, unit = text(row.get("amount")), _last(text(row.get("unit")))
    if unit not in _MINUTES_A_UNIT or not re.fullmatch(r"\+?\d{1,9}(\.\d{1,9})?", amount, re.ASCII):
        return ""
    return str(round((decimal(float(amount)) or 0.0) * _MINUTES_A_UNIT[unit]))


def _said(entity: Row, group: str, languages: Iterable[str]) -> str:
    """Words in the first language that has them; `mul` stands for all."""
    rows = inner(entity.get(group))
    return next((found for one in (*languages, "mul") if (found := text(inner(rows.get(one)).get("value")))), "")


def _picture(told: Statements, images: str, width: int) -> str | None:
    """The address of the first picture at Wikimedia Commons, made no wider than asked."""
    names = (unquote(_last(value)) if "://" in value else value for value in told.get(IMAGE, ()))
    name = next((name for name in names if name), None)
    if name is None:
        return None
    return f"{images}/wiki/Special:FilePath/{quote(name.replace(' ', '_'), safe='')}?width={width}"


def _is_a_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _last(address: str) -> str:
    """The last part of an address, which is the number or the name itself."""
    return address.rpartition("/")[2]
