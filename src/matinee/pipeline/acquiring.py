"""The tale of one want: searched, grabbed, downloaded, imported, ready; and what happens when one is not good."""

from typing import Any

from matinee.kernel.journeys import Journey, Step, Work
from matinee.pipeline.downloading import download, let_go, the_download
from matinee.pipeline.errand import ACQUIRE, Errand, read_errand
from matinee.pipeline.grabbing import grab
from matinee.pipeline.importing import import_film
from matinee.pipeline.magnets import look
from matinee.pipeline.parts import Parts
from matinee.pipeline.searching import search
from matinee.pipeline.seeing_off import begin_to_see_off

TALE = ACQUIRE


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
            ended = {"ok": True}
            if taken.get("magnet"):
                ended = await journey.step("looked at", on_errand(look, taken))
            if ended["ok"]:
                ended = await journey.step("downloaded", on_errand(download, taken))
            if ended["ok"]:
                ended = await journey.step("imported", on_errand(import_film, taken))
            if ended["ok"]:
                await journey.step("ready", on_errand(_ready, taken))
                return
            await journey.step("put back", on_errand(let_go, taken, ended))
        await journey.rest("rested", parts.clock() + parts.search_again, f"{found['text']}. Searching again later.")


async def _asked(parts: Parts, errand: Errand, step: Step) -> None:
    step.tell(f"{errand.asked_by} asked for {errand.wanted.label}.")


async def _ready(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any]) -> None:
    """It can be watched; the download has nothing more to do here than to give back what it owes."""
    step.tell("Ready to watch.")
    row = await the_download(parts, errand, taken)
    step.on_commit(lambda tx: begin_to_see_off(tx, parts, row.id))
