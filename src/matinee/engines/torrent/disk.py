"""Writing so that a power cut leaves either the old file or the new one, and never half of each."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Put the content there as a whole; it is on the disk when this returns."""
    write_all_durably({path: content})


def write_all_durably(contents: Mapping[Path, bytes]) -> None:
    """The same for many files of one folder; waits for the disk much less often than one by one."""
    drafts = {path: path.with_name(f".{path.name}.draft") for path in contents}
    for path, draft in drafts.items():
        draft.write_bytes(contents[path])
    for path, draft in drafts.items():  # the first takes the others along
        _sync(draft)
        draft.replace(path)
    for folder in {path.parent for path in contents}:
        _sync(folder)


def erase_durably(*paths: Path) -> None:
    """Take the files away, in this order; missing ones are gone already."""
    for path in paths:
        path.unlink(missing_ok=True)
    if paths:
        _sync(paths[0].parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_file(source: Path, target: Path) -> None:
    """Move a file, over what an earlier attempt left of it; nothing when it is not there or moved already."""
    if not source.is_file():
        return
    if target.exists() and target.stat().st_size >= source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
