"""Does a definition work at all? Every one is read, taken apart, and made to build its requests for six searches."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.language.netregex import Unsupported
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.scope import Scope, Value
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.language.urls import download_values
from matinee.engines.indexer.language.variables import config_scope, site_link
from matinee.engines.indexer.shelf.package import Texts, read_folder, read_zip
from matinee.engines.indexer.shelf.parts import parts_of
from matinee.engines.indexer.site.cookies import CookieJar
from matinee.engines.indexer.site.download import before_request
from matinee.engines.indexer.site.line import Line
from matinee.engines.indexer.site.login import login_request
from matinee.engines.indexer.site.place import Site
from matinee.engines.indexer.site.requests import headers_of, search_requests
from matinee.kernel.errors import MatineeError, NotFound, Refused
from matinee.media.indexing import Function, Question

SCENARIOS: tuple[tuple[str, Question], ...] = (
    ("newest", Question()),
    ("words", Question(text="big buck bunny")),
    ("season and episode", Question(Function.TV, text="night rider", season=1, episode="2")),
    ("day", Question(Function.TV, text="late show", season=2024, episode="10/18")),
    ("film by number", Question(Function.MOVIE, imdb="tt0063350", tmdb=10331, year=1968)),
    ("category", Question(categories=(2000, 5040))),
)
_LINK = "details.php?id=7&hash=abc"
_LINK_PARAMETER = re.compile(r"\.DownloadUri\.Query\.([^\s\"'(){}]+)")
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class LintResult:
    """One file: the definition's id where it could be read, and what is wrong with it.

    `warnings` are expressions that only the language's own library understands: what they would filter fails, all
    else works.
    """

    file: str
    id: str = ""
    name: str = ""
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    has_login: bool = False

    @property
    def is_fine(self) -> bool:
        """Whether it loads, builds all its requests, and every part of it can be compiled."""
        return not self.problems


class _Trouble(NamedTuple):
    """One sentence, and whether the definition works all the same."""

    text: str
    is_small: bool


def lint(paths: Iterable[Path]) -> list[LintResult]:
    """Check every definition in these files, folders and zips; NotFound for a path that is not there."""
    results: list[LintResult] = []
    for path in paths:
        texts = _texts(path)
        results += [_checked(name, text) for name, text in texts.found.items()]
        results += [LintResult(name, problems=(reason,)) for name, reason in texts.refused.items()]
    return results


def check(definition: Definition) -> tuple[list[str], list[str]]:
    """The problems and the warnings of a definition that could be read, one sentence each."""
    found: dict[_Trouble, None] = {}
    link = site_link(definition)
    for settings in ({}, _filled(definition)):
        scope = config_scope(definition, settings, link)
        found.update(dict.fromkeys(_request_problems(definition, scope, link)))
        found.update(dict.fromkeys(_part_problems(definition, scope)))
    problems = [trouble.text for trouble in found if not trouble.is_small]
    return problems[:_MOST_PROBLEMS], [trouble.text for trouble in found if trouble.is_small]


def _texts(path: Path) -> Texts:
    if path.is_dir():
        return read_folder(path)
    if not path.is_file():
        raise NotFound(f"{path}: there is no file or folder here")
    if path.suffix.lower() == ".zip":
        return read_zip(path.read_bytes(), str(path))
    try:
        return Texts(found={str(path): path.read_text("utf-8-sig")})
    except UnicodeDecodeError:
        return Texts(refused={str(path): "it is not written in UTF-8"})


def _checked(file: str, text: str) -> LintResult:
    try:
        definition = read_definition(text, where=file)
    except Refused as error:
        return LintResult(file, problems=(str(error),))
    problems, warnings = check(definition)
    has_login = definition.login is not None
    return LintResult(file, definition.id, definition.name, tuple(problems), tuple(warnings), has_login)


def _filled(definition: Definition) -> dict[str, str | bool]:
    """Settings in which everything is filled in and ticked."""
    told: dict[str, str | bool] = {}
    for setting in definition.settings:
        if setting.type == "checkbox":
            told[setting.name] = True
        elif setting.type in ("text", "password"):
            told[setting.name] = "matinee"
    return told


def _request_problems(definition: Definition, scope: Scope, link: str) -> Iterator[_Trouble]:
    """What goes wrong while the requests of searches, login and download are built."""
    for name, question in SCENARIOS:
        yield from _trouble(f"search ({name})", partial(search_requests, definition, scope, question, link))
    site = Site(definition.name, definition, link, scope, Line(definition.name, link, CookieJar()))
    if definition.login is not None:
        login = definition.login
        yield from _trouble("login", partial(login_request, site, login))
    if definition.download is not None:
        yield from _trouble("download", partial(_download_request, site, definition))


def _download_request(site: Site, definition: Definition) -> None:
    """Build what a download asks before the torrent itself."""
    if (how := definition.download) is None:
        return
    scope = _at_download(definition, site.scope)
    headers = headers_of(how.headers or definition.search.headers, scope)
    if how.before is not None:
        before_request(site, how.before, render(how.before.path or "", scope), scope, headers)


def _part_problems(definition: Definition, scope: Scope) -> Iterator[_Trouble]:
    """Selectors, templates and regular expressions that cannot be compiled."""
    results: dict[str, Value] = {f".Result.{field.name}": "1" for field in definition.search.fields}
    known = _at_download(definition, scope).with_values({**results, ".Keywords": "words", ".Categories": ("1",)})
    for part in parts_of(definition):
        yield from _trouble(part.where, partial(part.compile, known))


def _at_download(definition: Definition, scope: Scope) -> Scope:
    """The variables of a download link that has every parameter which the definition mentions."""
    names = {name for part in parts_of(definition) for name in _LINK_PARAMETER.findall(part.text)}
    values: dict[str, Value] = {f".DownloadUri.Query.{name}": "1" for name in names}
    return scope.with_values({**values, **download_values(f"{site_link(definition)}{_LINK}")})


def _trouble(where: str, build: Callable[[], object]) -> Iterator[_Trouble]:
    try:
        build()
    except (ValueError, MatineeError) as error:
        yield _Trouble(f"{where}: {error}", isinstance(error, Unsupported) or isinstance(error.__cause__, Unsupported))
