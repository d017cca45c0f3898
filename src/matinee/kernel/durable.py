"""Writing so that a power cut leaves either the old file or the new one, and never half of each."""

import os
from collections.abc import Mapping
from pathlib import Path

OWN = 0o600  # what an engine remembers names passwords and passkeys: its owner alone reads it
SHARED = 0o666  # a file made for people, as open as the umask lets it be


def write_durably(path: Path, content: bytes, mode: int = OWN) -> None:
    """Put the content there as a whole; it is on the disk when this returns. OSError when the disk does not take it."""
    write_all_durably({path: content}, mode)


def write_all_durably(contents: Mapping[Path, bytes], mode: int = OWN) -> None:
    """The same for many files of one folder; waits for the disk much less often than one by one."""
    drafts = {path: path.with_name(f".{path.name}.draft") for path in contents}
    try:
        for path, draft in drafts.items():
            draft.unlink(missing_ok=True)  # what a crash has left may be readable by others
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
                file.write(contents[path])
        for path, draft in drafts.items():  # the first takes the others along
            sync(draft)
            draft.replace(path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    for folder in {path.parent for path in contents}:
        sync(folder)


def erase_durably(*paths: Path) -> None:
    """Take the files of one folder away, in this order; missing ones are gone already."""
    for path in paths:
        path.unlink(missing_ok=True)
    if paths:
        sync(paths[0].parent)


def sync(path: Path) -> None:
    """Have a file, or a folder's list of names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
