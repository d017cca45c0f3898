"""How much room there is on the disk, and moving whole folders over it."""

import errno
import shutil
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def room(folder: Path) -> int:
    """Free bytes where the folder is or will be."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return shutil.disk_usage(there).free


def free_place(folder: Path, name: str) -> Path:
    """A path in the folder that nothing has yet: `name`, `name.1`, `name.2` …"""
    place, at = folder / name, 0
    while place.exists():
        at += 1
        place = folder / f"{name}.{at}"
    return place


def move_folder(source: Path, place: Path) -> Path:
    """Move a folder; across filesystems a copy is made aside and appears as a whole. Done already is done."""
    if not source.exists() and place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        return source.rename(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    draft = place.with_name(f".{place.name}.moving")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft, symlinks=True)
    draft.rename(place)
    shutil.rmtree(source, ignore_errors=True)
    return place
