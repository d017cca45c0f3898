"""What an article took is kept for the next one instead of being handed to the system and fetched again."""

import ctypes
import logging

log = logging.getLogger(__name__)

KEPT = 64 * 2**20  # bytes that may lie free
LARGEST = 8 * 2**20  # of one piece; no article is larger
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as glibc's malloc.h numbers them


def keep_for_reuse() -> None:
    """Let the process keep what it frees: each page it fetches anew costs a fault and is wiped first."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc has it, musl keeps what it has anyway
        libc.mallopt(_TRIM_THRESHOLD, KEPT)
        libc.mallopt(_MMAP_THRESHOLD, LARGEST)


def give_back() -> None:
    """Hand everything that lies free to the system; for quiet times."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
