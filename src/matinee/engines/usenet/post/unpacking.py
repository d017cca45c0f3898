"""One archive is opened beside its volumes; only what is harmless comes out of the cell."""

import asyncio
import contextlib
import errno
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from matinee.engines.usenet.names import safe_name
from matinee.engines.usenet.post.archives import Archive, Kind
from matinee.engines.usenet.post.running import Order, Outcome, run

DISK_FULL = "Unpacking failed, write error or disk is full?"  # by these words managers know it and wait
MOST_TIMES = 40  # so many times its own size an archive may unpack to …
ALWAYS_ALLOWED = 2**30  # … or to this
SPARE = 64 * 2**20  # bytes of the disk that are left alone
DEEPEST = 12  # folders
STAGE_PREFIX = ".opening-"
SEVENS = ("7zz", "7z", "7za")


class Trouble(StrEnum):
    """Why an archive did not open."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    DAMAGED = "damaged"
    FULL = "full"
    LARGE = "large"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"
    NO_TOOL = "no tool"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out, and the password that opened it; or the trouble, in words as well."""

    files: tuple[Path, ...] = ()
    password: str = field(default="", repr=False)
    trouble: Trouble | None = None
    words: str = ""
    left_out: int = 0  # links, devices and other things that are no plain files


async def unpack(
    archive: Archive, into: Path, passwords: Sequence[str] = (), keep: Set[Path] = frozenset()
) -> Unpacked:
    """Open an archive with each of the passwords in turn, none at first, into a folder on the same disk.

    Files of `keep` are not written over; others with the same names are.
    """
    if archive.kind is Kind.SPLIT:
        return await asyncio.to_thread(join, archive, into)
    stage = Path(tempfile.mkdtemp(prefix=STAGE_PREFIX, dir=into))
    try:
        opened = await open_into(stage, archive, passwords)
        if opened.trouble is not None:
            return opened
        files, left_out = bring_out(stage, into, keep)
        return replace(opened, files=tuple(files), left_out=left_out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


async def open_into(stage: Path, archive: Archive, passwords: Sequence[str] = ()) -> Unpacked:
    """Open an archive into an empty stage, from where `bring_out` takes what is harmless."""
    for password in dict.fromkeys(["", *passwords]):
        tried = await _attempt(archive, stage, password)
        # Some archives cannot tell a wrong password from damage.
        if tried.trouble is not Trouble.PASSWORD and not (password and tried.trouble is Trouble.DAMAGED):
            return tried
        _empty(stage)
    few = "none of the passwords opens it" if any(passwords) else "it needs a password, and none is known"
    return Unpacked(trouble=Trouble.PASSWORD, words=f"{archive.name}: {few}")


def sweep_stages(folder: Path, kept: Set[Path] = frozenset()) -> None:
    """Throw away what was half opened."""
    for rest in folder.glob(f"{STAGE_PREFIX}*"):
        if rest not in kept:
            shutil.rmtree(rest, ignore_errors=True)


def _empty(stage: Path) -> None:
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(exist_ok=True)


async def _attempt(archive: Archive, stage: Path, password: str) -> Unpacked:
    order = _order(archive, stage, password)
    if order is None:
        cure = f"{archive.name}: no program here opens {archive.kind} archives: install 7zip"
        return Unpacked(trouble=Trouble.NO_TOOL, words=cure)
    outcome = await run(order)
    trouble = _judge(order, outcome)
    if trouble is not None:
        return Unpacked(trouble=trouble, words=_words(archive, trouble, outcome))
    return Unpacked(password=password)


def _order(archive: Archive, stage: Path, password: str) -> Order | None:
    total = allowed(archive.size, shutil.disk_usage(stage).free)
    if archive.kind is Kind.RAR:
        return Order((stage,), None, archive.volumes, password, total)
    command = _command(archive, stage)
    return Order((stage,), command, (), password, total) if command else None


def allowed(size: int, free: int) -> int:
    """How many bytes an archive of this size may become: no bomb, and not the last byte of the disk."""
    return max(1, min(max(MOST_TIMES * size, ALWAYS_ALLOWED), free - SPARE))


def _command(archive: Archive, stage: Path) -> tuple[str, ...] | None:
    first = archive.volumes[-1] if archive.volumes[-1].name.lower().endswith(".zip") else archive.volumes[0]
    if seven := next(filter(None, map(shutil.which, SEVENS)), None):
        return (seven, "x", "-y", "-bd", "-aoa", f"-o{stage}", "--", str(first))
    if len(archive.volumes) > 1:
        return None
    if tar := shutil.which("bsdtar"):
        return (tar, "-x", "--no-same-owner", "-C", str(stage), "-f", str(first))
    if archive.kind is Kind.ZIP:
        return (sys.executable, "-I", "-m", "zipfile", "-e", str(first), str(stage))
    return None


_SIGNS = (
    (Trouble.PASSWORD, ("wrong password", "passphrase", "encryption is not supported", "password required")),
    (Trouble.FULL, ("no space left", "errno=28", "disk full", "disk quota", "errno=122", "not enough space")),
    (Trouble.LARGE, ("file too large", "errno=27")),
)


def _judge(order: Order, outcome: Outcome) -> Trouble | None:
    if outcome.is_too_large:
        free = shutil.disk_usage(order.writes[-1]).free
        return Trouble.FULL if free < 2 * SPARE else Trouble.LARGE
    if outcome.code == 0:
        return None
    if order.command is None:
        return _trouble_of_rar(outcome)
    said = outcome.text.lower()
    return next((one for one, signs in _SIGNS if any(sign in said for sign in signs)), Trouble.DAMAGED)


def _trouble_of_rar(outcome: Outcome) -> Trouble:
    for line in reversed(outcome.lines):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return Trouble(json.loads(line)["trouble"])
    return Trouble.DAMAGED


def _words(archive: Archive, trouble: Trouble, outcome: Outcome) -> str:
    told = {
        Trouble.FULL: DISK_FULL,
        Trouble.LARGE: f"{archive.name}: it would unpack to far more than its own size, or than fits on the disk",
        Trouble.UNSAFE: f"{archive.name}: it wants to write outside its folder",
        Trouble.UNKNOWN: f"{archive.name}: it is packed in a way that is not known here",
        Trouble.PASSWORD: f"{archive.name}: it needs another password",
    }
    return told.get(trouble) or f"{archive.name}: it is damaged or incomplete ({_last_words(outcome)})"


def _last_words(outcome: Outcome) -> str:
    for line in reversed(outcome.lines):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return str(json.loads(line)["message"])[:200]
        if line and any(word in line.lower() for word in ("error", "unexpected", "failed", "cannot")):
            return line[:200]
    return f"the program ended with {outcome.code}"


def bring_out(stage: Path, into: Path, keep: Set[Path] = frozenset()) -> tuple[list[Path], int]:
    """Move plain files out of the stage, under harmless names; how many other things stayed behind."""
    brought: list[Path] = []
    left_out = 0
    for place, folders, names in os.walk(stage):
        inner = _harmless(Path(place).relative_to(stage))
        for name in [*names, *(one for one in folders if (Path(place) / one).is_symlink())]:
            path = Path(place) / name
            if not stat.S_ISREG(path.lstat().st_mode) or path.lstat().st_nlink > 1:
                left_out += 1
                continue
            brought.append(_move(path, into / inner, {*keep, *brought}))
    return brought, left_out


def _harmless(inner: Path) -> Path:
    parts = [safe_name(part, at) for at, part in enumerate(inner.parts, start=1)]
    return Path(*parts[:DEEPEST])


def _move(path: Path, folder: Path, keep: Set[Path]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    plain = safe_name(path.name, 1)
    target, at = folder / plain, 1
    while target in keep or target.is_dir():
        at += 1
        target = folder / f"{at}.{plain}"
    path.chmod(0o644)
    return path.replace(target)


def join(archive: Archive, into: Path) -> Unpacked:
    """Put the pieces of a cut file together."""
    target = into / safe_name(archive.volumes[0].name.rpartition(".")[0], 1)
    try:
        with target.open("wb") as whole:
            for volume in archive.volumes:
                with volume.open("rb") as piece:
                    shutil.copyfileobj(piece, whole, 2**20)
    except OSError as error:
        target.unlink(missing_ok=True)
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        return Unpacked(
            trouble=Trouble.FULL if is_full else Trouble.DAMAGED, words=DISK_FULL if is_full else str(error.strerror)
        )
    return Unpacked((target,))
