"""Decide which release to grab: every rule is a file, every no has a reason."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from matinee.media.release import Protocol, Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.age import is_old_enough
from matinee.pipeline.decide.anime_version import version_is_of_the_same_group
from matinee.pipeline.decide.availability import is_available_by_now
from matinee.pipeline.decide.blocklist import is_not_blocklisted, release_key
from matinee.pipeline.decide.candidate import Candidate, candidate
from matinee.pipeline.decide.decision import Decision, Reason
from matinee.pipeline.decide.delay import was_waited_for
from matinee.pipeline.decide.disc import is_not_a_raw_disc
from matinee.pipeline.decide.episode import is_the_right_episode
from matinee.pipeline.decide.flags import has_a_required_flag
from matinee.pipeline.decide.held import is_better_than_the_file
from matinee.pipeline.decide.history import is_better_than_the_last_grab
from matinee.pipeline.decide.imported import is_not_imported_already
from matinee.pipeline.decide.indexer import indexer_is_awake
from matinee.pipeline.decide.language import language_is_wanted
from matinee.pipeline.decide.largest import is_under_the_house_limit
from matinee.pipeline.decide.monitored import is_monitored
from matinee.pipeline.decide.multi_season import is_one_season_at_most
from matinee.pipeline.decide.pending import nothing_waits_in_line
from matinee.pipeline.decide.preference import preference
from matinee.pipeline.decide.proper import proper_is_worth_it
from matinee.pipeline.decide.protocol import protocol_is_enabled
from matinee.pipeline.decide.quality import quality_is_wanted
from matinee.pipeline.decide.queue import is_better_than_the_queue
from matinee.pipeline.decide.repack import repack_is_of_the_same_group
from matinee.pipeline.decide.retention import is_within_retention
from matinee.pipeline.decide.same_episodes import holds_no_fewer_episodes
from matinee.pipeline.decide.sample import is_not_a_sample
from matinee.pipeline.decide.score import score_is_enough
from matinee.pipeline.decide.season import whole_season_has_aired
from matinee.pipeline.decide.season_pack import is_a_pack_where_asked
from matinee.pipeline.decide.seeders import has_seeders
from matinee.pipeline.decide.size import size_is_sane
from matinee.pipeline.decide.space import disk_has_room
from matinee.pipeline.decide.split import is_a_whole_episode
from matinee.pipeline.decide.subtitles import has_no_burnt_in_subtitles
from matinee.pipeline.decide.summary import summarise
from matinee.pipeline.decide.tags import indexer_shares_a_tag
from matinee.pipeline.decide.title import title_is_wanted
from matinee.pipeline.decide.words import words_are_welcome

__all__ = ["RULES", "Decision", "Reason", "decide", "judge", "preference", "release_key", "summarise"]

Rule = Callable[[Candidate, Wanted], Reason | None]

RULES: tuple[Rule, ...] = (
    title_is_wanted,
    is_the_right_episode,
    is_one_season_at_most,
    is_a_whole_episode,
    whole_season_has_aired,
    is_a_pack_where_asked,
    is_monitored,
    is_available_by_now,
    is_not_blocklisted,
    is_not_imported_already,
    protocol_is_enabled,
    indexer_is_awake,
    indexer_shares_a_tag,
    has_a_required_flag,
    is_not_a_sample,
    is_not_a_raw_disc,
    quality_is_wanted,
    size_is_sane,
    is_under_the_house_limit,
    language_is_wanted,
    has_no_burnt_in_subtitles,
    words_are_welcome,
    score_is_enough,
    has_seeders,
    is_old_enough,
    is_within_retention,
    is_better_than_the_file,
    holds_no_fewer_episodes,
    repack_is_of_the_same_group,
    version_is_of_the_same_group,
    proper_is_worth_it,
    is_better_than_the_queue,
    is_better_than_the_last_grab,
    was_waited_for,
    nothing_waits_in_line,
    disk_has_room,
)


def decide(
    releases: Iterable[Release], wanted: Wanted, *, protocols: Collection[Protocol] | None = None
) -> list[Decision]:
    """Judge all releases and put the best approved one first, the refused last.

    `protocols` are the enabled ways to download; those of `wanted` (torrents only) when not given.
    """
    if protocols is not None:
        wanted = replace(wanted, protocols=frozenset(protocols))
    judged = [_judged(candidate(release, wanted), wanted) for release in releases]
    judged.sort(key=lambda pair: pair[0], reverse=True)
    return [decision for _, decision in judged]


def judge(release: Release, wanted: Wanted) -> Decision:
    """Ask every rule, so the user sees all reasons and not just the first."""
    return _judged(candidate(release, wanted), wanted)[1]


def _judged(one: Candidate, wanted: Wanted) -> tuple[tuple[float, ...], Decision]:
    """The decision, and what it is sorted by: approved ones first, then those that only time speaks against."""
    reasons = tuple([reason for rule in RULES if (reason := rule(one, wanted))])
    decision = Decision(one.release, one.name, reasons, one.score, one.formats)
    return (decision.approved, decision.is_pending, *preference(one, wanted)), decision
