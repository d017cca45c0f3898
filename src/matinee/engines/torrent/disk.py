"""Writing so that a power cut leaves either the old file or the new one, and never half of each."""

import fcntl
import os
from pathlib import Path
from typing import BinaryIO

from matinee.kernel.errors import Refused


def write_durably(path: Path, content: bytes) -> None:
    """Put the content there as a whole; it is on the disk when this returns."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def erase_durably(*paths: Path) -> None:
    """Take the files away, in this order; missing ones are gone already."""
    for path in paths:
        path.unlink(missing_ok=True)
    if paths:
        _sync_folder(paths[0].parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hold_alone(state: Path) -> BinaryIO:
    """Lock the state folder for this process; Refused when another engine has it. Close the file to let go."""
    file = (state / "lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise Refused(f"another torrent engine is already running on {state}: stop it first") from error
    return file
