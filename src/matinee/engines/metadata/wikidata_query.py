"""The questions put to Wikidata, in its own language SPARQL; only numbers that were checked get into one."""

from collections.abc import Iterable

from matinee.engines.metadata import wikidata_rows as rows
from matinee.engines.metadata.reading import imdb, wikidata
from matinee.media.title import ExternalIds, Kind

_MOST_ROWS = 2000


def facts_of(ids: Iterable[str]) -> str:
    """What is told of these items, one statement a row."""
    items = " ".join(f"wd:{id_}" for id_ in ids if wikidata(id_))
    return _facts(f"VALUES ?item {{ {items} }}")


def items_numbered(kind: Kind, known: ExternalIds) -> str | None:
    """What is told of the items that have one of these numbers; None where there is none to ask by."""
    told = {"imdb": imdb(known.imdb), "tmdb": known.tmdb, "tvdb": known.tvdb, "tvmaze": known.tvmaze}
    ways = [
        f'{{ ?item wdt:{rows.NUMBERS[kind][field]} "{number}" . }}'
        for field, number in told.items()
        if number is not None and field in rows.NUMBERS[kind]
    ]
    if known.wikidata and wikidata(known.wikidata):
        ways.append(f"{{ VALUES ?item {{ wd:{known.wikidata} }} }}")
    return _facts(" UNION ".join(ways)) if ways else None


def films_in_the_public_domain(languages: Iterable[str], limit: int) -> str:
    """Films that the Internet Archive has and that nobody owns, with a picture, in the most Wikipedias first."""
    spoken = next(iter(languages))
    return f"""SELECT ?item ?p ?v WHERE {{
  {{ SELECT DISTINCT ?item ?links WHERE {{
    ?item wdt:{rows.RIGHTS} wd:{rows.PUBLIC_DOMAIN} ; wdt:P31 wd:{rows.FILM} ; wdt:{rows.ARCHIVE} [] ;
      wdt:{rows.IMAGE} [] ; wikibase:sitelinks ?links .
  }} ORDER BY DESC(?links) LIMIT {limit} }}
  {{ VALUES ?p {{ {_told()} }} ?item ?p ?v . }}
  UNION {{ ?item rdfs:label ?v . FILTER(LANG(?v) = "{spoken}") BIND("label" AS ?p) }}
  UNION {{ ?item wdt:P31 ?v . BIND("{rows.KIND}" AS ?p) }}
}} ORDER BY DESC(?links) LIMIT {_MOST_ROWS}"""


def _facts(which: str) -> str:
    return f"""SELECT ?item ?p ?v WHERE {{
  {{ {which} VALUES ?p {{ {_told()} }} ?item ?p ?v . }}
  UNION {{ {which} VALUES ?v {{ wd:{rows.FILM} wd:{rows.TV_SERIES} }} ?item wdt:P31/wdt:P279* ?v .
    BIND("{rows.KIND}" AS ?p) }}
}} LIMIT {_MOST_ROWS}"""


def _told() -> str:
    return " ".join(f"wdt:{prop}" for prop in rows.TOLD)
