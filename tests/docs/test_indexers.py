"""The page about indexers tells what the code does: filter, pauses, steps, presets, and a definition tried out."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matinee import cli
from matinee.kernel.guard import Guard
from matinee.pipeline.search import compile_filter
from matinee.pipeline.search.back_off import LEVELS
from matinee.pipeline.search.diary import KEPT
from matinee.pipeline.search.filter_facts import _IS, _TEXTS
from matinee.pipeline.search.filter_numbers import NUMBERS
from matinee.pipeline.search.remembered import MOST_ROWS
from matinee.products.newznab.presets import PRESETS
from matinee.web.catalogue import Catalogue
from tests.docs.pages import bare, examples, page, quoted, rows, section, texts_in, tree

TEXT = page("indexers.md")
ATTRIBUTES = {bare(row["attribute"]): row for row in rows(TEXT, "attribute")}
FILTERS = [word.replace(r"\|", "|") for row in rows(TEXT, "written") for word in quoted(row["written"])]
FILTERS += [example for row in ATTRIBUTES.values() for example in quoted(row["examples"])]
SECONDS = {"minute": 60, "hour": 3600}


def test_every_attribute_of_the_filter_stands_in_the_table() -> None:
    assert sorted(ATTRIBUTES) == sorted({*NUMBERS, *_TEXTS})


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_attribute_is_shown_by_an_example_of_its_own(name: str) -> None:
    told = quoted(ATTRIBUTES[name]["examples"])
    assert told
    assert all(re.match(rf"-?{name}[:=<>]", example) for example in told)


@pytest.mark.parametrize("text", FILTERS)
def test_every_example_of_the_filter_is_understood(text: str) -> None:
    compile_filter(text)


def test_all_that_a_release_can_be_is_told() -> None:
    assert quoted(ATTRIBUTES["is"]["meaning"]) == list(_IS)


def test_the_pauses_are_those_of_the_back_off() -> None:
    told = [row["it is left alone for"].rstrip("s").split() for row in rows(TEXT, "failures in a row")]
    assert [int(number) * SECONDS[unit] for number, unit in told] == list(LEVELS[1:])


def test_the_steps_of_a_test_are_those_that_are_tried() -> None:
    steps = [bare(row["step"]) for row in rows(TEXT, "step")]
    assert steps == ["settings", "address", "login", "caps", "search", "rows"]
    assert set(steps) <= set(texts_in(tree("pipeline/search/trial.py")))


def test_every_preset_is_named() -> None:
    assert [preset.name for preset in PRESETS if preset.name not in TEXT] == []


async def test_all_kinds_that_can_be_added_are_told(tmp_path: Path) -> None:
    offers = (await Catalogue(tmp_path, "").everything()).offers
    told = {row["what"] for row in rows(TEXT, "what")}
    assert told == {"Internet Archive", "Newznab", "Torznab", "Torrent RSS feed", "A site by its definition"}
    assert {offer.kind for offer in offers} == {"archive", "newznab", "torznab", "rss"}


def test_the_bounds_are_the_true_ones() -> None:
    assert timedelta(days=90) == KEPT
    assert f"At most {MOST_ROWS:,} rows" in TEXT


def test_the_hosts_that_are_allowed_can_be_read() -> None:
    (example,) = (text for text in examples(TEXT, "toml") if "allow_hosts" in text)
    Guard(re.findall(r'"([^"]+)"', example))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page in a folder of their own."""
    (definition,) = examples(TEXT, "yaml")
    (saved,) = examples(TEXT, "html")
    (tmp_path / "reelhouse.yml").write_text(definition)
    (tmp_path / "broken.yml").write_text(definition.replace("td.seeds", '"td.seeds:::"'))
    (tmp_path / "page.html").write_text(saved)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


SAMPLES = re.findall(r"^```\n\$ matinee (.*?)\n(.*?)^```", section(TEXT, "### Checking a definition"), re.M | re.S)


@pytest.mark.parametrize(("command", "told"), SAMPLES, ids=[command for command, _ in SAMPLES])
def test_the_commands_say_what_is_shown(command: str, told: str, bench: Path) -> None:
    said = CliRunner().invoke(cli.app, command.split()).output
    assert [line.rstrip() for line in said.splitlines()] == told.splitlines()


def test_three_samples_are_shown() -> None:
    assert len(SAMPLES) == 3
