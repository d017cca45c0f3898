"""How Wikidata writes films and series down: as statements in JSON, and as rows of a query."""

from typing import Any

from matinee.lab import numbers
from matinee.lab.catalogue import LabTitle

Json = dict[str, Any]

ENGLISH = "Q1860"
ENTITY, DIRECT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
FILES = "http://commons.wikimedia.org/wiki/Special:FilePath/"
MINUTE = "Q7727"
_GENRES = ("Drama", "Mystery", "Comedy", "Fantasy", "Family", "Adventure", "Science Fiction", "Animation", "Thriller",
           "Romance")  # fmt: skip
NAMES = {ENGLISH: "English", **{f"Q{700 + place}": f"{name.lower()} film" for place, name in enumerate(_GENRES)}}


def told(title: LabTitle) -> list[tuple[str, str]]:
    """Its statements that are plain text, by property."""
    if title.kind == "movie":
        own = [("P4947", str(title.tmdb)), ("P12196", str(numbers.tvdb(title)))]
    else:
        own = [("P4983", str(title.tmdb)), ("P4835", str(title.tvdb)), ("P8600", str(title.tvmaze))]
    return [("P345", title.imdb), *own, ("P18", f"{title.slug}-poster.jpg")]


def rows(title: LabTitle, *, named: bool = False) -> list[Json]:
    """Its statements as rows of item, property and value."""
    dated = "P577" if title.kind == "movie" else "P580"
    facts = [
        *((DIRECT + prop, FILES + value if prop == "P18" else value) for prop, value in told(title)),
        (DIRECT + dated, f"{title.released.isoformat()}T00:00:00Z"),
        ("kind", ENTITY + numbers.CLASSES[title.kind]),
        *([("label", title.name)] if named else []),
    ]
    item = _cell(ENTITY + numbers.wikidata(title))
    return [{"item": item, "p": _cell(prop), "v": _cell(value)} for prop, value in facts]


def hits(title: LabTitle) -> list[Json]:
    """The title as a search finds it, and a band that is called like it."""
    id_ = numbers.wikidata(title)
    return [
        {"id": f"{id_}9", "label": title.name, "description": "band from a town far away", "match": {"type": "label"}},
        {"id": id_, "label": title.name, "description": describe(title), "match": {"type": "label"}},
    ]


def entity(title: LabTitle) -> Json:
    """The whole item."""
    claims: dict[str, list[Json]] = {prop: [_claim(value)] for prop, value in told(title)}
    day = {"time": f"+{title.released.isoformat()}T00:00:00Z", "precision": 11}
    claims["P577" if title.kind == "movie" else "P580"] = [_claim(day)]
    claims["P31"] = [_claim({"entity-type": "item", "id": numbers.CLASSES[title.kind]})]
    claims["P136"] = [_claim({"id": _genre(name)}) for name in title.genres]
    claims["P364"] = [_claim({"id": ENGLISH})]
    claims["P2047"] = [
        _claim({"amount": "+9999", "unit": ENTITY + MINUTE}, rank="deprecated"),
        _claim({"amount": f"+{title.runtime}", "unit": ENTITY + MINUTE}),
    ]
    return {
        "type": "item",
        "id": numbers.wikidata(title),
        "labels": {"en": {"language": "en", "value": title.name}},
        "descriptions": {"en": {"language": "en", "value": describe(title)}},
        "claims": claims,
        "sitelinks": {},
    }


def labelled(id_: str) -> Json:
    """An item's name alone."""
    if id_ not in NAMES:
        return {"id": id_, "missing": ""}
    return {"type": "item", "id": id_, "labels": {"en": {"language": "en", "value": NAMES[id_]}}}


def describe(title: LabTitle) -> str:
    """A line about it."""
    return f"{title.year} {'film' if title.kind == 'movie' else 'television series'} by {title.director}"


def _genre(name: str) -> str:
    return next(id_ for id_, called in NAMES.items() if called == f"{name.lower()} film")


def _claim(value: object, rank: str = "normal") -> Json:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value}}, "type": "statement", "rank": rank}


def _cell(value: str) -> Json:
    return {"type": "uri" if value.startswith("http") else "literal", "value": value}
