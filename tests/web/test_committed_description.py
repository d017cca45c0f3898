"""The pages' types are made from a committed description: it must be that of today's house."""

import json
from pathlib import Path

from matinee.web.site import site

COMMITTED = Path(__file__).parents[2] / "ui" / "openapi.json"


def test_the_committed_description_is_current() -> None:
    now = json.loads(json.dumps(site().openapi()))
    assert json.loads(COMMITTED.read_text()) == now, "run `make ui-types` and commit ui/openapi.json"
