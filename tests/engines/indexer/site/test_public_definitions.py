"""Whatever a site answers, each public definition ends in a page or in an error for a person."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.shelf.lint import SCENARIOS
from matinee.engines.indexer.site.indexer import CardigannIndexer
from matinee.kernel.errors import MatineeError
from matinee.media.release import Release
from tests.engines.indexer.site.tracker_site import no_pause

SAMPLE = Path(__file__).parents[5] / "shared/definitions"
FORM = "<form action='?in'><input name=a><input type=password name=b><img class=captcha src=c.png></form>"
JUNK = bytes(range(256)) * 20

ANSWERS: dict[str, Callable[[httpx2.Request], httpx2.Response]] = {
    "an empty page": lambda _: httpx2.Response(200, html="<html><body></body></html>"),
    "a login page": lambda _: httpx2.Response(200, html=FORM),
    "a redirect in a circle": lambda one: httpx2.Response(302, headers={"location": str(one.url)}),
    "a redirect to nowhere": lambda _: httpx2.Response(302, headers={"location": "http://[broken"}),
    "junk": lambda _: httpx2.Response(200, content=JUNK),
    "JSON": lambda _: httpx2.Response(200, json={"data": [{"attributes": None}, 7, "x"], "Success": True}),
    "a list": lambda _: httpx2.Response(200, content=json.dumps([None, {}, [1]]).encode()),
    "XML": lambda _: httpx2.Response(200, text="<rss><channel><item><title>x</title></item></channel></rss>"),
    "a refusal": lambda _: httpx2.Response(401),
}


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample of public definitions is not here (../shared/definitions)")
@pytest.mark.parametrize("answer", ANSWERS)
async def test_any_answer_ends_in_a_page_or_in_words(answer: str) -> None:
    asked = 0
    for path in sorted(SAMPLE.glob("*.yml")):
        definition = read_definition(path.read_text("utf-8"), where=path.name)
        settings = {one.name: "s3cret" for one in definition.settings if one.type in ("text", "password")}
        indexer = CardigannIndexer(
            definition, settings, transport=httpx2.MockTransport(ANSWERS[answer]), pause=no_pause
        )
        try:
            for _, question in SCENARIOS[::2]:
                asked += 1
                await indexer.ask(question)
        except MatineeError as error:
            assert definition.name in str(error)
        try:
            await indexer.fetch(Release("1", "x", definition.name, f"{definition.links[0]}details.php?id=1", 1))
        except MatineeError as error:
            assert definition.name in str(error)
        await indexer.close()
    assert asked >= 150
