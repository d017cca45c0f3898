"""What a journey must know at every step: the thing wanted, its slot, what was refused and what was picked by hand."""

import shutil
from dataclasses import dataclass

from sqlalchemy import Connection

from matinee.kernel.auth import users_by_id
from matinee.media.wanted import Wanted
from matinee.pipeline.parts import Parts
from matinee.store.picks import Pick, open_pick
from matinee.store.releases import blocked_keys
from matinee.store.requests import Want, request_by_id, want_by_id
from matinee.store.titles import Slot, episodes_by_id, slot_by_id, title_by_id

ACQUIRE = "acquire"  # the tale of one want, as the journal knows it


@dataclass(frozen=True, slots=True)
class Errand:
    """One want with all that belongs to it."""

    want: Want
    wanted: Wanted
    slot: Slot
    asked_by: str
    pick: Pick | None = None
    picked_by: str = ""

    @property
    def title_id(self) -> int:
        """The title in the store."""
        return self.slot.title_id


def read_errand(db: Connection, parts: Parts, want_id: int) -> Errand:
    """Read a want as it stands now. NotFound when it is gone."""
    want = want_by_id(db, want_id)
    slot = slot_by_id(db, want.slot_id)
    title = title_by_id(db, slot.title_id).title
    episode = episodes_by_id(db, [want.episode_id])[want.episode_id] if want.episode_id else None
    wanted = Wanted(
        title,
        parts.profile(slot.profile),
        episode,
        blocked_keys(db, want_id),
        parts.protocols,
        free_bytes=_free_bytes(parts),
        available_from=title.released,
        season=tuple(one for one in title.episodes if episode and one.season == episode.season),
        now=parts.clock(),
        **parts.taste_for(title),
    )
    request = request_by_id(db, want.request_id)
    names = {user.id: user.name for user in users_by_id(db).values()}
    pick = open_pick(db, want_id)
    return Errand(
        want=want,
        wanted=wanted,
        slot=slot,
        asked_by=names.get(request.user_id, "Somebody"),
        pick=pick,
        picked_by=names.get(pick.user_id, "Somebody") if pick else "",
    )


def _free_bytes(parts: Parts) -> int | None:
    """Room for downloads; None when their disk is not there, which whoever downloads will tell."""
    try:
        return shutil.disk_usage(parts.shelf.downloads).free
    except OSError:
        return None
