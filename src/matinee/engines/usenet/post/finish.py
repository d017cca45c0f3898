"""The last steps of a download from usenet: check, repair, unpack, name, and leave nothing behind."""

import asyncio
import contextlib
import errno
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from matinee.engines.usenet.post.archives import Archive, Kind, find_archives
from matinee.engines.usenet.post.assuring import assure
from matinee.engines.usenet.post.job import Diary, Failed, FetchMore, PostJob, PostResult, Tell
from matinee.engines.usenet.post.packets import is_par2
from matinee.engines.usenet.post.tidying import name_anew, throw_away, unwanted
from matinee.engines.usenet.post.unpacking import (
    DISK_FULL,
    STAGE_PREFIX,
    Trouble,
    Unpacked,
    bring_out,
    sweep_stages,
    unpack,
)
from matinee.kernel.errors import MatineeError
from matinee.pipeline.usenet_port import JobState

MOST_NESTED = 5  # archives in archives
OPENED = ".opened.json"  # here are the password and the archives of a job that was unpacked whole


async def finish(folder: Path, job: PostJob, fetch_more: FetchMore, tell: Tell) -> PostResult:
    """Finish a job whose files lie in `folder`, where the result stays.

    `fetch_more` downloads par2 volumes into the folder and says what arrived; `tell` hears of each stage in words. Can
    be called again after a failure or a crash: what was done is found done, until `forget_opened`.
    """
    diary = Diary(tell)
    try:
        password = await _finish(folder, job, fetch_more, diary)
    except Failed as error:
        diary.stages.setdefault(JobState.FAILED.value, []).append(str(error))
        return PostResult(
            False,
            str(error),
            tuple(_files(folder)),
            is_encrypted=error.is_encrypted,
            is_waiting=error.is_waiting,
            stages=diary.stages,
        )
    return PostResult(True, "", tuple(_files(folder)), password, bool(password), stages=diary.stages)


async def _finish(folder: Path, job: PostJob, fetch_more: FetchMore, diary: Diary) -> str:
    await asyncio.to_thread(sweep_stages, folder, {one.stage for one in job.opened})
    try:
        password = _already_opened(folder)
        if password is None:
            if job.wishes.repairs:
                await assure(folder, job, fetch_more, diary)
            password = await _unpack_all(folder, job, diary) if job.wishes.unpacks else ""
        await asyncio.to_thread(_tidy, folder, job, diary)
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise Failed(DISK_FULL if is_full else f"{error.strerror}: {error.filename}", is_waiting=is_full) from error
    except MatineeError as error:
        raise Failed(str(error)) from error
    return password


def forget_opened(folder: Path) -> None:
    """Once it is written down elsewhere that the job is finished: before that a crash would find its volumes gone."""
    (folder / OPENED).unlink(missing_ok=True)


def _files(folder: Path) -> Iterable[Path]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if path.name != OPENED)


def _already_opened(folder: Path) -> str | None:
    """The password of a job that was unpacked whole before the house fell down; None for any other."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((folder / OPENED).read_text())["password"])
    return None


async def _unpack_all(folder: Path, job: PostJob, diary: Diary) -> str:
    """Open all archives, and those inside them; the password that opened one."""
    used = ""
    seen: set[Path] = set()
    keep = {folder / one.name for one in job.files}
    for _ in range(MOST_NESTED):
        found = await asyncio.to_thread(_archives, folder)
        fresh = [one for one in found if one.volumes[0] not in seen]
        keep.update(path for one in found for path in one.volumes)
        for archive in fresh:
            opened = _already(archive, job, keep, diary)
            opened = opened or await _unpack(archive, (used, *job.passwords), keep, diary)
            used = opened.password or used
            seen.update(archive.volumes)
            keep.update(opened.files)
        if not fresh:
            break
    await asyncio.to_thread(sweep_stages, folder)
    opened_here = {"password": used, "archives": [str(path.relative_to(folder)) for path in sorted(seen)]}
    (folder / OPENED).write_text(json.dumps(opened_here))
    return used


def _archives(folder: Path) -> list[Archive]:
    """Archives of each folder by itself; par2 files are none."""
    inner = (path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())
    stages = tuple(folder.glob(f"{STAGE_PREFIX}*"))
    places = [folder, *(path for path in inner if not any(path.is_relative_to(stage) for stage in stages))]
    return [
        archive
        for place in places
        for archive in find_archives(path for path in place.iterdir() if path.is_file() and not is_par2(path))
    ]


def _already(archive: Archive, job: PostJob, keep: set[Path], diary: Diary) -> Unpacked | None:
    """What was opened while it came, if that was this very archive."""
    for one in job.opened:
        if one.stage.is_dir() and one.is_of(archive.volumes):
            files, left_out = bring_out(one.stage, archive.volumes[0].parent, keep)
            shutil.rmtree(one.stage, ignore_errors=True)
            diary.note(JobState.EXTRACTING, f"Unpacked {archive.name} while it came: {len(files)} files")
            return Unpacked(tuple(files), one.password, left_out=left_out)
    return None


async def _unpack(archive: Archive, passwords: tuple[str, ...], keep: set[Path], diary: Diary) -> Unpacked:
    diary.now(JobState.EXTRACTING, f"Unpacking {archive.name}")
    opened = await unpack(archive, archive.volumes[0].parent, passwords, keep)
    if opened.trouble is None:
        kind = "Joined" if archive.kind is Kind.SPLIT else "Unpacked"
        with_password = " with a password" if opened.password else ""
        diary.note(JobState.EXTRACTING, f"{kind} {archive.name}{with_password}: {len(opened.files)} files")
        if opened.left_out:
            diary.note(JobState.EXTRACTING, f"Left {opened.left_out} links and other things that are no plain files")
        return opened
    raise Failed(
        opened.words,
        is_waiting=opened.trouble is Trouble.FULL,
        is_encrypted=opened.trouble is Trouble.PASSWORD,
    )


def _tidy(folder: Path, job: PostJob, diary: Diary) -> None:
    refused = unwanted(_files(folder), job.wishes)
    if refused and job.wishes.refuses_unwanted:
        raise Failed(f"{refused[0].name} is in it, and files of that kind are not wanted")
    if job.wishes.deletes_archives:
        _delete_archives(folder)
    if gone := throw_away(folder, job.wishes):
        diary.note(JobState.MOVING, f"Threw away {len(gone)} files that were of use for the download alone")
    if job.wishes.names_anew and (renamed := name_anew(list(_files(folder)), job.name)):
        diary.note(JobState.MOVING, f"Gave {len(renamed)} files the name of the job")


def _delete_archives(folder: Path) -> None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        for told in json.loads((folder / OPENED).read_text())["archives"]:
            (folder / told).unlink(missing_ok=True)
