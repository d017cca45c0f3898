"""Run the lab alone: `python -m matinee.lab --folder var/lab --port 8900`."""

import argparse
import logging
from pathlib import Path

from matinee.kernel.log import start_diary
from matinee.lab.lab import run_lab

log = logging.getLogger(__name__)


def main() -> None:
    """Read the command line and run until told to stop."""
    asks = argparse.ArgumentParser(prog="matinee.lab", description="A little internet on loopback.")
    asks.add_argument("--folder", type=Path, required=True, help="where the films are made and kept")
    asks.add_argument("--host", default="127.0.0.1")
    asks.add_argument("--port", type=int, default=0, help="0 takes any free one")
    asks.add_argument("--seed-rate", type=int, default=None, help="upload limit in bytes a second")
    asks.add_argument("--ready-file", type=Path, default=None, help="addresses are written here as JSON when ready")
    said = asks.parse_args()
    start_diary()
    run_lab(
        said.folder,
        said.port,
        host=said.host,
        seed_rate=said.seed_rate,
        ready_file=said.ready_file,
        on_progress=lambda done, total: log.info("making films: %d of %d steps", done, total),
    )


if __name__ == "__main__":
    main()
