"""Whether a download can still become whole: when it cannot, fetching the rest of it is a waste of everybody's time."""

from collections.abc import Sequence

from matinee.engines.usenet.names import is_telling
from matinee.engines.usenet.target import Target

MOST_WITHOUT_NAMES = 0.5  # of a job whose names do not tell which files are par2: what may be missing at most


def is_par2(file: Target) -> bool:
    """Whether it serves repair, by its name."""
    return file.plan.name.lower().endswith(".par2") or file.name.lower().endswith(".par2")


def hopeless(files: Sequence[Target]) -> str:
    """Why the job cannot be made whole by whatever may still come; empty while there is hope.

    Every missing byte needs at least one of recovery, so more missing ones than all par2 volumes hold end it.
    """
    gone = sum(file.gone + _never_listed(file) for file in files if not is_par2(file))
    if not gone:
        return ""
    volumes = [file for file in files if file.plan.recovery]
    if volumes:
        makes_good = sum(max(0, file.plan.size - file.gone) for file in volumes)
        return _words(gone, f"its par2 files can make good {_size(makes_good)} at most") if gone > makes_good else ""
    if any(is_par2(file) for file in files):
        return ""
    if sum(is_telling(file.plan.name) for file in files) * 2 >= len(files):
        return _words(gone, "and there are no par2 files to repair it with")
    share = gone / max(1, sum(file.plan.size for file in files))
    return _words(gone, f"{share:.0%} of it") if share > MOST_WITHOUT_NAMES else ""


def _never_listed(file: Target) -> int:
    """Bytes of parts that the NZB itself lacks."""
    return file.plan.size * (file.plan.parts - file.plan.count) // file.plan.count


def _words(gone: int, why: str) -> str:
    return f"{_size(gone)} are missing on all news servers, {why}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size:,} bytes"
