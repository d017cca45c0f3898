"""A job whose turn it is: its NZB and its journal are read, and what must be fetched of it is known."""

from collections.abc import Callable
from pathlib import Path

from matinee.engines.usenet.archive import Archive
from matinee.engines.usenet.live import Live
from matinee.engines.usenet.record import JobRecord, Phase
from matinee.engines.usenet.servers import Roster


def open_live(
    record: JobRecord, archive: Archive, folder: Path, roster: Roster, tell: Callable[[str, int | None], None]
) -> Live:
    """The job as it can be fetched; OSError or Refused when what is kept of it is gone or damaged.

    Of par2 files only the index is wanted, unless there is nothing else.
    """
    plan = archive.plan(record.id)
    live = Live(
        record.id,
        plan,
        folder=folder,
        journal=archive.journal(record.id),
        roster=roster,
        tell=tell,
        is_fetched=record.phase is not Phase.FETCH,
    )
    if record.phase is Phase.FETCH:
        live.want(index for index, file in enumerate(plan.files) if not file.recovery)
        if not any(file.is_wanted for file in live.files):
            live.want(range(len(plan.files)))
    return live
