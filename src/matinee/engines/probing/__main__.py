"""`python -m matinee.engines.probing FILE` prints what plays in it as JSON; the exit status is 1 when nothing does."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import av

from matinee.engines.probing.child import limit_ourselves, probe_file


def main(path: str) -> int:
    """Look into one file."""
    limit_ourselves()
    try:
        facts = probe_file(Path(path))
    except (av.FFmpegError, ValueError, MemoryError) as error:
        sys.stderr.write(getattr(error, "strerror", None) or str(error) or type(error).__name__)
        return 1
    sys.stdout.write(json.dumps({"facts": asdict(facts)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
