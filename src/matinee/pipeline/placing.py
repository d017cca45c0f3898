"""Into the library by a hard link: no second copy on disk, the download seeds on, nothing there is ever replaced."""

import errno
import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal

from matinee.kernel.errors import Conflict, MatineeError, NotFound, Refused, Unreachable

FOLDER_MODE = 0o775  # before the umask
FILE_MODE = 0o664
BLOCK = 1 << 20
MB = 1_000_000  # bytes

_NO_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the film stands now, how it came there, and whether it had been there before."""

    path: Path
    how: Literal["hardlink", "copy"]
    already: bool = False
    folders: tuple[Path, ...] = field(default=(), compare=False)  # those that were made for it


def place(source: Path, target: Path, *, within: Path, allow_copy: bool) -> Placed:
    """Give the file in the download folder `within` its name in the library; calling it again changes nothing.

    Raises Conflict when something else has the name, Refused when the source may not be taken or a link is
    impossible, Unreachable when the disk is full. After any of them the library is as it was.
    """
    real, found = _inspect(source, within)
    with _edge(target, found.st_size), _folders_for(target) as made:
        placed = _look(real, found, target) or _link(real, found, target) or _look(real, found, target)
        if placed is None and not allow_copy:
            raise Refused(_no_link_possible(found, target))
        placed = placed or _copy(real, found, target)
        _clear_leftover(target)
        return replace(placed, folders=tuple(made))


def take_back(placed: Placed) -> None:
    """Remove what was placed only just now, and the folders made for it; what had been there stays."""
    if placed.already:
        return
    placed.path.unlink(missing_ok=True)
    _remove_empty(placed.folders)


def _inspect(source: Path, within: Path) -> tuple[Path, os.stat_result]:
    """The true path of a regular file inside the download's folder, and what the disk says of it."""
    try:
        is_symlink = source.is_symlink()
        real = source.resolve(strict=True)
        found = real.lstat()
        is_inside = real.is_relative_to(within.resolve(strict=True))
    except FileNotFoundError as error:
        raise NotFound(f"'{source.name}' is not there any more") from error
    except OSError as error:
        raise Unreachable(f"'{source.name}' cannot be looked at: {error.strerror}") from error
    if is_symlink or not stat.S_ISREG(found.st_mode):
        raise Refused(f"'{source.name}' is no ordinary file, and only such come into the library")
    if not is_inside:
        raise Refused(f"'{source.name}' lies outside of the download's folder {within}")
    return real, found


def _look(real: Path, found: os.stat_result, target: Path) -> Placed | None:
    """What stands at the target: nothing, this very file, a true copy of it, or a conflict."""
    try:
        there = target.lstat()
    except FileNotFoundError:
        return None
    if (there.st_dev, there.st_ino) == (found.st_dev, found.st_ino):
        return Placed(target, "hardlink", already=True)
    if stat.S_ISREG(there.st_mode) and there.st_size == found.st_size and _digest(target) == _digest(real):
        return Placed(target, "copy", already=True)
    raise Conflict(f"'{target}' is already there and is something else than '{real.name}': rename or remove it first")


def _link(real: Path, found: os.stat_result, target: Path) -> Placed | None:
    """A hard link appears whole or not at all and never replaces; None where the name is taken or links cannot be."""
    try:
        os.link(real, target, follow_symlinks=False)
    except FileExistsError:
        return None
    except OSError as error:
        if error.errno in _NO_LINK:
            return None
        raise
    there = target.lstat()
    if (there.st_dev, there.st_ino) != (found.st_dev, found.st_ino):
        target.unlink()
        raise Refused(f"'{real.name}' was exchanged while it was being imported")
    _settle(target.parent)
    return Placed(target, "hardlink")


def _copy(real: Path, found: os.stat_result, target: Path) -> Placed:
    """Copy under a name of ours, compare, and only then give it its own name."""
    if shutil.disk_usage(target.parent).free < found.st_size:
        raise OSError(errno.ENOSPC, "too small")
    with _part_for(target) as part:
        told = _transfer(real, part)
        if os.fstat(part.fileno()).st_size != found.st_size or _digest(_part(target)) != told:
            raise Unreachable(f"the copy of '{real.name}' differs from it: it changed meanwhile, or the disk fails")
        os.utime(part.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))
        os.fsync(part.fileno())
        with suppress(FileExistsError):
            os.link(_part(target), target, follow_symlinks=False)
            _settle(target.parent)
            return Placed(target, "copy")
    raise Conflict(f"'{target}' appeared while '{real.name}' was being copied")


def _transfer(real: Path, part: BinaryIO) -> bytes:
    """All bytes, and their digest on the way."""
    digest = hashlib.sha256()
    with real.open("rb") as original:
        while block := original.read(BLOCK):
            digest.update(block)
            part.write(block)
    part.flush()
    return digest.digest()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _part(target: Path) -> Path:
    """The name of an unfinished copy: always the same for one target, so that a later run finds and clears it."""
    return target.with_name(f".matinee-{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]}.part")


@contextmanager
def _part_for(target: Path) -> Iterator[BinaryIO]:
    """An empty file to copy into, ours alone while it is open, gone afterwards."""
    path = _part(target)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE), "r+b") as part:
        if not _is_ours(part, path):
            raise Unreachable(f"'{target.name}' is being copied by another worker")
        try:
            part.truncate(0)
            yield part
        finally:
            path.unlink(missing_ok=True)


def _clear_leftover(target: Path) -> None:
    """Remove what a crash has left, unless a worker is still writing it."""
    path = _part(target)
    with suppress(OSError), path.open("rb") as part:
        if _is_ours(part, path):
            path.unlink()


def _is_ours(part: BinaryIO, path: Path) -> bool:
    """Whether nobody else is at work on it, and the name still means this file."""
    try:
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(part.fileno()), path.lstat())
    except (BlockingIOError, FileNotFoundError):
        return False


@contextmanager
def _folders_for(target: Path) -> Iterator[list[Path]]:
    """The folders above the target; those made here go again when the placing fails."""
    missing = [folder for folder in target.parents if not folder.exists()]
    made: list[Path] = []
    try:
        for folder in reversed(missing):
            with suppress(FileExistsError):
                folder.mkdir(FOLDER_MODE)
                made.append(folder)
        yield made
    except BaseException:
        _remove_empty(made)
        raise


def _remove_empty(made: Sequence[Path]) -> None:
    for folder in reversed(made):
        with suppress(OSError):  # no longer empty: somebody else's film is in it
            folder.rmdir()


@contextmanager
def _edge(target: Path, size: int) -> Iterator[None]:
    """What the disk says, in the house's words."""
    try:
        yield
    except MatineeError:
        raise
    except (FileExistsError, NotADirectoryError) as error:
        raise Conflict(f"'{error.filename or target}' stands where a folder of '{target}' should be") from error
    except OSError as error:
        raise _in_words(error, target, size) from error


def _in_words(error: OSError, target: Path, size: int) -> MatineeError:
    folder = next((parent for parent in target.parents if parent.is_dir()), Path("/"))
    if error.errno in _FULL:
        free = shutil.disk_usage(folder).free
        return Unreachable(f"{folder} is full: {free // MB} MB free, {-(-size // MB)} MB needed")
    if error.errno in _FORBIDDEN:
        return Refused(f"{folder} may not be written to ({error.strerror}): check its owner and mode")
    if error.errno == errno.ENAMETOOLONG:
        return Refused(f"'{target.name}' is too long a name for {folder}")
    return Unreachable(f"'{target.name}' could not be placed in {folder}: {error.strerror}")


def _no_link_possible(found: os.stat_result, target: Path) -> str:
    if found.st_dev != target.parent.stat().st_dev:
        why, cure = "downloads and library are on two filesystems", "put both on one (one volume in containers)"
    else:
        why, cure = "the filesystem or the file's owner forbids hard links", "change that"
    return f"'{target.name}' cannot be linked into {target.parent}, for {why}: {cure}, or allow copies"


def _settle(folder: Path) -> None:
    """The new name survives a power cut, on filesystems that can promise it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
