"""A torrent names its own files: a name that would climb out of the download folder is refused."""

from collections.abc import Iterator
from typing import Any

import libtorrent as lt

from matinee.kernel.errors import Refused


def refuse_climbing_names(info: bytes) -> None:
    """Refused, naming the file, when the bencoded info dictionary holds a name that leads elsewhere.

    libtorrent would rename such a file in silence; whoever makes a torrent like this means harm.
    """
    for path in _all_paths(lt.bdecode(info)):
        if any(_climbs(part) for part in path):
            name = b"/".join(path).decode(errors="replace")
            raise Refused(f"the torrent is refused: its file name '{name}' leads out of the download folder")


def _climbs(part: bytes) -> bool:
    steps = part.replace(b"\\", b"/").split(b"/")
    return b".." in steps or (len(steps) > 1 and not steps[0])


def _all_paths(info: Any) -> Iterator[list[bytes]]:
    """Every name in it: its own, those of version 1, of symbolic links, and the tree of version 2."""
    if not isinstance(info, dict):
        return
    yield from ([info[key]] for key in (b"name", b"name.utf-8") if isinstance(info.get(key), bytes))
    for file in _list(info.get(b"files")):
        yield from _paths_of(file)
    yield from _paths_of(info)
    yield from _tree(info.get(b"file tree"), [])


def _paths_of(file: Any) -> Iterator[list[bytes]]:
    if isinstance(file, dict):
        for key in (b"path", b"path.utf-8", b"symlink path"):
            yield [part for part in _list(file.get(key)) if isinstance(part, bytes)]


def _tree(branch: Any, above: list[bytes]) -> Iterator[list[bytes]]:
    if not isinstance(branch, dict):
        return
    for name, below in branch.items():
        if name:
            yield [*above, name]
            yield from _tree(below, [*above, name])
        else:
            yield from ([*above, *path] for path in _paths_of(below))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
