"""A download that nobody waits for any more is put away, as soon as its client can be reached."""

from matinee.kernel.journeys import Journey, Step
from matinee.pipeline.parts import Parts
from matinee.pipeline.seeing_off import part_with
from matinee.store.downloads import download_by_id, is_wanted, mark_removed

PUT_AWAY = "put away"
WHY = "The wish was taken back."


async def put_away(journey: Journey, parts: Parts) -> None:
    """Remove one download with its files, unless it owes something; `journey.subject` is its id in the store."""
    await journey.step("put away", lambda step: _remove(parts, journey.subject, step))


async def _remove(parts: Parts, download_id: int, step: Step) -> None:
    download, wanted = await parts.database.read(
        lambda db: (download_by_id(db, download_id), is_wanted(db, download_id))
    )
    if wanted or download.removed:  # somebody has wished for the same again meanwhile
        return
    if download.client not in parts.followers:
        step.tell(f"{download.name} stays with {download.client}, which is not configured any more.")
        step.on_commit(lambda tx: mark_removed(tx, download_id, parts.clock(), WHY))
    elif await part_with(parts, download, step, WHY):
        step.tell(f"{download.name} was put away.")
