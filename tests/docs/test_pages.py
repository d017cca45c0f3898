"""The pages hold together: links lead somewhere, and errors are quoted as the house says them."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, page, quoted, rows, texts_in, trees

PAGES = sorted([ROOT / "README.md", *DOCS.glob("*.md")])
SCRIPTS = ("deploy/python-venv.sh",)


def anchor(heading: str) -> str:
    """The address of a heading within its page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if target.startswith("https://"):
            continue
        name, _, place = target.partition("#")
        there = path.parent / name if name else path
        if there.suffix == ".png":
            continue  # pictures are taken when a version is made
        assert there.exists(), target
        if place:
            headings = re.findall(r"^#+ (.*)$", there.read_text(), flags=re.MULTILINE)
            assert place in map(anchor, headings), target


def test_every_page_is_reachable_from_the_first() -> None:
    first = (ROOT / "README.md").read_text()
    assert [path.name for path in DOCS.glob("*.md") if f"(docs/{path.name})" not in first] == []


def test_the_errors_are_quoted_as_the_house_says_them() -> None:
    said = [text for module in trees() for text in texts_in(module)]
    said += [(ROOT / script).read_text() for script in SCRIPTS]
    said += [path.read_text() for path in (ROOT / "ui" / "src").rglob("*.svelte")]
    for row in rows(page("quick-start.md"), "it says"):
        (quote,) = quoted(row["it says"])
        for piece in filter(None, re.split(r"\s*'?…'?\s*", quote)):
            assert any(piece in text for text in said), f"nobody says '{piece}' ({quote})"


def test_the_figures_can_be_found_and_replaced() -> None:
    text = page("benchmarks.md")
    for name in ("streaming", "idle"):
        assert text.index(f"<!-- figures: {name} -->") < text.index(f"<!-- /figures: {name} -->")
