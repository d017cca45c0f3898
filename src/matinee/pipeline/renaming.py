"""Give the library's files the names of the owner's scheme: looked at first, then done file by file, nothing lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath

from sqlalchemy import Connection

from matinee.kernel.database import Transaction
from matinee.kernel.errors import Conflict, MatineeError, Refused
from matinee.media.file import MediaFacts
from matinee.media.formats import Subject
from matinee.media.naming import Named, NamingScheme, library_path, streams_of
from matinee.media.parse import read_name
from matinee.media.parse.probed import as_found
from matinee.media.wanted import Wanted
from matinee.pipeline.parts import Parts
from matinee.store.files import LibraryFile, all_files, move_file
from matinee.store.titles import episodes_by_id, slot_by_id, title_by_id


@dataclass(frozen=True, slots=True)
class Rename:
    """A file whose name is another one by the scheme; paths below the library. `trouble` says why it stays."""

    file_id: int
    label: str
    old: PurePosixPath
    new: PurePosixPath
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ToName:
    """A file that is to be named: the release it came as, how it is called now, and what was found inside."""

    release_name: str
    file: PurePath
    facts: MediaFacts


def place_of(parts: Parts, wanted: Wanted, told: ToName, scheme: NamingScheme | None = None) -> PurePosixPath:
    """Where a file of this title stands below its root folder; by the house's scheme when none is given."""
    release_name, file, facts = told.release_name, told.file, told.facts
    name, taste = as_found(read_name(release_name, wanted.title.kind), facts), parts.tastes.now
    shown = {one.name for one in taste.formats.formats if one.include_when_renaming}
    matching = taste.formats.matches(Subject(name, original_language=wanted.title.original_language)) if shown else ()
    named = Named(
        release_group=name.group,
        release_hash=name.hash,
        edition=name.edition,
        scene_name=release_name,
        file_name=file.stem,
        custom_formats=tuple(one for one in matching if one in shown),
        streams=streams_of(facts),
    )
    used = scheme or taste.naming
    return library_path(wanted, name.quality, name.revision, file.suffix, scheme=used, named=named)


async def look_at_names(parts: Parts, scheme: NamingScheme | None = None) -> list[Rename]:
    """Every file that the scheme calls by another name, the house's own scheme when none is given."""
    return await parts.database.read(lambda db: _renames(db, parts, scheme))


async def rename_files(parts: Parts, file_ids: Sequence[int]) -> list[Rename]:
    """Rename these files by the house's scheme; those that cannot be stay where they are and say why."""
    chosen = set(file_ids)
    done = []
    for rename in await look_at_names(parts):
        if rename.file_id in chosen:
            done.append(await _rename(parts, rename))
    return done


async def _rename(parts: Parts, rename: Rename) -> Rename:
    """On disk first: whoever is cut off then finds the file at its new place, and writes that down."""
    library = parts.shelf.library
    try:
        await asyncio.to_thread(_move, library / rename.old, library / rename.new)
        await parts.database.write(lambda tx: _write_down(tx, rename))
    except MatineeError as error:
        return replace(rename, trouble=str(error))
    await asyncio.to_thread(_remove_empty_folders, (library / rename.old).parent, library)
    return rename


def _write_down(tx: Transaction, rename: Rename) -> None:
    move_file(tx, rename.file_id, rename.new)


def _renames(db: Connection, parts: Parts, scheme: NamingScheme | None) -> list[Rename]:
    found = [_rename_of(db, parts, file, scheme) for file in all_files(db)]
    return [rename for rename in found if rename.old != rename.new]


def _rename_of(db: Connection, parts: Parts, file: LibraryFile, scheme: NamingScheme | None) -> Rename:
    title, slot = title_by_id(db, file.title_id).title, slot_by_id(db, file.slot_id)
    episode = episodes_by_id(db, [file.episode_id])[file.episode_id] if file.episode_id else None
    wanted = Wanted(title, parts.profile(slot.profile), episode)
    told = ToName(file.release_name or file.path.stem, PurePath(file.path), file.facts)
    path = place_of(parts, wanted, told, scheme)
    return Rename(file.id, wanted.label, file.path, PurePosixPath(slot.root_folder) / path)


def _move(old: Path, new: Path) -> None:
    """Never over another file. One that lies at its new place already was moved before the lights went out."""
    if new.exists() and not old.exists():
        return
    if not old.exists():
        raise Refused(f"'{old.name}' is not where it should be: is its disk there?")
    if new.exists() and not new.samefile(old):
        raise Conflict(f"'{new.name}' is there already: look which of the two you want")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        old.rename(new)
    except OSError as error:
        raise Refused(f"'{old.name}' cannot be renamed: {error.strerror}") from error


def _remove_empty_folders(folder: Path, library: Path) -> None:
    while folder != library and library in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return  # something is still in it
        folder = folder.parent
