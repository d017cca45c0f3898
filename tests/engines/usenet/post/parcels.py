"""Downloads as they lie there when the last article came: made by the test, with real par2, RAR, 7z and ZIP files."""

import importlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matinee.engines.usenet.post import Arrived, PostJob, PostResult, Volume, Wishes, finish, forget_opened
from matinee.lab.news_posts import made_up, make_par2
from matinee.pipeline.usenet_port import JobState

SLICE = 10_000
rars: Any = importlib.import_module("rars")


def rar(folder: Path, files: Mapping[str, bytes], *, password: str = "", volume: int = 0, **options: Any) -> list[Path]:
    """A RAR archive (of RAR5 by default), in volumes of so many bytes if wished."""
    builder = rars.RarBuilder(password=password or None, volume_size=volume or None, store=True, **options)
    for name, data in files.items():
        builder.add_bytes(data, name)
    if volume:
        first = "film.rar" if options.get("format") == "rar40" else "film.part1.rar"
        return list(builder.write_volumes(str(folder / first)))
    builder.write(str(folder / "film.rar"))
    return [folder / "film.rar"]


@dataclass
class Parcel:
    """A folder with files; what is known of them, and volumes that can still be fetched."""

    folder: Path
    elsewhere: Path
    known: dict[str, Arrived] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    told: list[tuple[JobState, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def put(self, name: str, data: bytes | None = None) -> None:
        """A file that came whole."""
        if data is not None:
            (self.folder / name).write_bytes(data)
        content = (self.folder / name).read_bytes()
        self.known[name] = Arrived(name, len(content), zlib.crc32(content))

    def put_all(self) -> None:
        """Everything in the folder came whole."""
        for path in sorted(self.folder.iterdir()):
            self.put(path.name)

    def damage(self, name: str, begin: int, end: int) -> None:
        """An article of this file is missing."""
        whole = self.known[name]
        with (self.folder / name).open("r+b") as file:
            file.seek(begin)
            file.write(bytes(end - begin))
        self.known[name] = Arrived(name, whole.size, None, (*whole.bad, (begin, end)))

    def lose(self, name: str) -> None:
        """Nothing of this file came."""
        size = self.known[name].size
        (self.folder / name).unlink()
        self.known[name] = Arrived(name, size, None, ((0, size),))

    def protect(self, blocks: int = 16, *names: str) -> None:
        """A par2 set of the files; only its index came, the volumes are still to be had."""
        content: dict[str, bytes | Path] = {
            name: (self.folder / name).read_bytes() for name in names or sorted(self.known)
        }
        for path in make_par2(self.elsewhere, "film", content, blocks=blocks, slice_size=SLICE).values():
            if ".vol" in path.name:
                count = int(path.name.split("+")[1].split(".")[0])
                self.volumes[path.name] = Volume(path.name, path.name, count, path.stat().st_size)
            else:
                self.put(path.name, path.read_bytes())

    def rename(self, name: str, other: str) -> None:
        """The poster gave it another name."""
        (self.folder / name).rename(self.folder / other)
        old = self.known.pop(name)
        self.known[other] = Arrived(other, old.size, old.crc, old.bad)

    async def finish(self, *passwords: str, wishes: Wishes | None = None, name: str = "The Film 2026") -> PostResult:
        """Finish the job."""
        job = PostJob(name, tuple(self.known.values()), tuple(self.volumes.values()), passwords, wishes or Wishes())
        result = await finish(self.folder, job, self._fetch, lambda stage, words: self.told.append((stage, words)))
        if result.is_complete:
            assert (await finish(self.folder, job, self._fetch, lambda *_: None)).is_complete  # as after a crash
            forget_opened(self.folder)
        return result

    async def _fetch(self, wanted: Sequence[Volume]) -> list[Arrived]:
        for volume in wanted:
            self.fetched.append(volume.name)
            self.put(volume.name, (self.elsewhere / volume.name).read_bytes())
        return [self.known[volume.name] for volume in wanted]

    def names(self) -> list[str]:
        """What is there now."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


FILM = made_up(300_123, 1)
"""What is posted most of the time."""
