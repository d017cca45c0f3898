"""Has this torrent given back enough? Its own limits count, or else those of the house."""

from collections.abc import Iterator

from matinee.pipeline.torrent_port import GLOBAL_LIMIT, LimitAction, LimitMode, ShareLimits, Torrent


def has_seeded_enough(torrent: Torrent, house: ShareLimits, now: float) -> bool:
    """Whether its limits are reached by a torrent that is complete and still seeding; `now` in seconds since 1970."""
    if not torrent.complete or torrent.stopped or torrent.moving:
        return False
    reached = [amount >= limit for amount, limit in _limits_in_force(torrent, house, now) if limit >= 0]
    mode = house.mode if torrent.limits.mode is LimitMode.DEFAULT else torrent.limits.mode
    return bool(reached) and (all(reached) if mode is LimitMode.ALL else any(reached))


def what_follows(torrent: Torrent, house: ShareLimits) -> LimitAction:
    """What happens to a torrent that has seeded enough."""
    action = house.action if torrent.limits.action is LimitAction.DEFAULT else torrent.limits.action
    return LimitAction.STOP if action is LimitAction.DEFAULT else action


def _limits_in_force(torrent: Torrent, house: ShareLimits, now: float) -> Iterator[tuple[float, float]]:
    """What it gave, and what is asked. A private tracker's own goal is lowered neither by the house nor by idleness."""
    own = torrent.limits
    if torrent.private and (own.ratio >= 0 or own.seeding_minutes >= 0):
        yield torrent.ratio, own.ratio
        yield torrent.seconds_seeding / 60, own.seeding_minutes
        return
    yield torrent.ratio, _either(own.ratio, house.ratio)
    yield torrent.seconds_seeding / 60, _either(own.seeding_minutes, house.seeding_minutes)
    yield (now - torrent.active_at) / 60, _either(own.idle_minutes, house.idle_minutes)


def _either(own: float, house: float) -> float:
    return house if own == GLOBAL_LIMIT else own
