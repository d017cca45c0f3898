"""Takes in what others have curated: a folder, a file, a zip or an address of custom formats, sizes and profiles."""

import asyncio
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from matinee.kernel.database import Transaction
from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.media.checks import check_format, check_profile, check_sizes
from matinee.media.custom_format import CustomFormat
from matinee.media.formats.guide import Guide, GuideProfile, GuideSizes, read_guides, with_scores
from matinee.media.formats.numbers import Product
from matinee.pipeline.taste import Tastes
from matinee.store.profiles import (
    add_format,
    add_profile,
    change_format,
    change_profile,
    keep_sizes,
    read_formats,
    read_profiles,
    read_sizes,
)

LARGEST_PAPER = 1024 * 1024  # bytes of one file
MOST_PAPERS = 5000


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    RENEWED = "renewed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Paper:
    """One file as it came; `fault` when it could not be read."""

    path: str
    text: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What one file, or one thing in it, was, and what became of it; `why` also tells what was left out."""

    path: str
    what: str
    name: str
    outcome: Outcome
    why: str = ""


async def take_in(tastes: Tastes, papers: Iterable[Paper], product: Product = Product.RADARR) -> list[Told]:
    """Keep all that is sound, in one change; what is refused does not hold up the rest."""
    found, refused = await asyncio.to_thread(_read_all, list(papers), product)
    return refused + await tastes.change(lambda tx: _keep_all(tx, found))


async def fetch_papers(place: str, transport: httpx2.AsyncBaseTransport | None = None) -> list[Paper]:
    """The files at an address, or in a folder, file or zip on this machine. Refused or Unreachable without any."""
    if not place.startswith(("http://", "https://")):
        return await asyncio.to_thread(lambda: list(papers_at(Path(place))))
    host = urlsplit(place).hostname or "nobody"
    async with Wire(f"The guide at {host}", "", transport=transport, follow_redirects=True) as wire:
        answer = await wire.get(place)
    return list(_unpacked(urlsplit(place).path.rpartition("/")[2] or host, answer.content))


def papers_at(path: Path) -> Iterator[Paper]:
    """The JSON files of a folder and of those below it, or of a zip, or the one file. Refused when it is not there."""
    if path.is_dir():
        found = sorted(path.glob("**/*.json"))
        if len(found) > MOST_PAPERS:
            raise Refused(f"{path}: more than {MOST_PAPERS} files", field="place")
        yield from (_paper(one, str(one.relative_to(path))) for one in found if one.is_file())
        return
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}", field="place") from error
    yield from _unpacked(path.name, text)


def _paper(path: Path, name: str) -> Paper:
    try:
        with path.open("rb") as file:
            return _bounded(name, file.read(LARGEST_PAPER + 1))
    except OSError as error:
        return Paper(name, fault=f"it cannot be read: {error.strerror}")


def _bounded(name: str, text: bytes) -> Paper:
    if len(text) > LARGEST_PAPER:
        return Paper(name, fault=f"it is larger than {LARGEST_PAPER // 1024} KB")
    return Paper(name, text)


def _unpacked(name: str, text: bytes) -> Iterator[Paper]:
    if not text.startswith(b"PK\x03\x04"):
        yield _bounded(name, text)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(text)) as archive:
            wanted = [one for one in archive.infolist() if one.filename.endswith(".json")]
            for one in wanted[:MOST_PAPERS]:
                yield _from_zip(archive, one)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Refused(f"{name} is a broken zip: {error}", field="place") from error


def _from_zip(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Paper:
    try:
        with archive.open(one) as file:
            return _bounded(one.filename, file.read(LARGEST_PAPER + 1))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        return Paper(one.filename, fault=f"it cannot be unpacked: {error}")


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    product: Product
    guide: Guide


def _read_all(papers: list[Paper], product: Product) -> tuple[list[_Found], list[Told]]:
    found: list[_Found] = []
    refused: list[Told] = []
    for paper in papers:
        theirs = product_of(paper.path, product)
        try:
            if paper.fault:
                raise Refused(paper.fault)
            for guide in read_guides(paper.text, theirs):
                _check(guide)
                found.append(_Found(paper.path, theirs, guide))
        except Refused as error:
            refused.append(Told(paper.path, "nothing", "", Outcome.REFUSED, str(error)))
    return found, refused


def product_of(path: str, otherwise: Product) -> Product:
    """Whose numbers a file has: the guides have a folder for each product."""
    parts = Path(path.casefold()).parts
    return next((product for product in Product if product in parts), otherwise)


def _check(guide: Guide) -> None:
    if isinstance(guide, CustomFormat):
        check_format(guide)
    elif isinstance(guide, GuideSizes):
        check_sizes(guide.sizes)


def _keep_all(tx: Transaction, found: list[_Found]) -> list[Told]:
    """Formats first: the profiles score them."""
    known = read_formats(tx.connection)
    formats = [_keep_format(tx, known, one, one.guide) for one in found if isinstance(one.guide, CustomFormat)]
    tables = [(one, one.guide) for one in found if isinstance(one.guide, GuideSizes)]
    sizes = [_keep_sizes(tx, one, guide, is_alone=len(tables) == 1) for one, guide in tables]
    return formats + sizes + [_keep_profile(tx, one, one.guide) for one in found if isinstance(one.guide, GuideProfile)]


def _keep_format(tx: Transaction, known: dict[int, CustomFormat], one: _Found, guide: CustomFormat) -> Told:
    """Renewed by its id, else by its name; `known` are those of the house, kept up to date."""
    by_id = next((id for id, have in known.items() if guide.trash_id and have.trash_id == guide.trash_id), None)
    by_name = next((id for id, have in known.items() if have.name.casefold() == guide.name.casefold()), None)
    if by_id is None and by_name is not None and _are_two(known[by_name], guide):
        return _keep_format(tx, known, one, replace(guide, name=f"{guide.name} ({one.product.title()})"))
    here = by_id if by_id is not None else by_name
    if here is None:
        known[add_format(tx, guide)] = guide
        return Told(one.path, "custom format", guide.name, Outcome.ADDED)
    if by_name not in (None, here):
        guide = replace(guide, name=known[here].name)
    change_format(tx, here, guide)
    known[here] = guide
    return Told(one.path, "custom format", guide.name, Outcome.RENEWED)


def _are_two(have: CustomFormat, guide: CustomFormat) -> bool:
    """Two guides may give one name to different things: the ids tell."""
    is_foreign = bool(have.trash_id and guide.trash_id and have.trash_id != guide.trash_id)
    return is_foreign and have.conditions != guide.conditions


def _keep_sizes(tx: Transaction, one: _Found, guide: GuideSizes, *, is_alone: bool) -> Told:
    if not is_alone:
        why = "there are several tables of sizes: take in the one that you want by itself"
        return Told(one.path, "sizes", guide.name, Outcome.REFUSED, why)
    kept = read_sizes(tx.connection)
    keep_sizes(tx, kept | dict(guide.sizes))
    return Told(one.path, "sizes", guide.name, Outcome.RENEWED if kept else Outcome.ADDED, _left_out(guide.strange))


def _keep_profile(tx: Transaction, one: _Found, guide: GuideProfile) -> Told:
    formats = tuple(read_formats(tx.connection).values())
    names = {known.name for known in formats}
    missing = guide.formats.keys() - {known.name for known in formats if known.trash_id in guide.formats.values()}
    missing |= guide.profile.scores.keys() - names
    profile = with_scores(guide, formats)
    profile = replace(profile, scores={name: score for name, score in profile.scores.items() if name in names})
    try:
        check_profile(profile, names)
    except Refused as error:
        return Told(one.path, "quality profile", profile.name, Outcome.REFUSED, str(error))
    known = {have.name.casefold(): id for id, have in read_profiles(tx.connection).items()}
    here = known.get(profile.name.casefold())
    if here is None:
        add_profile(tx, profile)
    else:
        change_profile(tx, here, profile)
    outcome = Outcome.ADDED if here is None else Outcome.RENEWED
    return Told(one.path, "quality profile", profile.name, outcome, _left_out((*guide.strange, *sorted(missing))))


def _left_out(names: tuple[str, ...]) -> str:
    return f"left out, as they are not known here: {', '.join(names)}" if names else ""
