"""The diary: one line an event, readable by the owner, never a secret."""

import logging
import sys

from matinee.kernel.redact import RedactingFormatter

_QUIET = ("httpx2", "httpcore2", "uvicorn.access", "alembic", "asyncio", "PIL", "libav")


def start_diary(level: str = "INFO") -> None:
    """Send the log of this process to standard error, redacted."""
    page = logging.StreamHandler(sys.stderr)
    page.setFormatter(RedactingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [page]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
