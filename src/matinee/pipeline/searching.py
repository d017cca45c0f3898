"""Ask every indexer at once, judge every release, and write down why each was or was not welcome."""

import asyncio
from dataclasses import dataclass
from typing import Any

from matinee.kernel.errors import Unreachable
from matinee.kernel.journeys import Step
from matinee.media.wanted import Wanted
from matinee.pipeline.decide import Decision, decide, summarise
from matinee.pipeline.decide.candidate import MB
from matinee.pipeline.errand import Errand
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import Query
from matinee.store.releases import Judged, keep_releases

MOST_KEPT = 1000


async def search(parts: Parts, errand: Errand, step: Step) -> dict[str, Any]:
    """Search for a want, unless somebody picked a release by hand; Unreachable when no indexer answered at all."""
    if errand.pick:
        step.tell(f"{errand.picked_by} picked a release by hand.")
        return {"seq": step.seq, "text": step.text, "found": 0}
    found = await find(parts, errand.wanted)
    for trouble in found.troubles:
        step.note(trouble)
    _wait_for_room(found.decisions, errand.wanted)
    text = summarise(found.decisions)
    step.tell(text)
    if len(found.decisions) > MOST_KEPT:
        step.note(f"Of these the best {MOST_KEPT:,} were written down.")
    moment = parts.clock()
    step.on_commit(lambda tx: keep_releases(tx, errand.want.id, step.seq, found.kept, moment))
    return {"seq": step.seq, "text": text, "found": len(found.decisions)}


def _wait_for_room(decisions: list[Decision], wanted: Wanted) -> None:
    """A full disk is nobody's fault: Unreachable, with figures, when nothing but room is missing."""
    lacking = [one.release.size for one in decisions if {reason.rule for reason in one.reasons} == {"space"}]
    if not lacking or any(one.approved for one in decisions):
        return
    raise Unreachable(
        f"The disk with the downloads is full: {(wanted.free_bytes or 0) / MB:,.0f} MB free, "
        f"{min(lacking) / MB:,.0f} MB needed. It goes on when there is space."
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What the indexers offered, judged, best first; and in words why some offered nothing."""

    decisions: list[Decision]
    troubles: list[str]

    @property
    def kept(self) -> list[Judged]:
        """What is worth writing down."""
        return [_judged(decision) for decision in self.decisions[:MOST_KEPT]]


async def find(parts: Parts, wanted: Wanted) -> Found:
    """Ask all indexers at once and judge what they offer. Unreachable when none of them answered."""
    async with parts.searches:  # waiting for one's turn is not the indexers' time
        offered = await parts.hub.find(query_for(wanted), by_hand=wanted.asked_by_hand)
    return Found(await asyncio.to_thread(decide, offered.releases, wanted), offered.troubles)


def query_for(wanted: Wanted) -> Query:
    """What to ask an indexer to find this."""
    title, episode = wanted.title, wanted.episode
    return Query(
        kind=title.kind,
        text=title.name,
        year=title.year,
        imdb=title.ids.imdb,
        tmdb=title.ids.tmdb,
        tvdb=title.ids.tvdb,
        tvmaze=title.ids.tvmaze,
        season=episode.season if episode else None,
        episode=episode.number if episode else None,
    )


def _judged(decision: Decision) -> Judged:
    return Judged(
        decision.release,
        decision.name.quality.name,
        tuple(reason.text for reason in decision.reasons),
        tuple(reason.cure for reason in decision.reasons),
        decision.score,
        decision.formats,
    )
