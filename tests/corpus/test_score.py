"""The shared records are answered as well as the documentation says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import ROOT, page, rows

SCORE = ROOT.parent / "shared" / "corpus" / "score"
LEAST_PERCENT = 98.0


@pytest.fixture(scope="module")
def scored() -> dict[str, Any]:
    if not SCORE.exists():
        pytest.skip(f"there is no corpus at {SCORE.parent}")
    command = [sys.executable, str(SCORE), "--json", "--", sys.executable, "-m", "tests.corpus.answer"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=150)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return told


def test_nearly_every_record_is_answered_rightly(scored: dict[str, Any]) -> None:
    assert 100 * scored["right"] / scored["total"] >= LEAST_PERCENT


def test_every_call_is_answered_as_well_as_the_page_says(scored: dict[str, Any]) -> None:
    told = {row["call"].strip("`"): (int(row["right"]), int(row["of"])) for row in rows(page("reading.md"), "call")}
    assert told == {call: tuple(found) for call, found in scored["by_call"].items()}


def test_no_fixture_is_left_to_chance() -> None:
    """Records are shared facts; none of them is written into the product."""
    if not SCORE.exists():
        pytest.skip(f"there is no corpus at {SCORE.parent}")
    sources = "\n".join(path.read_text() for path in Path(ROOT, "src", "matinee", "media").rglob("*.py"))
    names = {
        record["input"]
        for path in SCORE.parent.glob("*.json")
        for record in json.loads(path.read_text())
        if record["call"].startswith("parse_") and isinstance(record["input"], str) and len(record["input"]) > 30
    }
    assert [name for name in names if name in sources] == []
