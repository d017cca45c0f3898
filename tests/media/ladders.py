"""Plain profiles for claims: every quality on a rung of its own."""

from matinee.media.profile import Profile, QualityGroup, alone
from matinee.media.quality import LADDER

SPOKEN = ("Original", "English")


def up_to(lines: int) -> tuple[QualityGroup, ...]:
    return alone(*(q.name for q in LADDER if 480 <= q.resolution <= lines and not q.modifier))


HD = Profile("HD", up_to(1080), cutoff="WEBDL-1080p", languages=SPOKEN)
ANY = Profile("Any", alone(*(q.name for q in LADDER[1:])), cutoff="Bluray-1080p")
