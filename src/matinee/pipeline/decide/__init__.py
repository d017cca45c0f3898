"""Decide which release to grab: every rule is a file, every no has a reason."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from matinee.media.parse import read_name
from matinee.media.release import Protocol, Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.blocklist import is_not_blocklisted, release_key
from matinee.pipeline.decide.decision import Decision, Reason
from matinee.pipeline.decide.disc import is_not_a_raw_disc
from matinee.pipeline.decide.episode import is_the_right_episode
from matinee.pipeline.decide.language import language_is_wanted
from matinee.pipeline.decide.preference import preference
from matinee.pipeline.decide.protocol import protocol_is_enabled
from matinee.pipeline.decide.quality import quality_is_wanted
from matinee.pipeline.decide.sample import is_not_a_sample
from matinee.pipeline.decide.seeders import has_seeders
from matinee.pipeline.decide.size import size_is_sane
from matinee.pipeline.decide.summary import summarise
from matinee.pipeline.decide.title import title_is_wanted

__all__ = ["RULES", "Decision", "Reason", "decide", "judge", "preference", "release_key", "summarise"]

Rule = Callable[[Release, Wanted], Reason | None]

RULES: tuple[Rule, ...] = (
    title_is_wanted,
    is_the_right_episode,
    is_not_blocklisted,
    protocol_is_enabled,
    is_not_a_sample,
    is_not_a_raw_disc,
    quality_is_wanted,
    size_is_sane,
    language_is_wanted,
    has_seeders,
)


def decide(
    releases: Iterable[Release], wanted: Wanted, *, protocols: Collection[Protocol] | None = None
) -> list[Decision]:
    """Judge all releases and put the best approved one first, the refused last.

    `protocols` are the enabled ways to download; those of `wanted` (torrents only) when not given.
    """
    if protocols is not None:
        wanted = replace(wanted, protocols=frozenset(protocols))
    decisions = [judge(release, wanted) for release in releases]
    return sorted(decisions, key=lambda decision: preference(decision, wanted), reverse=True)


def judge(release: Release, wanted: Wanted) -> Decision:
    """Ask every rule, so the user sees all reasons and not just the first."""
    verdicts = (rule(release, wanted) for rule in RULES)
    return Decision(release, read_name(release.name), tuple(reason for reason in verdicts if reason))
