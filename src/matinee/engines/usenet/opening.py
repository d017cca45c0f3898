"""A job whose turn it is: its NZB and its journal are read, and what must be fetched of it is known."""

from collections.abc import Callable
from pathlib import Path

from matinee.engines.usenet.archive import Archive
from matinee.engines.usenet.check import Check
from matinee.engines.usenet.journal import Journal, Kind, read_journal
from matinee.engines.usenet.live import Live
from matinee.engines.usenet.post.checking import Arrived
from matinee.engines.usenet.post.direct import DirectUnpack
from matinee.engines.usenet.post.unpacking import sweep_stages
from matinee.engines.usenet.record import JobRecord, Phase
from matinee.engines.usenet.servers import Roster


def open_live(
    record: JobRecord, archive: Archive, folder: Path, roster: Roster, tell: Callable[[str, int | None], None]
) -> Live:
    """The job as it can be fetched; OSError or Refused when what is kept of it is gone or damaged.

    Of par2 files only the index is wanted, unless there is nothing else.
    """
    plan = archive.plan(record.id)
    if record.phase is Phase.FETCH:
        sweep_stages(folder)
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


def open_check(record: JobRecord, archive: Archive, roster: Roster, tell: Callable[[str], None]) -> Check:
    """The job as it can be looked for; OSError or Refused when what is kept of it is gone or damaged."""
    plan = archive.plan(record.id)
    here = {note.at for note in read_journal(archive.journal(record.id)) if note.kind is Kind.DONE}
    return Check(record.id, plan, roster=roster, tell=tell, here=here)


def take_down(record: JobRecord, archive: Archive, check: Check) -> None:
    """Note in the job's journal which servers lack what of it."""
    journal = Journal(archive.journal(record.id))
    try:
        for note in check.notes():
            journal.write(note)
    finally:
        journal.close()


def open_direct(live: Live, password: str, has_room: Callable[[int], bool], locked: Callable[[], None]) -> DirectUnpack:
    """Opens the job's archives while they come, beginning with what is there."""
    told = (password, live.plan.metas.get("password", ""))
    passwords = tuple(dict.fromkeys(one for one in told if one))
    names = (file.name for file in live.plan.files)
    direct = DirectUnpack(live.folder, names, passwords, has_room=has_room, locked=locked)
    for index, file in enumerate(live.files):
        if file.is_settled:
            direct.note(settled(live, index))
    return direct


def settled(live: Live, index: int) -> Arrived:
    """What came of a file; a name alone when that is nothing."""
    return live.arrived(index) or Arrived(live.plan.files[index].name, 0)
