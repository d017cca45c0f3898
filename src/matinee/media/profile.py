"""A quality profile says which qualities are welcome, in which order, and when to be content."""

from dataclasses import dataclass

from matinee.media.quality import LADDER


@dataclass(frozen=True, slots=True)
class Profile:
    """Allowed quality names from worst to best, and the size of a minute in MB that is still sane.

    Without a preferred size larger is better. Without languages any will do; `Original` is one, too.
    """

    name: str
    allowed: tuple[str, ...]
    cutoff: str
    min_mb_per_minute: float = 0.0
    max_mb_per_minute: float = 400.0
    languages: tuple[str, ...] = ()
    preferred_mb_per_minute: float | None = None

    def rank(self, quality: str) -> int | None:
        """The place of a quality in this profile, worst 0; None when it is not allowed."""
        return self.allowed.index(quality) if quality in self.allowed else None


def _up_to(lines: int) -> tuple[str, ...]:
    return tuple(q.name for q in LADDER if 480 <= q.resolution <= lines and not q.modifier)


_SPOKEN = ("Original", "English")

HD = Profile("HD", _up_to(1080), cutoff="WEBDL-1080p", max_mb_per_minute=200.0, languages=_SPOKEN)
UHD = Profile("4K", _up_to(2160), cutoff="WEBDL-2160p", languages=_SPOKEN)
ANY = Profile("Any", tuple(q.name for q in LADDER[1:]), cutoff="Bluray-1080p")

STARTING_PROFILES: tuple[Profile, ...] = (HD, UHD, ANY)
