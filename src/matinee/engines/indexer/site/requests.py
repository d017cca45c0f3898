"""The addresses and forms that a search asks of a site, exactly as its definition spells them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from matinee.engines.indexer.language.definition import Definition, SearchPath
from matinee.engines.indexer.language.links import resolve
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.language.urls import url_encode
from matinee.engines.indexer.language.variables import query_scope
from matinee.engines.indexer.site.call import Pairs, SiteRequest, first_of_each, post, query_string, with_query
from matinee.media.indexing import Question

RAW = "$raw"


def search_requests(definition: Definition, scope: Scope, question: Question, base_url: str) -> list[SiteRequest]:
    """Every request of one search, an address that repeats left out; `scope` holds the settings.

    Raises what templates and filters raise (ValueError), naming what is wrong.
    """
    return [request for request, _ in planned(definition, scope, question, base_url)]


def planned(definition: Definition, scope: Scope, question: Question, base_url: str) -> list[tuple[SiteRequest, Scope]]:
    """The requests, each with the variables that its answer is read with."""
    asked = query_scope(definition, scope, question)
    found: list[tuple[SiteRequest, Scope]] = []
    seen: set[str] = set()
    for path in definition.search.paths:
        for_path = scope_of_path(path, asked)
        if for_path is None:
            continue
        request = _request(definition, path, for_path, base_url)
        if request.method == "GET" and request.url in seen:
            continue
        seen.update([request.url] if request.method == "GET" else [])
        found.append((request, for_path))
    return found


def scope_of_path(path: SearchPath, asked: Scope) -> Scope | None:
    """The scope with the categories that this path serves; None when it serves none of those asked for."""
    mapped = _list(asked, ".Categories")
    if not path.categories or not mapped:
        return asked
    is_turned = path.categories[0] == "!"
    both = [one for one in mapped if one in path.categories]
    if bool(both) == is_turned:
        return None
    return asked.with_values({".Categories": tuple(both)})


def render_path(template: str, scope: Scope) -> str:
    """An address: each value encoded as in a form, a blank as `%20`."""
    return render(template, scope, encode=url_encode).replace("+", "%20")


def render_inputs(
    inputs: Iterable[tuple[str, str]], scope: Scope, *, keep_empty: bool = False
) -> Iterator[tuple[str, str]]:
    """Inputs with their values, in order; `$raw` is a whole query, blank values are dropped."""
    for name, template in inputs:
        if name == RAW:
            yield from _raw(render(template, scope, encode=url_encode))
            continue
        value = render(template, scope)
        if keep_empty or value.strip():
            yield name, value


def headers_of(headers: Sequence[tuple[str, tuple[str, ...]]], scope: Scope) -> Pairs:
    """Headers with their values, of each list the first."""
    return tuple((name, render(value, scope)) for name, value in first_of_each(headers))


def _request(definition: Definition, path: SearchPath, scope: Scope, base_url: str) -> SiteRequest:
    search, encoding = definition.search, definition.encoding
    inputs = [*(search.inputs if path.inherit_inputs else ()), *path.inputs]
    pairs = list(render_inputs(inputs, scope, keep_empty=search.allow_empty_inputs))
    url = resolve(base_url, render_path(path.path, scope))
    headers = headers_of(search.headers, scope)
    if path.method.strip().lower() == "post":
        request = post(url, pairs, encoding, headers)
    else:
        request = SiteRequest(with_query(url, query_string(pairs, encoding)), headers=headers)
    return replace(request, path=path)


def _raw(query: str) -> Iterator[tuple[str, str]]:
    """The pairs of a `$raw` input as they are written: a value that is encoded already is encoded again."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name:
            yield name, value


def _list(scope: Scope, name: str) -> list[str]:
    value = scope[name]
    return [] if value is None else [value] if isinstance(value, str) else list(value)
