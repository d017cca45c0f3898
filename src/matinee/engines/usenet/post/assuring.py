"""Make sure that the files are as they were posted: by their checksums, and by repair only where these differ."""

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matinee.engines.usenet.names import safe_name
from matinee.engines.usenet.post.archives import find_archives
from matinee.engines.usenet.post.checking import Arrived, damaged_slices, is_whole
from matinee.engines.usenet.post.job import Diary, Failed, FetchMore, PostJob
from matinee.engines.usenet.post.packets import FIRST_BYTES, Par2Set, Protected, is_par2, read_sets
from matinee.engines.usenet.post.recovery import Volume, fewest
from matinee.engines.usenet.post.repairing import repair, sweep_backups
from matinee.engines.usenet.post.unpacking import DISK_FULL
from matinee.pipeline.usenet_port import JobState

MOST_ROUNDS = 6


@dataclass(slots=True)
class Files:
    """The files of a job as they are known by now, by name, and the volumes still to be had."""

    arrived: dict[str, Arrived]
    volumes: list[Volume]

    def take(self, more: Sequence[Arrived], fetched: Sequence[Volume]) -> None:
        """Note what came later."""
        self.arrived |= {one.name: one for one in more}
        self.volumes = [one for one in self.volumes if one not in fetched]


async def assure(folder: Path, job: PostJob, fetch_more: FetchMore, diary: Diary) -> None:
    """Check, name and if need be repair the files of a job; Failed when it cannot be made whole."""
    diary.now(JobState.QUICK_CHECK, "Comparing checksums")
    files = Files({one.name: one for one in job.files if (folder / one.name).is_file()}, list(job.volumes))
    sets = await asyncio.to_thread(_sets, folder)
    if not sets and files.volumes and not all(_is_sound(one) for one in job.files):
        await _fetch(files, fewest(files.volumes, 1), fetch_more, diary)
        sets = await asyncio.to_thread(_sets, folder)
    for one in sets:
        await _assure_set(folder, one, files, fetch_more, diary, is_sound=all(map(_is_sound, job.files)))
    if not sets:
        _judge_without_par2(folder, job, diary)


def _sets(folder: Path) -> list[Par2Set]:
    return read_sets(sorted(path for path in folder.iterdir() if path.is_file() and is_par2(path)))


def _is_sound(one: Arrived) -> bool:
    return one.crc is not None and not one.bad


def _judge_without_par2(folder: Path, job: PostJob, diary: Diary) -> None:
    """Without par2 files nothing can be repaired: archives are tried all the same, other files are lost."""
    broken = [one for one in job.files if one.bad or not (folder / one.name).is_file()]
    archives = find_archives(path for path in folder.iterdir() if path.is_file()) if job.wishes.unpacks else []
    volumes = {path.name for archive in archives for path in archive.volumes}
    lost = [one for one in broken if one.name not in volumes]
    if lost:
        raise Failed(
            f"{len(lost)} files are damaged, {lost[0].name} among them, and there is no par2 set to repair them"
        )
    told = "every article had the right checksum" if not broken else "some archives are damaged"
    diary.note(JobState.QUICK_CHECK, f"There is no par2 set; {told}")


async def _assure_set(
    folder: Path, one: Par2Set, files: Files, fetch_more: FetchMore, diary: Diary, *, is_sound: bool
) -> None:
    found = await asyncio.to_thread(give_names, folder, one, files)
    if not found and is_sound:
        diary.note(JobState.QUICK_CHECK, "A par2 set speaks of files that are not in this download")
        return
    broken = [protected for protected in one.files if not _is_there(one, protected, found)]
    if not broken:
        diary.note(JobState.QUICK_CHECK, f"All {len(one.files)} files are whole, by their checksums")
        return
    diary.note(JobState.QUICK_CHECK, f"{len(broken)} of {len(one.files)} files are damaged or missing")
    need = _need(one, broken, found)
    have = len(one.blocks)
    if need is not None and need > have:
        await _fetch(files, fewest(files.volumes, need - have), fetch_more, diary)
    await _repair(folder, one, files, fetch_more, diary)


def _is_there(one: Par2Set, protected: Protected, found: Mapping[str, Arrived]) -> bool:
    arrived = found.get(protected.name)
    if protected.length == 0:
        return True
    return arrived is not None and is_whole(protected, one.slice_size, arrived)


def _need(one: Par2Set, broken: Sequence[Protected], found: Mapping[str, Arrived]) -> int | None:
    """Blocks to be made anew; None when only reading the files would tell."""
    counts = [damaged_slices(one, protected, found.get(protected.name)) for protected in broken]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


async def _fetch(files: Files, wanted: Sequence[Volume], fetch_more: FetchMore, diary: Diary) -> None:
    if not wanted:
        return
    blocks = sum(one.blocks for one in wanted)
    diary.note(JobState.FETCHING, f"Fetching {blocks} recovery blocks in {len(wanted)} files")
    files.take(await fetch_more(wanted), wanted)


async def _repair(folder: Path, one: Par2Set, files: Files, fetch_more: FetchMore, diary: Diary) -> None:
    """Let par2 judge and repair; fetch what it lacks, as long as there is something to fetch."""
    for _ in range(MOST_ROUNDS):
        sources = [same for same in await asyncio.to_thread(_sets, folder) if same.id == one.id]
        index = sources[0].sources[0] if sources else one.sources[0]
        strangers = _strangers(folder, one)
        told = await repair(folder, index, strangers, lambda what, done: diary.now(_STAGES[what], f"{what} {done} %"))
        if told.is_whole:
            done = "Repaired" if told.has_repaired else "All files are whole, as par2 found by reading them"
            diary.note(JobState.REPAIRING if told.has_repaired else JobState.VERIFYING, done)
            _sweep(folder, one, strangers, has_repaired=told.has_repaired)
            return
        if told.is_disk_full:
            raise Failed(DISK_FULL, is_waiting=True)
        if not told.lacks:
            raise Failed(f"Repair failed: {told.words}")
        if not files.volumes:
            raise Failed(f"Repair is impossible: {told.lacks} recovery blocks are missing and none are left to fetch")
        await _fetch(files, fewest(files.volumes, told.lacks), fetch_more, diary)
    raise Failed("Repair failed: par2 asked for more blocks again and again")


_STAGES = {"Verifying": JobState.VERIFYING, "Repairing": JobState.REPAIRING}


def _strangers(folder: Path, one: Par2Set) -> list[Path]:
    """Files that the set does not name: they may hold what is missing under another name."""
    named = {protected.name.lower() for protected in one.files}
    here = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower() not in named)
    return [path for path in here if not is_par2(path)]


def _sweep(folder: Path, one: Par2Set, strangers: Sequence[Path], *, has_repaired: bool) -> None:
    if not has_repaired:
        return
    sweep_backups(folder, [target_name(protected.name) for protected in one.files])
    lengths = {protected.length for protected in one.files}
    for stranger in strangers:
        # A copy that par2 found by its content, or a damaged one without a name, is of no use any more.
        with contextlib.suppress(OSError):
            if stranger.stat().st_size in lengths and "." not in stranger.name:
                stranger.unlink()


def give_names(folder: Path, one: Par2Set, files: Files) -> dict[str, Arrived]:
    """Give files the names their set knows, found by name, by their first 16 KiB, or by checksum; by that name."""
    free = {name.lower(): arrived for name, arrived in files.arrived.items()}
    found: dict[str, Arrived] = {}
    for protected in one.files:
        if (arrived := free.pop(target_name(protected.name).lower(), None)) is not None:
            found[protected.name] = arrived
    missing = [protected for protected in one.files if protected.name not in found]
    for protected, arrived in _by_content(folder, one, missing, list(free.values())):
        found[protected.name] = _rename(folder, arrived, target_name(protected.name), files)
    return found


def target_name(told: str) -> str:
    """The name a file of a set gets here."""
    return safe_name(told, 1)


def _by_content(
    folder: Path, one: Par2Set, missing: Sequence[Protected], free: Sequence[Arrived]
) -> list[tuple[Protected, Arrived]]:
    """Pairs that only their content tells; where two begin alike, the beginning proves nothing."""
    begins = {arrived.name: _md5_16k(folder / arrived.name) for arrived in free} if missing else {}
    on_disk = Counter(begins.values())
    in_set = Counter(protected.md5_16k for protected in missing)
    pairs: list[tuple[Protected, Arrived]] = []
    left = {arrived.name: arrived for arrived in free}
    for protected in missing:
        is_proof = on_disk[protected.md5_16k] == 1 and in_set[protected.md5_16k] == 1
        for arrived in list(left.values()):
            begins_so = is_proof and begins[arrived.name] == protected.md5_16k
            if begins_so or is_whole(protected, one.slice_size, arrived):
                pairs.append((protected, left.pop(arrived.name)))
                break
    return pairs


def _md5_16k(path: Path) -> bytes:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return hashlib.md5(file.read(FIRST_BYTES), usedforsecurity=False).digest()
    return b""


def _rename(folder: Path, arrived: Arrived, name: str, files: Files) -> Arrived:
    if (folder / name).exists():
        return arrived
    (folder / arrived.name).rename(folder / name)
    files.arrived.pop(arrived.name, None)
    renamed = replace(arrived, name=name)
    files.arrived[name] = renamed
    return renamed
