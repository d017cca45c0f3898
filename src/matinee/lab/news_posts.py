"""How files become posts: cut into articles, listed in an NZB, with par2 files and strange names if wanted."""

import hashlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from matinee.lab.news_articles import Part, Shelf

Content = bytes | Mapping[str, "bytes | Path"]

POSTED = 1_795_500_000  # 2026-11-24, in seconds of Unix


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted: the NZB, and the message-ids of each file in order, by the name it was posted under."""

    nzb: bytes
    articles: Mapping[str, tuple[str, ...]]

    @property
    def ids(self) -> tuple[str, ...]:
        """All message-ids."""
        return tuple(one for ids in self.articles.values() for one in ids)


def post(
    shelf: Shelf,
    name: str,
    content: Content,
    *,
    article_size: int,
    par2_blocks: int = 0,
    par2_slice: int = 0,
    is_obfuscated: bool = False,
    password: str = "",
    category: str = "",
    subjects: bool = True,
    posted: int = POSTED,
) -> Posted:
    """Post one file (bytes, under the post's name) or several.

    With `par2_blocks` so many recovery blocks of `par2_slice` bytes (an article's by default) are posted as well; an
    obfuscated post has names of 32 hex digits, which only the par2 files know to resolve. `posted` is Unix time.
    """
    files: dict[str, bytes | Path] = {name: content} if isinstance(content, bytes) else dict(content)
    place = next((one.parent for one in files.values() if isinstance(one, Path)), None)
    with tempfile.TemporaryDirectory(prefix="matinee-post-", dir=place) as folder:
        if par2_blocks:
            files |= make_par2(Path(folder), name, files, blocks=par2_blocks, slice_size=par2_slice or article_size)
        listed = {
            _seen(one, is_obfuscated): _post_file(shelf, _seen(one, is_obfuscated), data, article_size)
            for one, data in files.items()
        }
    described = [_file(one, size, ids, subjects=subjects, posted=posted) for one, (size, ids) in listed.items()]
    return Posted(_nzb(name, described, password, category), {one: tuple(ids) for one, (_, ids) in listed.items()})


def _seen(name: str, is_obfuscated: bool) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest() if is_obfuscated else name


def _post_file(shelf: Shelf, name: str, data: bytes | Path, article_size: int) -> tuple[int, dict[str, int]]:
    """Put a file on the shelf: its size, and its articles' message-ids with the size of each as posted."""
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    total = max(1, -(-size // article_size))
    ids = {}
    for part in _parts(name, data, size, total, article_size):
        message_id = _message_id(name, part.number, len(shelf.articles))
        ids[message_id] = shelf.add(message_id, part, _subject(name, size, part.number, total))
    return size, ids


def _subject(name: str, size: int, number: int, total: int) -> str:
    return f'[1/1] - "{name}" yEnc ({number}/{total}) {size}'


def _file(name: str, size: int, ids: Mapping[str, int], *, subjects: bool, posted: int) -> str:
    subject = _subject(name, size, 1, len(ids)) if subjects else "no subject"
    segments = "".join(
        f'<segment bytes="{length}" number="{at}">{escape(one)}</segment>'
        for at, (one, length) in enumerate(ids.items(), start=1)
    )
    opening = f'<file poster="poster &lt;poster@lab.test&gt;" date="{posted}" subject={quoteattr(subject)}>'
    groups = "<groups><group>alt.binaries.lab</group></groups>"
    return f"{opening}{groups}<segments>{segments}</segments></file>"


def _parts(name: str, data: bytes | Path, size: int, total: int, article_size: int) -> Iterator[Part]:
    if isinstance(data, bytes):
        for at in range(total):
            begin = at * article_size
            yield Part(name, at + 1, total, begin, size, data[begin : begin + article_size])
        return
    with data.open("rb") as file:
        for at in range(total):
            yield Part(name, at + 1, total, at * article_size, size, file.read(article_size))


def _message_id(name: str, number: int, at: int) -> str:
    drawn = hashlib.sha256(f"{name} {number} {at}".encode()).hexdigest()[:24]
    return f"{drawn}.{at}@lab.test"


def _nzb(name: str, files: Sequence[str], password: str, category: str) -> bytes:
    told = {"title": name, "password": password, "category": category}
    metas = "".join(f'<meta type="{kind}">{escape(value)}</meta>' for kind, value in told.items() if value)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE nzb PUBLIC "-//newzBin//DTD NZB 1.1//EN" "http://www.newzbin.com/DTD/nzb/nzb-1.1.dtd">\n'
        f'<nzb xmlns="http://www.newzbin.com/DTD/2003/nzb">\n<head>{metas}</head>\n{chr(10).join(files)}\n</nzb>\n'
    ).encode()


def make_par2(
    folder: Path, name: str, files: Mapping[str, bytes | Path], *, blocks: int, slice_size: int
) -> dict[str, Path]:
    """Write a par2 set of the files into the folder, which is on their disk: its files by name, the index first."""
    for one, data in files.items():
        if isinstance(data, bytes):
            (folder / one).write_bytes(data)
        else:
            (folder / one).hardlink_to(data)  # par2 refuses links that lead elsewhere
    size = slice_size + -slice_size % 4
    command = ["create", "-q", "-q", f"-s{size}", f"-c{blocks}", f"{name}.par2", *files]
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "par2", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"par2 could not be made: {done.stdout[-500:]}{done.stderr[-500:]}")
    return {path.name: path for path in sorted(folder.glob("*.par2"), key=lambda path: len(path.name))}


def made_up(size: int, seed: int = 0) -> bytes:
    """Bytes that no one can compress, the same ones each time."""
    return random.Random(seed).randbytes(size)  # noqa: S311
