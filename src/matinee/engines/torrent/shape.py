"""How a torrent's files lie on disk: with or without a folder of their own, and under which names."""

import shutil
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import libtorrent as lt

from matinee.engines.torrent.record import Record
from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import Layout

NORMAL = 4
HIGHEST = 7


def real_files(metadata: lt.torrent_info) -> list[int]:
    """libtorrent's numbers of the files a person sees: padding left out."""
    files = metadata.layout()
    return [n for n in range(files.num_files()) if not files.file_flags(n) & lt.file_flags_t.flag_pad_file]


def laid_out(metadata: lt.torrent_info, layout: Layout) -> dict[int, str]:
    """The names of the files, by libtorrent's numbers, where the layout wants others than the torrent."""
    files = metadata.layout()
    paths = {native: PurePosixPath(files.file_path(native)) for native in range(files.num_files())}
    alone = all(len(path.parts) == 1 for path in paths.values())
    if layout is Layout.SUBFOLDER and alone:
        return {native: str(PurePosixPath(path.stem or path.name) / path) for native, path in paths.items()}
    if layout is Layout.NO_SUBFOLDER and not alone:
        return {native: str(PurePosixPath(*path.parts[1:])) for native, path in paths.items() if len(path.parts) > 1}
    return {}


def names_of(metadata: lt.torrent_info, renamed: Mapping[int, str]) -> dict[int, str]:
    """The names the files really have, by libtorrent's numbers."""
    files = metadata.layout()
    return {native: renamed.get(native) or files.file_path(native) for native in real_files(metadata)}


def root_of(names: Iterable[str]) -> str:
    """The one file or folder that holds everything; "" where there is none."""
    paths = [PurePosixPath(name) for name in names]
    tops = {path.parts[0] for path in paths}
    return tops.pop() if len(tops) == 1 else ""


def checked_name(name: str) -> str:
    """A path inside the torrent's folder; Refused when it leads elsewhere or is nothing."""
    parts = name.replace("\\", "/").split("/")
    if not name.strip("/ ") or any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise Refused(f"'{name}' cannot be the name of a file or folder: give a path inside the torrent's folder")
    return "/".join(parts)


def renamed_folder(names: Mapping[int, str], old: str, new: str) -> dict[int, str]:
    """The files that lie below a folder, and their names once the folder is renamed."""
    below = old.rstrip("/") + "/"
    return {native: new + "/" + name.removeprefix(below) for native, name in names.items() if name.startswith(below)}


def excluded(names: Mapping[int, str], patterns: Iterable[str]) -> set[int]:
    """The files nobody wants by their names: any part of a path that fits a pattern such as *.nfo."""
    wishes = [pattern.lower() for pattern in patterns]
    return {
        native
        for native, name in names.items()
        if any(fnmatch(part.lower(), wish) for part in PurePosixPath(name).parts for wish in wishes)
    }


def two_ends(metadata: lt.torrent_info, priorities: list[int], *, first: bool) -> list[tuple[int, int]]:
    """The first and the last piece of every file that is wanted: before all others, or as their files are."""
    files, ends = metadata.layout(), dict[int, int]()
    for native in real_files(metadata):
        if native < len(priorities) and priorities[native] and files.file_size(native):
            for piece in pieces_of_file(files, native):
                ends[piece] = HIGHEST if first else max(priorities[native], ends.get(piece, 0))
    return sorted(ends.items())


def pieces_of_file(files: lt.file_storage, native: int) -> tuple[int, int]:
    """The first and the last piece of a file."""
    size, offset, piece = files.file_size(native), files.file_offset(native), files.piece_length()
    return offset // piece, max(offset, offset + size - 1) // piece


def finish_moving(record: Record, params: lt.add_torrent_params) -> None:
    """Carry what a killed engine left behind to where it was being carried; takes long between two disks."""
    if not params.ti:
        return
    source, target = record.place, Path(record.moving_to)
    for name in names_of(params.ti, params.renamed_files).values():
        _move_file(source / name, target / name)


def _move_file(source: Path, target: Path) -> None:
    """Move a file, over what an earlier attempt left of it; nothing when it is not there or moved already."""
    if not source.is_file():
        return
    if target.exists() and target.stat().st_size >= source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
