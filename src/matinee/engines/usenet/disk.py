"""Folders and small files that must survive a power cut, and how much room there is."""

import errno
import os
import shutil
from pathlib import Path

from matinee.kernel.errors import Unreachable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def write_durably(path: Path, content: bytes) -> None:
    """Put the content there as a whole, for its owner alone; Unreachable when the disk does not take it."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unreachable(f"the usenet engine cannot write its state: {error}") from error


def sync_folder(folder: Path) -> None:
    """Have the folder's list of names on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
