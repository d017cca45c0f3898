"""Read the map from the owner's file, and say in plain words what is wrong with it."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from matinee.kernel.errors import NotFound, Refused
from matinee.topology.model import Document, Flow, Graph, Group, Host, Link, Look, Service, Topology
from matinee.topology.rules import nearest

TABLES: Mapping[str, type[BaseModel]] = {
    "document": Document,
    "looks": Look,
    "hosts": Host,
    "groups": Group,
    "services": Service,
    "links": Link,
    "flows": Flow,
    "graphs": Graph,
}
_FOLLOWS = ("default_factory_not_called",)  # says only that another key is wrong
_MISSPELT = 0.85  # "serivces" is; "server", somebody else's table, is not


def load(path: Path) -> Topology:
    """The map of a TOML file; tables that are not the map's are left to their owners."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"{path}: there is no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path} is not valid TOML: {error}") from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    return read(tables, where=str(path))


def read(tables: Mapping[str, Any], *, where: str = "the map") -> Topology:
    """The map in already parsed tables. Raises Refused with every mistake, each on a line of its own."""
    mistakes = list(_misspelt(tables))
    try:
        topology = Topology.model_validate({name: tables[name] for name in TABLES if name in tables})
    except ValidationError as error:
        told = (detail for detail in error.errors() if detail["type"] not in _FOLLOWS)
        mistakes += [line for detail in told for line in _in_words(detail, tables)]
    if mistakes:
        raise Refused(f"{where}: " + "\n".join(mistakes))
    return topology


def _misspelt(tables: Iterable[str]) -> Iterable[str]:
    """Tables that nobody would own under that name."""
    for name in tables:
        meant = get_close_matches(name, TABLES, n=1, cutoff=_MISSPELT)
        if meant and name not in TABLES:
            yield f"there is no table '{name}'; did you mean '{meant[0]}'?"


def _in_words(detail: ErrorDetails, tables: Mapping[str, Any]) -> list[str]:
    """One mistake for a person: which thing, which key, what is wrong and what would be right."""
    if not detail["loc"]:
        return str(detail.get("ctx", {}).get("error", detail["msg"])).splitlines()
    table, key = str(detail["loc"][0]), str(detail["loc"][-1])
    thing = _named(detail["loc"], tables)
    if detail["type"] == "extra_forbidden":
        meant = nearest(key, _keys(table))
        return [f"{thing}: unknown key '{key}'" + (f"; did you mean '{meant}'?" if meant else "")]
    if detail["type"] == "missing":
        return [f"{thing}: `{key}` is missing"]
    return [f"{thing}: `{key}` {_wrong(detail)}"]


def _wrong(detail: ErrorDetails) -> str:
    """What is wrong with a value."""
    value, expected = detail["input"], str(detail.get("ctx", {}).get("expected", ""))
    if detail["type"] == "enum":
        allowed = [word for word in expected.replace(" or ", ", ").replace("'", "").split(", ") if word]
        meant = nearest(str(value), allowed)
        return f"is '{value}'; " + (f"did you mean '{meant}'?" if meant else f"it can be {', '.join(allowed)}")
    return f"is {value!r}: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _keys(table: str) -> list[str]:
    """The keys a table may have, as they are written in the file."""
    model = TABLES.get(table)
    return list(model.model_fields) if model else []


def _named(loc: tuple[int | str, ...], tables: Mapping[str, Any]) -> str:
    """The thing a mistake is about, by its id where it has one."""
    table, place = str(loc[0]), loc[1] if len(loc) > 2 else None
    if not isinstance(place, int):
        return f"[{table}]" if place is None else f"[{table}.{place}]"
    entry = tables[table][place]
    row = entry if isinstance(entry, dict) else {}
    name = row.get("id") or row.get("name") or f"{row.get('source', '?')} -> {row.get('target', '?')}"
    return f"{table.removesuffix('s')} '{name}'" if row else f"{table.removesuffix('s')} number {place + 1}"
