"""What remains of a finished download has names a person can read, and nothing that nobody asked for."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from matinee.engines.usenet.names import is_telling, safe_name
from matinee.engines.usenet.post.job import Wishes
from matinee.engines.usenet.post.packets import is_par2

FILMS = frozenset(
    {"mkv", "mp4", "avi", "m4v", "mov", "wmv", "ts", "m2ts", "mpg", "mpeg", "iso", "webm"}
    | {"flac", "mp3", "m4a", "m4b", "epub", "pdf", "cbz", "cbr"}
)
MUCH_LARGER = 1.5  # the main file is at least so many times the next one
LARGEST_SAMPLE = 200 * 2**20
LONGEST_PLAIN = 24

_HEX = re.compile(r"^[0-9a-f]{32}$|^[0-9a-f.]{40,}$", re.IGNORECASE)
_MARKED = re.compile(r"^abc\.xyz|^b00bs\.|\[\w+\].*[0-9a-f]{30,}", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z]{3,}")
_PARTED = re.compile(r"[ ._\-]")
_SAMPLE = re.compile(r"(^|[\W_])sample([\W_]|$)", re.IGNORECASE)


def ending(path: Path) -> str:
    """The ending of a name in lower case, without its dot."""
    return path.suffix[1:].lower()


def says_nothing(stem: str) -> bool:
    """Whether a name without its ending was made up by a machine."""
    if _HEX.match(stem) or _MARKED.search(stem):
        return True
    if _PARTED.search(stem):
        return not _WORDS.search(stem)
    has_both = any(one.isdigit() for one in stem) and any(one.isalpha() for one in stem)
    return len(stem) >= LONGEST_PLAIN or (has_both and len(stem) >= LONGEST_PLAIN // 2)


def name_anew(files: Sequence[Path], name: str) -> dict[Path, Path]:
    """Give the main file, and those called alike, the job's name where their own says nothing; the renamed ones."""
    main = _main(files)
    if main is None or not says_nothing(main.stem):
        return {}
    plain = safe_name(f"{name}.x", 1).removesuffix(".x")
    renamed = {}
    for path in files:
        if path.stem == main.stem or path.name.startswith(f"{main.stem}."):
            target = path.with_name(plain + path.name.removeprefix(main.stem))
            if not target.exists():
                renamed[path] = path.rename(target)
    return renamed


def _main(files: Sequence[Path]) -> Path | None:
    """The file all others are much smaller than; None where there is no such one."""
    ordered = sorted((path for path in files if ending(path) not in {"par2", "nzb"}), key=_size, reverse=True)
    if not ordered:
        return None
    others = [path for path in ordered[1:] if not path.name.startswith(f"{ordered[0].stem}.")]
    return ordered[0] if not others or _size(ordered[0]) > MUCH_LARGER * _size(others[0]) else None


def _size(path: Path) -> int:
    return path.stat().st_size


def unwanted(files: Iterable[Path], wishes: Wishes) -> list[Path]:
    """Files whose ending nobody wants in a result."""
    return [path for path in files if ending(path) in wishes.unwanted]


def throw_away(folder: Path, wishes: Wishes) -> list[str]:
    """Delete litter, and samples if wished, and folders that became empty; the names of what went."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    litter = [path for path in files if ending(path) in wishes.litter or (_is_nameless_par2(path) and wishes.litter)]
    films = [path for path in files if ending(path) in FILMS]
    samples = [path for path in films if _is_sample(path, folder)] if wishes.drops_samples else []
    if len(samples) == len(films):
        samples = []
    for path in [*litter, *samples]:
        path.unlink()
    for place in sorted((one for one in folder.rglob("*") if one.is_dir()), key=lambda one: -len(one.parts)):
        if not any(place.iterdir()):
            place.rmdir()
    return [path.name for path in [*litter, *samples]]


def _is_nameless_par2(path: Path) -> bool:
    """A par2 file under a made-up name."""
    return not is_telling(path.name) and is_par2(path)


def _is_sample(path: Path, folder: Path) -> bool:
    return _SAMPLE.search(str(path.relative_to(folder))) is not None and _size(path) < LARGEST_SAMPLE
