"""The tale of one want: searched, grabbed, downloaded, imported, ready; and what happens when one is not good."""

from typing import Any

from matinee.kernel.journeys import Journey, Step, Work
from matinee.pipeline.downloading import download, let_go
from matinee.pipeline.errand import Errand, read_errand
from matinee.pipeline.grabbing import grab
from matinee.pipeline.importing import import_film
from matinee.pipeline.parts import Parts
from matinee.pipeline.searching import search

TALE = "acquire"


async def acquire(journey: Journey, parts: Parts) -> None:
    """Bring one movie or one episode from a wish to the screen, however many releases it takes."""

    def on_errand(work: Any, *more: Any) -> Work:
        """The work, done on the want as it stands at that moment."""

        async def now(step: Step) -> Any:
            errand = await parts.database.read(lambda db: read_errand(db, parts, journey.subject))
            return await work(parts, errand, step, *more)

        return now

    await journey.step("asked", on_errand(_asked))
    while True:
        found = await journey.step("searched", on_errand(search))
        while taken := await journey.step("grabbed", on_errand(grab, found["seq"])):
            ended = await journey.step("downloaded", on_errand(download, taken))
            if ended["ok"]:
                ended = await journey.step("imported", on_errand(import_film, taken))
                if ended["ok"]:
                    await journey.step("ready", _ready)
                    return
            await journey.step("put back", on_errand(let_go, taken, ended))
        await journey.rest("rested", parts.clock() + parts.search_again, f"{found['text']}. Searching again later.")


async def _asked(parts: Parts, errand: Errand, step: Step) -> None:
    step.tell(f"{errand.asked_by} asked for {errand.wanted.label}.")


async def _ready(step: Step) -> None:
    step.tell("Ready to watch.")
