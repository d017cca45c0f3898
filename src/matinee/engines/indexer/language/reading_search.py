"""Read how a site is searched: its addresses, its rows and the fields of a row."""

from collections.abc import Iterator

from matinee.engines.indexer.language.blocks import read_errors, read_filters, read_selector
from matinee.engines.indexer.language.definition import Field, Rows, Search, SearchPath, Selector
from matinee.engines.indexer.language.place import Place

_ANSWERS = ("html", "json", "xml")
_NEEDED = (("title",), ("size",), ("seeders",), ("category", "categorydesc"), ("download", "magnet", "infohash"))


def read_search(top: Place) -> Search:
    """The `search` block of a definition."""
    search = top.inner("search")
    if search is None:
        raise top.refused("search", "is missing; write how the site is searched")
    paths = tuple(_paths(search))
    return Search(
        paths=paths,
        inputs=search.pairs("inputs"),
        headers=search.lists("headers"),
        keywords_filters=read_filters(search, "keywordsfilters"),
        allow_empty_inputs=bool(search.flag("allowEmptyInputs")),
        errors=read_errors(search),
        preprocessing_filters=read_filters(search, "preprocessingfilters"),
        rows=_rows(search, paths[0].response),
        fields=_fields(search),
    )


def _paths(search: Place) -> Iterator[SearchPath]:
    """All of `paths`, and at the end the single `path`."""
    if "paths" not in search and "path" not in search:
        raise search.refused("paths", "is missing; write at least one path")
    yield from (_path(one) for one in search.inners("paths"))
    if (single := search.text("path")) is not None:
        yield SearchPath(single)


def _path(one: Place) -> SearchPath:
    response = one.inner("response")
    return SearchPath(
        path=one.text("path") or "",
        method=one.text("method") or "get",
        inputs=one.pairs("inputs"),
        inherit_inputs=one.flag("inheritinputs") is not False,
        categories=one.texts("categories"),
        follow_redirect=one.flag("followredirect"),
        query_separator=one.text("queryseparator") or "&",
        response=_answer(response) if response else "html",
        no_results_message=response.text("noResultsMessage") if response else None,
    )


def _answer(response: Place) -> str:
    told = response.needed("type").lower()
    if told not in _ANSWERS:
        raise response.refused("type", f"is {told!r:.40}; write json or xml, or leave it out for a web page")
    return told


def _rows(search: Place, response: str) -> Rows:
    """The rows; an answer in JSON that names no selector is itself the list."""
    rows = search.inner("rows")
    if rows is None:
        raise search.refused("rows", "is missing; write where the rows of an answer are")
    return Rows(
        selector=(rows.text("selector") or "$") if response == "json" else rows.needed("selector"),
        after=int(rows.number("after", 0)),
        filters=read_filters(rows),
        date_headers=_optional_selector(rows.inner("dateheaders")),
        count=_optional_selector(rows.inner("count")),
        attribute=rows.text("attribute"),
        multiple=bool(rows.flag("multiple")),
        missing_attribute_equals_no_results=bool(rows.flag("missingAttributeEqualsNoResults")),
    )


def _optional_selector(block: Place | None) -> Selector | None:
    return read_selector(block) if block else None


def _fields(search: Place) -> tuple[Field, ...]:
    """The fields in file order, which is the order they are read in."""
    found = tuple(_field(key, block) for key, block in search.named("fields"))
    names = {field.name for field in found}
    for choice in _NEEDED:
        if names.isdisjoint(choice):
            raise search.refused(f"fields.{choice[0]}", f"is missing; add the field {' or '.join(choice)}")
    return found


def _field(key: str, block: Place) -> Field:
    name, *modifiers = key.split("|")
    return Field(key, name, frozenset(modifiers), read_selector(block))
