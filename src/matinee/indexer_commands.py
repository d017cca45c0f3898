"""`matinee indexer`: check definitions of indexers, and try one on a saved page."""
# ruff: noqa: PLC0415 - a command imports only what it needs, so that the others start at once

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from matinee.engines.indexer.pages.reading import PageRead
    from matinee.engines.indexer.shelf.lint import LintResult
    from matinee.media.release import Release

app = typer.Typer(help="Check indexer definitions, and try one on a saved page.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("lint")
def lint_definitions(
    paths: Annotated[list[Path], typer.Argument(help="Definition files, folders of them, or a package.zip.")],
    as_json: AsJson = False,
) -> None:
    """Check that definitions load and build their requests; ends with 1 when one does not."""
    from matinee.engines.indexer.shelf.lint import lint

    results = lint(paths)
    fine = sum(result.is_fine for result in results)
    if as_json:
        _print_json({"definitions": len(results), "fine": fine, "results": [_lint_as_plain(one) for one in results]})
    else:
        _print_results(results)
        typer.echo(f"{fine} of {len(results)} definitions load and build their requests")
    if fine < len(results) or not results:
        raise typer.Exit(1)


@app.command("try")
def try_definition(
    definition: Annotated[Path, typer.Argument(help="The definition's file.")],
    page: Annotated[Path, typer.Option(help="The page as the site has sent it, saved to a file.")],
    *,
    query: Annotated[str, typer.Option(help="The words that were searched; none: the newest uploads.")] = "",
    path: Annotated[int, typer.Option(help="Which of the definition's paths has answered, counted from 0.")] = 0,
    setting: Annotated[list[str] | None, typer.Option(help="An answer to one of its settings, as name=value.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a definition reads from a saved page, and what it cannot read; ends with 1 when that is nothing."""
    from matinee.engines.indexer.language.reading import read_definition
    from matinee.engines.indexer.shelf.trying import try_page
    from matinee.media.indexing import Question

    read = read_definition(definition.read_bytes().decode("utf-8-sig", "replace"), where=str(definition))
    asked = Question(text=query, is_interactive=True)
    found = try_page(read, page.read_bytes(), asked, settings=_settings(setting or []), path=path)
    if as_json:
        _print_json(_page_as_plain(found))
    else:
        _print_page(found)
    if not found.releases:
        raise typer.Exit(1)


def _settings(told: list[str]) -> dict[str, str]:
    """The owner's answers by name."""
    pairs = [one.partition("=") for one in told]
    if wrong := next((name for name, mark, _ in pairs if not mark), None):
        raise typer.BadParameter(f"{wrong!r:.40} has no value; write name=value", param_hint="--setting")
    return {name.strip(): value for name, _, value in pairs}


def _print_results(results: "list[LintResult]") -> None:
    """A line for every definition, and below it what is wrong with it."""
    from matinee.told import printable

    for result in results:
        name = printable(result.id or result.file)
        built = "its searches and its login" if result.has_login else "its searches"
        typer.echo(f"{name}: loads and builds {built}" if result.is_fine else f"{name}: FAILS")
        for problem in result.problems:
            typer.echo(f"  {printable(problem)}")
        for warning in result.warnings:
            typer.echo(f"  warning: {printable(warning)}")


def _print_page(found: "PageRead") -> None:
    """A table of the releases, and below it what could not be read."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from matinee.told import printable

    table = Table("name", "size", "seeders", "categories", "published")
    for release in found.releases:
        when = f"{release.published:%Y-%m-%d %H:%M}" if release.published else ""
        numbers = " ".join(map(str, release.categories))
        seeders = "" if release.seeders is None else str(release.seeders)
        table.add_row(*map(Text, (printable(release.name), f"{release.size / 2**20:,.0f} MB", seeders, numbers, when)))
    Console().print(table)
    for failure in found.failures:
        is_of_whole_row = failure.row and not failure.field
        is_plain = is_of_whole_row or not failure.selector or failure.selector in failure.reason
        typer.echo(printable(f"not read: {failure}" if is_plain else f"not read: {failure} (at '{failure.selector}')"))
    typer.echo(f"{len(found.releases)} releases from {found.rows} rows")


def _print_json(value: Any) -> None:
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _lint_as_plain(result: "LintResult") -> dict[str, Any]:
    return {"file": result.file, "id": result.id, "name": result.name, **_told(result)}


def _told(result: "LintResult") -> dict[str, Any]:
    return {"fine": result.is_fine, "problems": list(result.problems), "warnings": list(result.warnings)}


def _page_as_plain(found: "PageRead") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "rows": found.rows,
        "releases": [_release_as_plain(one) for one in found.releases],
        "failures": [asdict(one) for one in found.failures],
    }


def _release_as_plain(release: "Release") -> dict[str, Any]:
    """All fields of a release, as JSON can hold them: what is not known is null or empty."""
    from dataclasses import asdict

    return {name: _plain(value) for name, value in asdict(release).items()}


def _plain(value: Any) -> Any:
    from datetime import datetime

    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if one is not None}
    return [list(one) if isinstance(one, tuple) else one for one in value] if isinstance(value, tuple) else value
