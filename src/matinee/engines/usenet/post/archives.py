"""Which files of a download are archives, and which volumes belong together in which order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from matinee.engines.usenet.names import is_telling, natural_order


class Kind(StrEnum):
    """How the archive is made; SPLIT is one file cut into .001, .002 …"""

    RAR = "RAR"
    SEVEN = "7z"
    ZIP = "ZIP"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive and its volumes, the first one first."""

    kind: Kind
    name: str
    volumes: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of all volumes."""
        return sum(one.stat().st_size for one in self.volumes)


RAR_MAGIC = b"Rar!\x1a\x07"
RAR5_MAGIC = RAR_MAGIC + b"\x01\x00"
SEVEN_MAGIC = b"7z\xbc\xaf\x27\x1c"
ZIP_MAGIC = b"PK\x03\x04"
HEAD = 64  # bytes that tell
LAST_OF_ZIP = 10_000  # the volumes .z01 … come before it

_PART = re.compile(r"^(?P<base>.+)\.part(?P<number>\d{1,5})\.rar$", re.IGNORECASE)
_OLD = re.compile(r"^(?P<base>.+)\.(?:rar|(?P<letter>[r-z])(?P<number>\d{2}))$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<base>.+)\.(?P<number>\d{3})$")
_ZIP_PART = re.compile(r"\.z\d{2}$", re.IGNORECASE)


def find_archives(files: Iterable[Path]) -> list[Archive]:
    """All archives among these files, by their names and what they begin with."""
    sets: dict[tuple[Kind, str], dict[int, Path]] = {}
    nameless: list[tuple[int, Path]] = []
    for path in sorted(files, key=lambda one: natural_order(one.name)):
        head = _head(path)
        if head.startswith(RAR_MAGIC) and not is_telling(path.name):
            nameless.append((rar_number(head), path))
        elif placed := _place(path, head):
            kind, base, number = placed
            sets.setdefault((kind, base), {}).setdefault(number, path)
    archives = [_archive(kind, base, volumes) for (kind, base), volumes in sets.items()]
    return [one for one in [*archives, *_nameless(nameless)] if one]


def place_by_name(name: str) -> tuple[str, int] | None:
    """The set that a volume of this name is of, and its number in it; None for what is no archive by its name."""
    plain = name.lower()
    if found := _PART.match(plain):
        return f"{found['base']} rar", int(found["number"])
    if found := _OLD.match(plain):
        return f"{found['base']} rar", _old_number(found)
    if _ZIP_PART.search(plain):
        return f"{plain[: -len('.z01')]} zip", int(plain[-2:])
    if plain.endswith(".zip"):
        return f"{plain.removesuffix('.zip')} zip", LAST_OF_ZIP
    if (found := _NUMBERED.match(plain)) and found["base"].endswith((".7z", ".zip")):
        return found["base"], int(found["number"])
    return (plain, 0) if plain.endswith(".7z") else None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def _place(path: Path, head: bytes) -> tuple[Kind, str, int] | None:
    """Kind, name and number of a volume; None for a file that is no archive."""
    name = path.name
    if found := _PART.match(name):
        return Kind.RAR, found["base"].lower(), int(found["number"])
    if head.startswith(RAR_MAGIC) and (found := _OLD.match(name)):
        return Kind.RAR, found["base"].lower(), _old_number(found)
    if found := _NUMBERED.match(name):
        base = found["base"].lower()
        kind = Kind.SEVEN if base.endswith(".7z") else Kind.ZIP if base.endswith(".zip") else Kind.SPLIT
        return Kind.RAR if head.startswith(RAR_MAGIC) else kind, base, int(found["number"])
    return _alone(path, head)


def _alone(path: Path, head: bytes) -> tuple[Kind, str, int] | None:
    name = path.name.lower()
    if head.startswith(SEVEN_MAGIC):
        return Kind.SEVEN, name, 0
    if head.startswith(ZIP_MAGIC) and (name.endswith(".zip") or "." not in name):
        return Kind.ZIP, name.removesuffix(".zip"), LAST_OF_ZIP
    if _ZIP_PART.search(name):
        return Kind.ZIP, name[: -len(".z01")], int(name[-2:])
    return None


def _old_number(found: re.Match[str]) -> int:
    if found["letter"] is None:
        return 0
    return 1 + 100 * (ord(found["letter"].lower()) - ord("r")) + int(found["number"])


def _archive(kind: Kind, base: str, volumes: dict[int, Path]) -> Archive | None:
    """None where the numbers alone prove nothing."""
    ordered = tuple(volumes[number] for number in sorted(volumes))
    if kind is Kind.SPLIT and (len(ordered) < 2 or sorted(volumes) != list(range(min(volumes), max(volumes) + 1))):
        return None
    return Archive(kind, base, ordered)


def _nameless(volumes: list[tuple[int, Path]]) -> list[Archive]:
    """Volumes whose names say nothing: one set if their headers count 0, 1, 2 …, else each by itself."""
    ordered = sorted(volumes, key=lambda one: one[0])
    if [number for number, _ in ordered] == list(range(len(ordered))):
        return [Archive(Kind.RAR, ordered[0][1].name, tuple(path for _, path in ordered))] if ordered else []
    return [Archive(Kind.RAR, path.name, (path,)) for _, path in volumes]


def rar_number(head: bytes) -> int:
    """The number of a RAR5 volume by its header, from 0; 0 for one that does not tell."""
    if not head.startswith(RAR5_MAGIC):
        return 0
    try:
        at = len(RAR5_MAGIC) + 4
        _, at = _vint(head, at)
        kind, at = _vint(head, at)
        flags, at = _vint(head, at)
        if flags & 1:
            _, at = _vint(head, at)
        about, at = _vint(head, at)
        return _vint(head, at)[0] if kind == 1 and about & 2 else 0
    except IndexError:
        return 0


def _vint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return value, at
