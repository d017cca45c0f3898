"""The floors, packages, stages and steps in the docs are those of the code."""

import ast
import re
import tomllib

from matinee.pipeline import STORY
from matinee.web.gate import PUBLIC
from tests.docs.pages import ROOT, SOURCE, examples, page, quoted, rows, section, tree

TEXT = page("architecture.md")


def packages() -> set[str]:
    """Every package, and the modules that stand beside them."""
    folders = {path.parent for path in SOURCE.rglob("__init__.py")} - {SOURCE, SOURCE / "store/migrations/versions"}
    modules = {path.with_suffix("") for path in SOURCE.glob("*.py") if path.stem != "__init__"}
    return {f"matinee.{'.'.join(path.relative_to(SOURCE).parts)}" for path in folders | modules}


def named() -> set[str]:
    return set(re.findall(r"`(matinee(?:\.\w+)+)`", TEXT))


def test_every_package_is_named() -> None:
    assert sorted(packages() - named()) == []


def test_every_package_named_exists() -> None:
    assert sorted(named() - packages()) == []


def test_the_floors_are_those_of_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    told = [set(quoted(row["packages"])) for row in rows(TEXT, "floor")]
    assert told == [set(re.split(r"\s*[|:]\s*", layer)) for layer in layers]


def test_the_stages_are_those_of_the_story() -> None:
    told = [(row["stage"], row["what it means"]) for row in rows(TEXT, "stage")]
    assert told == [(stage.name, stage.sentence) for stage in STORY]


def test_the_diagram_shows_every_step_of_the_tale() -> None:
    (diagram,) = examples(TEXT, "mermaid")
    shown = set(re.findall(r'\w+\["([^"]+)"\]', diagram))
    assert shown == set(steps_of_the_tale())
    assert shown >= {stage.name for stage in STORY}


def steps_of_the_tale() -> list[str]:
    """The names that the tale gives to its steps and rests."""
    return [
        node.args[0].value
        for node in ast.walk(tree("pipeline/acquiring.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("step", "rest")
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def test_the_open_doors_are_those_of_the_gate() -> None:
    strangers = next(row for row in rows(TEXT, "threat") if row["threat"] == "Strangers")
    told = {path for path in quoted(strangers["answer"]) if path.startswith("/api/")}
    assert told == PUBLIC


def test_every_file_named_in_the_decisions_exists() -> None:
    for path in re.findall(r"`((?:kernel|engines|pipeline|store|web)/[\w/.]+)`", page("decisions.md") + TEXT):
        assert (SOURCE / path).exists(), path


def test_a_section_ends_where_the_next_begins() -> None:
    assert "## Security" not in section(TEXT, "## The torrent engine")
