"""Indexer definitions come in a folder or a zip: their texts are taken out, and nothing else that may be in there."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath

from matinee.kernel.errors import Refused

LARGEST_FILE = 512 * 1024
LARGEST_PACKAGE = 32 * 1024 * 1024
MOST_FILES = 5_000
_LARGEST_WHOLE = 64 * 1024 * 1024
_MOST_ENTRIES = 50_000
_SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Texts:
    """The definitions found, by their path inside, and why others are left out."""

    found: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def read_folder(folder: Path, *, without: str = "") -> Texts:
    """Every definition at any depth below the folder; `without` is the name of a subfolder to leave out."""
    texts, root = Texts(), folder.resolve()
    for path in sorted(_files(folder)):
        inside = path.relative_to(folder)
        if without and inside.parts[0].lower() == without:
            continue
        if len(texts.found) >= MOST_FILES:
            texts.refused[str(inside)] = f"the folder holds more than {MOST_FILES} definitions"
            break
        if not path.resolve().is_relative_to(root):
            texts.refused[str(inside)] = "it is a link that leads out of the folder"
            continue
        try:
            with path.open("rb") as file:
                _keep(texts, str(inside), file.read(LARGEST_FILE + 1))
        except OSError as error:
            texts.refused[str(inside)] = f"it cannot be read: {error.strerror}"
    return texts


def read_zip(data: bytes, where: str) -> Texts:
    """Every definition in a zip; Refused for what is no zip, or one that would burst the house."""
    if len(data) > LARGEST_PACKAGE:
        raise Refused(f"{where}: the package is larger than {LARGEST_PACKAGE // 1024 // 1024} MB")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _unpacked(package, where)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError, zlib.error, EOFError) as error:
        raise Refused(f"{where}: this is not a zip of definitions: {error}") from error


def _unpacked(package: zipfile.ZipFile, where: str) -> Texts:
    entries = package.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise Refused(f"{where}: the package holds more than {_MOST_ENTRIES} files")
    texts, whole = Texts(), 0
    for entry in sorted(entries, key=lambda one: one.filename):
        if entry.is_dir() or not entry.filename.lower().endswith(_SUFFIXES):
            continue
        if (fault := _entry_fault(entry)) is not None:
            texts.refused[entry.filename[:200]] = fault
            continue
        with package.open(entry) as file:
            data = file.read(LARGEST_FILE + 1)  # never more than this, whatever the entry says of its size
        whole += len(data)
        if whole > _LARGEST_WHOLE or len(texts.found) >= MOST_FILES:
            raise Refused(f"{where}: the package unpacks to more than a library of definitions can be")
        _keep(texts, entry.filename, data)
    return texts


def _entry_fault(entry: zipfile.ZipInfo) -> str | None:
    """Why an entry is not even opened."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename or "\0" in entry.filename:
        return "its path leads out of the package"
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        return "it is a link"
    if entry.file_size > LARGEST_FILE:
        return f"it is larger than {LARGEST_FILE // 1024} kB"
    return "it is encrypted" if entry.flag_bits & 1 else None


def _keep(texts: Texts, name: str, data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        texts.refused[name] = f"it is larger than {LARGEST_FILE // 1024} kB"
        return
    try:
        texts.found[name] = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        texts.refused[name] = "it is not written in UTF-8"


def _files(folder: Path) -> Iterator[Path]:
    """The definitions below a folder, hidden folders left out."""
    for path in islice(folder.rglob("*"), _MOST_ENTRIES):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in _SUFFIXES and not hidden and path.is_file():
            yield path
