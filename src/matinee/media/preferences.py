"""What the house says of releases beside their quality: words, patience, corrections, room and age."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matinee.media.profile import QualitySize
from matinee.media.release import Protocol


class Propers(StrEnum):
    """What a proper or repack of the same quality is worth."""

    UPGRADE = "prefer and upgrade"
    WAIT = "prefer, do not upgrade"
    IGNORE = "do not prefer"


@dataclass(frozen=True, slots=True)
class ReleaseProfile:
    """Words that must or must not stand in a name: plain, or an expression between slashes as `/x26[45]/i`.

    Holds for all titles, or for those that share a tag; for all indexers, or for the one named.
    """

    name: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    indexer: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class DelayProfile:
    """How long to wait for something better, in minutes since the release was published; the first that fits holds.

    One without tags fits every title and stands last.
    """

    name: str
    tags: frozenset[str] = frozenset()
    preferred: Protocol = Protocol.TORRENT
    torrent_minutes: int = 0
    usenet_minutes: int = 0
    torrents: bool = True
    usenet: bool = True
    bypass_if_best_quality: bool = False
    bypass_above_score: int | None = None


@dataclass(frozen=True, slots=True)
class IndexerTerms:
    """What the owner asks of one indexer's releases; `disabled_until` is told in words when it failed too often."""

    least_seeders: int = 1
    required_flags: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    season_pack_after_days: int | None = None
    disabled_until: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The house's bounds: sizes in MB, ages in minutes and days; 0 is no bound."""

    largest_mb: int = 0
    least_usenet_minutes: int = 0
    usenet_retention_days: int = 0
    least_free_mb: int = 100
    availability_delay_days: int = 0
    hardcoded_subtitles: bool = False
    hardcoded_subtitles_allowed: tuple[str, ...] = ()
    prefer_flags: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """All of it together, as one search uses it."""

    sizes: Mapping[str, QualitySize] = field(default_factory=dict)
    release_profiles: tuple[ReleaseProfile, ...] = ()
    delay_profiles: tuple[DelayProfile, ...] = ()
    propers: Propers = Propers.UPGRADE
    limits: Limits = Limits()
    indexers: Mapping[str, IndexerTerms] = field(default_factory=dict)
