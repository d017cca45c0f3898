"""Of two approved releases the better picture wins, then the score, then the nearer, healthier and better sized one."""

from collections.abc import Callable
from math import log10

from matinee.media.preferences import Propers
from matinee.media.release import Protocol
from matinee.media.title import Kind
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import MB, Candidate, age_of, minutes_of, size_of

SIZE_STEP = 200 * MB  # sizes nearer to each other than this count as equal
_FLAG_WORTH = {"freeleech": 2, "double upload": 2, "golden": 2, "approved": 2, "internal": 2, "half leech": 1}

Comparison = Callable[[Candidate, Wanted], float]


def preference(one: Candidate, wanted: Wanted) -> tuple[float, ...]:
    """The order to read aloud; higher is better, the first difference decides."""
    order = MOVIE_ORDER if wanted.title.kind is Kind.MOVIE else SERIES_ORDER
    return tuple([compare(one, wanted) for compare in order])


def better_quality(one: Candidate, wanted: Wanted) -> float:
    """The place in the profile; one that has none comes last."""
    return -1 if one.rank is None else one.rank


def newer_revision(one: Candidate, wanted: Wanted) -> float:
    """A proper before the first version, unless the house does not care."""
    revision = one.name.revision
    return 0 if wanted.preferences.propers is Propers.IGNORE else revision.version * 10 + revision.real


def higher_score(one: Candidate, wanted: Wanted) -> float:
    """What the custom formats add up to."""
    return one.score


def preferred_protocol(one: Candidate, wanted: Wanted) -> float:
    """The way to download that the delay profile prefers."""
    delay = wanted.delay
    return delay is not None and one.release.protocol is delay.preferred


def right_number_of_episodes(one: Candidate, wanted: Wanted) -> float:
    """A whole season before all; then anime by more episodes, anything else by fewer."""
    if one.name.is_season_pack:
        return 1000
    count = len(one.name.episodes) or len(one.name.absolute)
    return count if wanted.is_anime else -count


def earlier_episode(one: Candidate, wanted: Wanted) -> float:
    """The first episode is watched first."""
    return -min(one.name.episodes, default=0)


def preferred_indexer(one: Candidate, wanted: Wanted) -> float:
    """A lower number is nearer."""
    return -one.release.indexer_priority


def worthier_flags(one: Candidate, wanted: Wanted) -> float:
    """Freeleech and the like, where the house prefers them."""
    if not wanted.preferences.limits.prefer_flags:
        return 0
    return sum(_FLAG_WORTH.get(flag, 0) for flag in one.release.flags)


def more_seeders(one: Candidate, wanted: Wanted) -> float:
    """80 and 120 seeders are alike, 8 and 80 are not."""
    return _magnitude(one.release.seeders) if one.release.protocol is Protocol.TORRENT else 0


def more_peers(one: Candidate, wanted: Wanted) -> float:
    """Seeders and leechers together, by their magnitude."""
    release = one.release
    if release.protocol is not Protocol.TORRENT:
        return 0
    return _magnitude((release.seeders or 0) + (release.leechers or 0))


def fresher_on_usenet(one: Candidate, wanted: Wanted) -> float:
    """The first hour, the first day and the first week count; then months do."""
    age = age_of(one, wanted)
    if one.release.protocol is not Protocol.USENET or age is None:
        return 0
    hours = age.total_seconds() / 3600
    for within, worth in ((1, 1000), (24, 100), (24 * 7, 10)):
        if hours <= within:
            return worth
    return -round(log10(hours / 24))


def closer_size(one: Candidate, wanted: Wanted) -> float:
    """Nearest to the preferred size; without one the larger."""
    preferred, minutes = size_of(one, wanted).preferred, minutes_of(one, wanted)
    if preferred is None or minutes is None:
        return round(one.release.size / SIZE_STEP)
    return -round(abs(one.release.size - preferred * MB * minutes) / SIZE_STEP)


def _magnitude(count: int | None) -> int:
    return round(log10(count)) if count and count > 0 else -1


MOVIE_ORDER: tuple[Comparison, ...] = (
    better_quality,
    newer_revision,
    higher_score,
    preferred_protocol,
    preferred_indexer,
    worthier_flags,
    more_seeders,
    more_peers,
    fresher_on_usenet,
    closer_size,
)
SERIES_ORDER: tuple[Comparison, ...] = (
    better_quality,
    newer_revision,
    higher_score,
    preferred_protocol,
    right_number_of_episodes,
    earlier_episode,
    preferred_indexer,
    more_seeders,
    more_peers,
    fresher_on_usenet,
    closer_size,
)
