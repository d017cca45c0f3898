"""Feeds the reader with bytes that a fuzzer invents, steered by the lines they reach: run it as a program.

Ends with an error when a name raises, or takes longer than the limit twice in a row.
"""

import importlib
import sys
import time
from typing import Any

atheris: Any = importlib.import_module("atheris")  # has wheels for some machines only

with atheris.instrument_imports(include=["matinee.media.parse"]):
    from matinee.media.parse import read_name
    from matinee.media.parse.paths import read_path
    from matinee.media.parse.subtitles import read_subtitle
    from matinee.media.title import Kind

LIMIT_SECONDS = 0.05 * 8  # instrumented code is slower by as much


def read_all(data: bytes) -> None:
    """Whatever the bytes spell is read as every kind of name."""
    text = data.decode("utf-8", errors="replace")
    for kind in (None, Kind.MOVIE, Kind.SERIES):
        if _seconds(text, kind) > LIMIT_SECONDS and _seconds(text, kind) > LIMIT_SECONDS:
            raise AssertionError(f"reading takes too long: {text!r}")
    read_path(text, None)
    read_subtitle(text)


def _seconds(text: str, kind: Kind | None) -> float:
    begun = time.process_time()
    read_name.__wrapped__(text, kind)
    return time.process_time() - begun


if __name__ == "__main__":
    atheris.Setup(sys.argv, read_all)
    atheris.Fuzz()
