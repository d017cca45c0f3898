"""What a torrent owes: the stricter of what its indexer asks and what the owner wishes, and whether that is given."""

from matinee.media.parse import read_name
from matinee.media.release import Protocol, Release
from matinee.media.seeding import MINUTE, UNTOLD, Seeding, SeedingGoal, goal_of, seeding_in_words, stricter
from matinee.media.title import Kind
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadState, DownloadStatus
from matinee.store.downloads import Download


def goal_for(parts: Parts, release: Release, kind: Kind, *, is_private: bool) -> SeedingGoal | None:
    """When a release will have given back enough; None leaves that to its client's own rules.

    A private torrent whose rule nobody tells is held to the longest that is usual.
    """
    if release.protocol is not Protocol.TORRENT:
        return None
    asked = goal_of(release.minimum_ratio, release.minimum_seed_time)
    found = stricter(asked, _wished(parts, release, kind))
    return found or (UNTOLD if is_private else None)


def _wished(parts: Parts, release: Release, kind: Kind) -> SeedingGoal | None:
    """What the owner wrote down for the indexer; whole seasons may have a time of their own."""
    stored = next((seat.stored for seat in parts.hub.seats() if seat.stored.name == release.indexer), None)
    if stored is None:
        return None
    minutes = stored.seed_time
    if stored.pack_seed_time is not None and read_name(release.name, kind).is_season_pack:
        minutes = stored.pack_seed_time
    return goal_of(stored.seed_ratio, minutes * MINUTE if minutes else None)


def has_seeded_enough(status: DownloadStatus, goal: SeedingGoal | None) -> bool:
    """Whether a download has given back what it owes.

    A limit that its client knows, and has not reached yet, counts too: somebody may have raised it there. Without a
    goal only the client's own limit counts, once it has stopped for it.
    """
    seeding = status.seeding
    if status.state is not DownloadState.COMPLETE or seeding is None:
        return False
    if goal is None:
        return seeding.stopped and seeding.reached
    return goal.is_met(seeding.ratio, seeding.seconds) and (seeding.reached or not seeding.is_bound)


def standing_in_words(download: Download, status: DownloadStatus | None) -> str:
    """What a finished download gives back now, for the timeline; empty when there is nothing to tell."""
    if download.removed and download.completed and not download.failure:
        return f"The download was removed from {download.client}: nothing is owed any more."
    if status is None or status.seeding is None:
        owes = download.goal and status and status.state is not DownloadState.COMPLETE
        return "It must be complete before it can give back what it owes." if owes else ""
    told = seeding_in_words(status.seeding, download.goal)
    return _seeding_now(status.seeding, download.goal, told)


def _seeding_now(seeding: Seeding, goal: SeedingGoal | None, told: str) -> str:
    if seeding.stopped and goal and not goal.is_met(seeding.ratio, seeding.seconds):
        return f"Seeding was stopped in the client at {told}: start it there, or it owes the rest for ever."
    if goal is None:
        return (
            f"Seeding without a goal: {told}. It stays until a ratio or a time is set at its indexer, or in its client."
        )
    return f"Seeding: {told}."
