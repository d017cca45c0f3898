"""A definition taken apart: every selector, template and regular expression in it, and where it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from matinee.engines.indexer.language import netregex, template
from matinee.engines.indexer.language.definition import (
    Definition,
    Download,
    ErrorBlock,
    Filter,
    Login,
    Search,
    Selector,
)
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.pages.css import plan_of
from matinee.engines.indexer.pages.json_paths import path_of
from matinee.engines.indexer.site.download import selectors_of

_REGEX = frozenset(("regexp", "re_replace"))
_TEMPLATES = frozenset(("re_replace", "replace", "prepend", "append"))


class Kind(StrEnum):
    """What a part is written in."""

    HTML = "html"
    XML = "xml"
    JSON = "json"
    TEMPLATE = "template"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `where` names its place in the file."""

    where: str
    kind: Kind
    text: str

    def compile(self, scope: Scope) -> None:
        """Raise ValueError when it cannot be read; a selector is filled in first."""
        if self.kind is Kind.REGEX:
            netregex.check(self.text)
            return
        template.check(self.text)
        if self.kind is Kind.TEMPLATE:
            return
        selector = template.render(self.text, scope)
        if self.kind is Kind.JSON:
            path_of(selector)
        elif words := selector.strip().removeprefix(":root").strip():
            plan_of(words, is_html=self.kind is Kind.HTML)


def parts_of(definition: Definition) -> Iterator[Part]:
    """Every part of a definition."""
    yield from _search_parts(definition.search)
    if definition.login is not None:
        yield from _login_parts(definition.login)
    if definition.download is not None:
        yield from _download_parts(definition.download)


def _search_parts(search: Search) -> Iterator[Part]:
    kinds = {Kind(path.response) for path in search.paths}
    kind = next(iter(kinds)) if len(kinds) == 1 else Kind.HTML
    yield from (Part(f"search.inputs.{name}", Kind.TEMPLATE, text) for name, text in search.inputs)
    for number, path in enumerate(search.paths):
        yield Part(f"search.paths[{number}].path", Kind.TEMPLATE, path.path)
        yield from (Part(f"search.paths[{number}].inputs.{name}", Kind.TEMPLATE, text) for name, text in path.inputs)
    yield from _filter_parts("search.keywordsfilters", search.keywords_filters)
    yield from _filter_parts("search.preprocessingfilters", search.preprocessing_filters)
    yield from _error_parts("search.error", search.errors)
    rows = search.rows
    yield Part("search.rows.selector", kind, rows.selector)
    for name, block in (("dateheaders", rows.date_headers), ("count", rows.count)):
        if block is not None:
            yield from _block_parts(f"search.rows.{name}", block, kind)
    for field in search.fields:
        yield from _block_parts(f"search.fields.{field.key}", field.block, kind)


def _login_parts(login: Login) -> Iterator[Part]:
    yield from (Part(f"login.inputs.{name}", Kind.TEMPLATE, text) for name, text in login.inputs)
    yield Part("login.path", Kind.TEMPLATE, login.path)
    if login.selectors:
        yield from (Part("login.inputs", Kind.HTML, name) for name, _ in login.inputs)
    for where, blocks in (("selectorinputs", login.selector_inputs), ("getselectorinputs", login.get_selector_inputs)):
        for name, block in blocks:
            yield from _block_parts(f"login.{where}.{name}", block, Kind.HTML)
    yield Part("login.form", Kind.HTML, login.form)
    if login.test_selector:
        yield Part("login.test.selector", Kind.HTML, login.test_selector)
    if login.captcha is not None:
        yield Part("login.captcha.selector", Kind.HTML, login.captcha.selector)
    yield from _error_parts("login.error", login.errors)


def _download_parts(how: Download) -> Iterator[Part]:
    for number, block in enumerate(selectors_of(how)):
        yield from _block_parts(f"download.selectors[{number}]", block, Kind.HTML)
    if how.before is not None:
        yield Part("download.before.path", Kind.TEMPLATE, how.before.path or "")
        yield from (Part(f"download.before.inputs.{name}", Kind.TEMPLATE, text) for name, text in how.before.inputs)


def _error_parts(where: str, blocks: Iterable[ErrorBlock]) -> Iterator[Part]:
    for number, block in enumerate(blocks):
        yield Part(f"{where}[{number}].selector", Kind.HTML, block.selector)
        if block.message is not None:
            yield from _block_parts(f"{where}[{number}].message", block.message, Kind.HTML)


def _block_parts(where: str, block: Selector, kind: Kind) -> Iterator[Part]:
    for name, text in (("text", block.text), ("default", block.default)):
        if text is not None:
            yield Part(f"{where}.{name}", Kind.TEMPLATE, text)
    if block.selector:
        yield Part(f"{where}.selector", kind, block.selector)
    if block.remove:
        yield Part(f"{where}.remove", kind, block.remove)
    for key, text in block.case:
        yield Part(f"{where}.case", Kind.TEMPLATE, text)
        if kind is not Kind.JSON and key != "*":
            yield Part(f"{where}.case", kind, key)
    yield from _filter_parts(where, block.filters)


def _filter_parts(where: str, filters: Iterable[Filter]) -> Iterator[Part]:
    for filter_ in filters:
        if filter_.name in _REGEX and filter_.args:
            yield Part(f"{where} ({filter_.name})", Kind.REGEX, filter_.args[0])
        if filter_.name in _TEMPLATES:
            yield from (Part(f"{where} ({filter_.name})", Kind.TEMPLATE, text) for text in filter_.args[-1:])
