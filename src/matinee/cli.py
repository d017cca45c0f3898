"""What the owner types: serve the house, see the demo, print the map, ask every link."""

import asyncio
import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from matinee import __version__
from matinee.indexer_commands import app as indexer_app

app = typer.Typer(
    name="matinee",
    help="Ask for a film, watch it tonight.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """In which form the map is printed."""

    MD = "md"
    MERMAID = "mermaid"
    JSON = "json"
    SVG = "svg"


class KindName(StrEnum):
    """What sort of title a name is of."""

    MOVIE = "movie"
    SERIES = "series"


Config = Annotated[Path | None, typer.Option("--config", "-c", help="Your settings; ./matinee.toml when it is there.")]


app.add_typer(indexer_app, name="indexer")


def main() -> None:
    """Run the command line; an error is one clear sentence, not a traceback."""
    from matinee.kernel.errors import MatineeError
    from matinee.kernel.redact import redact

    try:
        app()
    except MatineeError as error:
        words = str(error)
    except OSError as error:
        words = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        return
    print(f"matinee: {redact(words)}", file=sys.stderr)  # noqa: T201 - this is the command line
    sys.exit(1)


@app.command()
def serve(config: Config = None) -> None:
    """Open the house and serve it until Ctrl+C."""
    from matinee.app import House, run_house
    from matinee.kernel.log import start_diary

    settings = _settings(config)
    start_diary(settings.server.log_level)

    def on_ready(house: House, url: str) -> None:
        typer.echo(f"Matinee is at {url}")
        if house.needs_owner:
            typer.echo(f"Nobody owns this house yet. Open {url}/setup and enter the code {house.desk.setup.code}")

    asyncio.run(run_house(settings, on_ready=on_ready, stopping=asyncio.Event()))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Check everything, write a report and stop.")] = False,
    var: Annotated[Path, typer.Option(help="Folder for the demo's films and house.")] = Path("var"),
) -> None:
    """See a film and an episode go from a wish to the screen, with a little internet on this machine."""
    from rich.console import Console

    from matinee.demo import run_demo
    from matinee.kernel.log import start_diary

    var.mkdir(parents=True, exist_ok=True)
    start_diary("ERROR")
    asyncio.run(run_demo(var.absolute(), once=once, console=Console()))


@app.command()
def lab(
    folder: Annotated[Path, typer.Option(help="Where its films are made and kept.")] = Path("var/lab"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 takes any free one.")] = 8900,
) -> None:
    """Run the lab alone: metadata, indexer, tracker and seeder on loopback."""
    from matinee.kernel.log import start_diary
    from matinee.lab import run_lab

    def on_progress(done: int, of: int) -> None:
        if done in (0, of):
            typer.echo("Making the films (only the first time) …" if done == 0 else f"Made {of} films.")

    start_diary()
    run_lab(folder, port, on_progress=on_progress)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def torrent(context: typer.Context) -> None:
    """Run the torrent engine alone; `matinee torrent --help` lists its options."""
    from matinee.torrent_process import main as run

    run(context.args)


@app.command()
def parse(
    name: Annotated[str, typer.Argument(help="A release's name; `-` reads one name a line from standard input.")],
    kind: Annotated[KindName | None, typer.Option(help="Whose name it is; without it the name itself tells.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a name, for scripts.")] = False,
) -> None:
    """Show how a release's name is read, word by word."""
    from matinee.told import name_as_json, name_in_a_line, print_name

    for line in (line.rstrip("\r\n") for line in sys.stdin) if name == "-" else [name]:
        if as_json:
            typer.echo(json.dumps(name_as_json(line, kind), ensure_ascii=False))
        elif name == "-":
            typer.echo(name_in_a_line(line, kind))
        else:
            print_name(line, kind)


@app.command()
def explain(
    title: Annotated[str, typer.Argument(help="A title, as in `Tin Comet (2021)` or `Night Tram S01E02`.")],
    config: Config = None,
    search: Annotated[bool, typer.Option("--search", help="Ask the indexers now, whatever is remembered.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show every release of a title with its score, every reason against it, and what would change it."""
    from matinee.app import explain_title
    from matinee.told import explained_as_json, print_explained

    explained = asyncio.run(explain_title(_settings(config), title, search=search))
    if as_json:
        typer.echo(json.dumps([explained_as_json(one) for one in explained], ensure_ascii=False, indent=2))
    else:
        print_explained(explained)


@app.command("map")
def show_map(
    config: Config = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.MD,
    live: Annotated[bool, typer.Option("--live", help="Ask every link first and show its state.")] = False,
) -> None:
    """Print the map: the one declared in the file, or else that of the house itself."""
    from matinee.app import map_of_house
    from matinee.topology.render import render

    topology, states = asyncio.run(map_of_house(_settings(config), live=live))
    typer.echo(render(topology, format.value, states), nl=False)


@app.command()
def probe(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Ask every link of the house with its real protocol; exit code 1 when one is red."""
    from matinee.app import map_of_house
    from matinee.topology.as_json import as_json as plain

    topology, states = asyncio.run(map_of_house(_settings(config), live=True))
    links: list[dict[str, Any]] = plain(topology, states)["links"]
    if as_json:
        typer.echo(json.dumps(links, indent=2))
    else:
        _print_links(links)
    if any(link["state"] == "red" for link in links):
        raise typer.Exit(1)


@app.command()
def doctor(config: Config = None) -> None:
    """Look for what would spoil an evening, and say how to mend it; exit code 1 when there is something."""
    from matinee.app import examine_house

    found = asyncio.run(examine_house(_settings(config)))
    for finding in found:
        typer.echo(f"- {finding}")
    if found:
        raise typer.Exit(1)
    typer.echo("All is well.")


@app.command()
def owner(
    config: Config = None,
    name: Annotated[str, typer.Option(help="The owner's name.")] = "owner",
) -> None:
    """Make the first owner without the page; the password is shown this one time."""
    from matinee.app import create_owner

    password = asyncio.run(create_owner(_settings(config), name))
    typer.echo(f"The owner is {name}. Password (shown this one time): {password}")


@app.command()
def openapi() -> None:
    """Print the description of our own API."""
    from matinee.web.site import site

    typer.echo(json.dumps(site().openapi(), indent=2))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _settings(config: Path | None) -> Any:
    from matinee.kernel.config import load
    from matinee.settings import Settings

    usual = Path("matinee.toml")
    path = config or (usual if usual.exists() else None)
    return load(Settings, path, os.environ).beside(path.absolute().parent if path else Path.cwd())


def _print_links(links: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("link", "state", "protocol", "what was seen, or why not", "ms")
    colours = {"green": "green", "red": "red", "grey": "bright_black"}
    for link in links:
        colour = colours[link["state"]]
        words = link["seen"] or link["reason"]
        state = f"[{colour}]{link['state']}[/{colour}]"
        name = f"{link['source']} → {link['target']}"
        table.add_row(name, state, str(link["protocol"]), words, str(link["took_ms"] or ""))
    Console().print(table)


if __name__ == "__main__":
    main()
