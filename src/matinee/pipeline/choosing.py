"""Look at every release for oneself, and take one by hand, whatever the rules said; who and why is written down."""

from dataclasses import replace

from sqlalchemy import Connection

from matinee.kernel.auth import User
from matinee.kernel.database import Transaction
from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.kernel.journal import journeys_of
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.errand import Errand, read_errand
from matinee.pipeline.parts import Parts
from matinee.pipeline.searching import Found, find
from matinee.store.files import files_in_slot
from matinee.store.history import remember
from matinee.store.picks import add_pick
from matinee.store.releases import BY_HAND, KeptRelease, keep_releases, mark_chosen, release_by_id

LONGEST_WHY = 500  # characters


async def look(parts: Parts, want_id: int) -> Found:
    """Ask the indexers now, also those left alone, and write down what they offer; the journey is not disturbed."""
    errand = await parts.database.read(lambda db: read_errand(db, parts, want_id))
    await parts.hub.forgive()
    found = await find(parts, replace(errand.wanted, asked_by_hand=True))
    moment = parts.clock()
    await parts.database.write(lambda tx: keep_releases(tx, want_id, BY_HAND, found.kept, moment))
    return found


async def pick(parts: Parts, user: User, want_id: int, release_id: int, why: str) -> None:
    """Take this release for the want; its journey sets off anew, and what was on its way instead is put back.

    Refused (field `why`) when rules speak against it and nobody says why it shall be taken all the same.
    """
    errand, kept = await parts.database.read(lambda db: _read(db, parts, want_id, release_id))
    reason = " ".join(why.split())[:LONGEST_WHY]
    if kept.reasons and not reason:
        raise Refused(f"{kept.release.name} was refused ({kept.reasons[0]}): say why you take it", field="why")
    journeys = await parts.database.read(lambda db: journeys_of(db, TALE, [want_id], last=1))
    await parts.journeys.cancel(journeys[-1].id, lambda tx: _write_down(tx, parts, user, errand, (kept, reason)))


def _read(db: Connection, parts: Parts, want_id: int, release_id: int) -> tuple[Errand, KeptRelease]:
    errand, kept = read_errand(db, parts, want_id), release_by_id(db, release_id)
    if kept.want_id != want_id:
        raise NotFound(f"release {release_id} was not found for {errand.wanted.label}")
    if files_in_slot(db, errand.slot.id, errand.want.episode_id):
        raise Conflict(f"{errand.wanted.label} is in the library already")
    return errand, kept


def _write_down(tx: Transaction, parts: Parts, user: User, errand: Errand, taken: tuple[KeptRelease, str]) -> None:
    kept, why = taken
    moment, want = parts.clock(), errand.want
    add_pick(tx, want.id, kept.id, user.id, why=why, against=kept.reasons, moment=moment)
    mark_chosen(tx, kept.id)
    text = f"{user.name} picked {kept.release.name} by hand" + (f": {why}" if why else ".")
    if kept.reasons:
        text += f" (against: {'; '.join(kept.reasons)})"
    remember(tx, moment, "picked", errand.title_id, episode_id=want.episode_id, text=text)
    parts.journeys.start(tx, TALE, want.id)
