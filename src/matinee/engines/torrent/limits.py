"""Has this torrent given back enough? Its own limits count, or else those of the house."""

from matinee.pipeline.torrent_port import GLOBAL_LIMIT, ShareLimits, Torrent


def has_seeded_enough(torrent: Torrent, house: ShareLimits, now: float) -> bool:
    """Whether a limit is reached by a torrent that is complete and still seeding; `now` in seconds since 1970."""
    if not torrent.complete or torrent.stopped:
        return False
    own = torrent.limits
    return any(
        reached >= limit >= 0
        for reached, limit in (
            (torrent.ratio, _either(own.ratio, house.ratio)),
            (torrent.seconds_seeding / 60, _either(own.seeding_minutes, house.seeding_minutes)),
            ((now - torrent.active_at) / 60, _either(own.idle_minutes, house.idle_minutes)),
        )
    )


def _either(own: float, house: float) -> float:
    return house if own == GLOBAL_LIMIT else own
