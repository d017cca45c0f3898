"""A quality allows so many megabytes per minute of running time."""

from matinee.media.parse import read_name
from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason

MB = 1_000_000  # bytes


def size_is_sane(release: Release, wanted: Wanted) -> Reason | None:
    """The size fits the running time; an unknown size of 0 is no offence."""
    minutes = wanted.runtime_minutes * max(1, len(read_name(release.name).episodes))
    smallest = int(minutes * wanted.profile.min_mb_per_minute * MB)
    largest = int(minutes * wanted.profile.max_mb_per_minute * MB)
    if release.size > largest:
        return Reason("size", f"{_in_mb(release.size)} is over the {_in_mb(largest)} limit for {minutes} minutes")
    if 0 < release.size < smallest:
        return Reason(
            "least size", f"{_in_mb(release.size)} is under the {_in_mb(smallest)} floor for {minutes} minutes"
        )
    return None


def _in_mb(size: int) -> str:
    return f"{size / MB:,.0f} MB" if size >= MB else f"{size / MB:.2f} MB"
