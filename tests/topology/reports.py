"""Reports of made-up checks."""

from datetime import UTC, datetime

from matinee.topology.report import LinkReport, LinkState

TONIGHT = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


def green(link: str, seen: str = "200") -> LinkReport:
    """The link answers."""
    return LinkReport(link, LinkState.GREEN, "", seen, TONIGHT, 12)


def red(link: str, reason: str = "no answer") -> LinkReport:
    """The link does not."""
    return LinkReport(link, LinkState.RED, reason, "", TONIGHT, 12)


def grey(link: str) -> LinkReport:
    """Nobody can ask the link."""
    return LinkReport(link, LinkState.GREY, "not configured", "", TONIGHT, 0)
