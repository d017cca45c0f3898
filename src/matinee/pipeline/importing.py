"""Judge what has arrived, give it its proper name, and link it into the library without losing anything."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from matinee.kernel.database import Transaction
from matinee.kernel.errors import MatineeError, Refused
from matinee.kernel.journeys import Step
from matinee.media.file import MediaFacts
from matinee.media.parse import ReleaseName, read_name
from matinee.media.parse.probed import as_found
from matinee.pipeline.decide import Reason
from matinee.pipeline.errand import Errand
from matinee.pipeline.judging import ListedFile, choose_video, judge_facts, judge_listing
from matinee.pipeline.news import FileImported
from matinee.pipeline.parts import Parts
from matinee.pipeline.placing import Placed, place, take_back
from matinee.pipeline.ports import DownloadState
from matinee.pipeline.renaming import ToName, place_of
from matinee.store.files import add_file
from matinee.store.history import remember
from matinee.store.picks import was_picked
from matinee.store.releases import KeptRelease, add_reasons, release_by_id


async def import_film(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any]) -> dict[str, Any]:
    """Bring one finished download into the library: `ok`, or not ok because its files are no good."""
    kept, by_hand = await parts.database.read(
        lambda db: (release_by_id(db, taken["release"]), was_picked(db, errand.want.id, taken["release"]))
    )
    name = read_name(kept.release.name, errand.wanted.title.kind)
    source = await _choose(parts, errand, taken)
    if isinstance(source, str):
        return _refuse(step, kept, source)
    try:
        facts = await parts.probe(source)
    except Refused as error:
        return _refuse(step, kept, str(error))
    reasons = judge_facts(facts, name, errand.wanted)
    if by_hand:
        reasons = _overruled(step, reasons)
    if reasons:
        return _refuse(step, kept, "; ".join(reason.text for reason in reasons))
    name = as_found(name, facts)
    path = place_of(parts, errand.wanted, ToName(kept.release.name, source, facts))
    where = PurePosixPath(errand.slot.root_folder) / path
    placed = await _place(parts, source, where, within=parts.folder_of(taken["client"]))
    _write_down(parts, errand, step, kept, _Filed(where, name, facts, placed))
    return {"ok": True, "path": str(where)}


def _overruled(step: Step, reasons: list[Reason]) -> list[Reason]:
    """Who picked it by hand wants it so; only a file without a picture is no film for anybody."""
    for reason in reasons:
        step.note(f"Taken by hand, although {reason.text}.")
    return [reason for reason in reasons if reason.rule == "video"]


async def _choose(parts: Parts, errand: Errand, taken: dict[str, Any]) -> Path | str:
    """The film among the files of a download, or in words why there is none that may be taken."""
    follower = parts.follower(taken["client"])
    status = await follower.settled(taken["client_id"], parts.stall_after)
    if status is None:
        return "the download was removed from the client before it could be imported"
    if status.state is DownloadState.FAILED:
        return status.message or "the client reports an error"
    content = parts.here(taken["client"], status.path)
    files = await follower.client.files(taken["client_id"])
    listing = [ListedFile(file.path, file.size) for file in files] or await asyncio.to_thread(_lying_in, content)
    reasons = judge_listing(listing, errand.wanted)
    if reasons:
        return "; ".join(reason.text for reason in reasons)
    film = choose_video(listing, errand.wanted)
    if film is None:
        return "no film is among its files"
    return _on_disk(content, film)


def _lying_in(content: Path) -> list[ListedFile]:
    """What lies in a download's folder, for clients that list nothing once it is unpacked; links are not followed."""
    found = [content] if content.is_file() else sorted(content.rglob("*"))
    files = [path for path in found if path.is_file() and not path.is_symlink()]
    return [ListedFile(path.relative_to(content.parent), path.stat().st_size) for path in files]


def _on_disk(content: Path, film: PurePosixPath) -> Path:
    """Where a listed file lies: most torrents repeat their folder in the list, some do not."""
    beside = content.parent / film
    return beside if beside.exists() else content / film


async def _place(parts: Parts, source: Path, where: PurePosixPath, *, within: Path) -> Placed:
    """A thread cannot be broken off: whoever is cancelled meanwhile waits for it, and takes the film out again."""
    shelf = parts.shelf
    work = partial(place, source, shelf.library / where, within=within, allow_copy=shelf.allow_copy)
    placing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(placing)
    except asyncio.CancelledError:
        with suppress(MatineeError):  # then nothing was placed
            take_back(await placing)
        raise


def _refuse(step: Step, kept: KeptRelease, reason: str) -> dict[str, Any]:
    step.tell(f"{kept.release.name} was refused: {reason}. Another release is tried.")
    step.on_commit(lambda tx: add_reasons(tx, kept.id, [reason]))
    return {"ok": False, "reason": reason}


@dataclass(frozen=True, slots=True)
class _Filed:
    where: PurePosixPath
    name: ReleaseName
    facts: MediaFacts
    placed: Placed


def _write_down(parts: Parts, errand: Errand, step: Step, kept: KeptRelease, filed: _Filed) -> None:
    moment, size = parts.clock(), filed.placed.path.stat().st_size
    step.tell(f"Imported as {filed.where.name} ({filed.placed.how}).")

    def change(tx: Transaction) -> None:
        file_id = add_file(
            tx,
            slot_id=errand.slot.id,
            episode_id=errand.want.episode_id,
            path=filed.where,
            size=size,
            quality=filed.name.quality.name,
            revision=filed.name.revision.version,
            release_name=kept.release.name,
            release_group=filed.name.group,
            facts=filed.facts,
            moment=moment,
        )
        text = f"Imported {filed.where.name}."
        remember(tx, moment, "imported", errand.title_id, episode_id=errand.want.episode_id, text=text)
        tx.publish(FileImported(file_id, errand.title_id, errand.want.id))

    step.on_commit(change)
