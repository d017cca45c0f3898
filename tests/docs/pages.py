"""Reads the documentation as a test does: tables by their headings, examples by their language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "matinee"

Row = dict[str, str]


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """From a heading to the next of its rank or a higher one."""
    marks = heading.partition(" ")[0]
    after = text.split(f"{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{len(marks)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, first_heading: str) -> list[Row]:
    """The rows of every table whose first column has this heading, by the headings."""
    found: list[Row] = []
    headings: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            headings = []
        elif not headings:
            headings = _cells(line)
        elif headings[0] == first_heading and not set(line) <= set("|-: "):
            found.append(dict(zip(headings, _cells(line), strict=True)))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]


def bare(cell: str) -> str:
    """A cell without its backticks."""
    return cell.strip("`")


def quoted(text: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


def examples(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def trees() -> Iterator[ast.Module]:
    """Every module of the house, parsed and not imported."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def tree(path: str) -> ast.Module:
    return ast.parse((SOURCE / path).read_text(encoding="utf-8"))


def texts_in(module: ast.AST) -> Iterator[str]:
    """Every piece of text in a module, pieces of f-strings by themselves."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
