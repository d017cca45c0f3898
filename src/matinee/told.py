"""Names and releases told on a terminal: how a name was read, and why a release was not welcome."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from matinee.media.parse import ReleaseName, read_name
from matinee.media.parse.explain import NOTHING, PARTS, ToldWord, explain_name
from matinee.media.title import Kind
from matinee.pipeline.explaining import Explained
from matinee.store.releases import Judged, KeptRelease

COLOURS = {
    "title": "bold white", "year": "yellow", "episode": "cyan", "quality": "green", "revision": "magenta",
    "language": "blue", "group": "red", "edition": "magenta", "subtitles": "blue", "hash": "red", "id": "cyan",
}  # fmt: skip


def name_as_json(name: str, kind: str | None) -> dict[str, Any]:
    """The reading of a name in plain values."""
    read = read_name(name, Kind(kind) if kind else None)
    ids = {catalogue: value for catalogue, value in asdict(read.ids).items() if value}
    return {
        "name": name,
        "is_release": read.is_release,
        "kind": read.kind,
        "title": read.title,
        "titles": list(read.titles),
        "year": read.year,
        "season": read.season,
        "last_season": read.last_season,
        "episodes": list(read.episodes),
        "absolute": list(read.absolute),
        "air_date": read.air_date.isoformat() if read.air_date else None,
        "is_season_pack": read.is_season_pack,
        "is_special": read.is_special,
        "quality": read.quality.name,
        "source": read.quality.source,
        "resolution": read.quality.resolution,
        "version": read.revision.version,
        "real": read.revision.real,
        "languages": list(read.languages),
        "group": read.group,
        "hash": read.hash,
        "edition": read.edition,
        "hardcoded_subtitles": read.hardcoded_subtitles,
        "ids": ids,
    }


def name_in_a_line(name: str, kind: str | None) -> str:
    """`Night Tram | S01E02 | WEBDL-1080p | GROUP`: what was read, for many names one below the other."""
    read = read_name(name, Kind(kind) if kind else None)
    told = [read.title, *(show(read) for part, show in PARTS.items() if part != "title")]
    return printable(" | ".join(word for word in told if word) if read.is_release else f"not a release | {name}")


def printable(text: str) -> str:
    """Text of strangers fit for a terminal: what would move its cursor or change its colours becomes `?`."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def print_name(name: str, kind: str | None) -> None:
    """The name in colours, and below it each word with what it decides."""
    name = printable(name)
    read, words = explain_name(name, Kind(kind) if kind else None)
    console = Console()
    console.print(_in_colours(name, words))
    if not read.is_release:
        console.print("This is not a release's name: no title, year, episode or quality can be read from it.")
        return
    console.print(_parts(read))
    table = Table("word", "decides", "as", "without it")
    for word in words:
        if word.part != NOTHING:
            table.add_row(word.text, f"[{COLOURS[word.part]}]{word.part}[/]", word.value, word.without or "-")
    console.print(table)


def _in_colours(name: str, words: Iterable[ToldWord]) -> Text:
    text = Text(name)
    for word in words:
        text.stylize(COLOURS.get(word.part, "bright_black"), word.start, word.end)
    return text


def _parts(read: ReleaseName) -> Table:
    grid = Table.grid(padding=(0, 2))
    for part, show in {"title": PARTS["title"], **PARTS}.items():
        if told := show(read):
            grid.add_row(part, Text(told, style=COLOURS[part]))
    return grid


def explained_as_json(explained: Explained) -> dict[str, Any]:
    """What there is of one movie or episode, in plain values."""
    return {
        "label": explained.label,
        "profile": explained.profile,
        "live": explained.live,
        "troubles": list(explained.troubles),
        "releases": [
            {
                "name": one.release.name,
                "indexer": one.release.indexer,
                "size": one.release.size,
                "seeders": one.release.seeders,
                "quality": one.quality,
                "score": one.score,
                "formats": list(one.formats),
                "reasons": [{"text": text, "cure": cure} for text, cure in _reasons(one)],
            }
            for one in explained.releases
        ],
    }


def print_explained(explained: Iterable[Explained]) -> None:
    """One table for each movie or episode."""
    console = Console()
    for one in explained:
        when = "asked just now" if one.live else "as last searched"
        table = Table(
            "release", "quality", "score", "size", "seeders", "verdict", title=f"{one.label} ({one.profile}, {when})"
        )
        for release in one.releases:
            table.add_row(*_row(release))
        console.print(table if one.releases else f"{one.label}: the indexers offer nothing.")
        for trouble in one.troubles:
            console.print(Text(f"- {trouble}", style="yellow"))


def _row(one: Judged | KeptRelease) -> tuple[str | Text, ...]:
    formats = f"\n{', '.join(one.formats)}" if one.formats else ""
    seeders = "" if one.release.seeders is None else f"{one.release.seeders:,}"
    name = Text(f"{printable(one.release.name)}\n", overflow="fold").append(one.release.indexer, "bright_black")
    return name, one.quality, f"{one.score:+d}{formats}", f"{one.release.size / 1e9:.1f} GB", seeders, _verdict(one)


def _verdict(one: Judged | KeptRelease) -> Text:
    if not one.reasons:
        return Text("welcome", "green")
    told = Text()
    for text, cure in _reasons(one):
        told.append(f"{text}\n", "red").append(f"  {cure}\n" if cure else "", "bright_black")
    told.rstrip()
    return told


def _reasons(one: Judged | KeptRelease) -> list[tuple[str, str]]:
    """Each reason with what would change it; what was learned later has no cure."""
    cures = (*one.cures, *[""] * len(one.reasons))
    return list(zip(one.reasons, cures, strict=False))
