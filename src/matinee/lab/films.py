"""The film stock: every reel is painted, shot, scored and cut once, and kept until the recipe changes."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from matinee.lab import ffmpeg, torrents
from matinee.lab.offers import CUTS, OFFERS, Offer
from matinee.lab.paint import letters_file, scenery
from matinee.lab.reels import FILM_SECONDS, REELS, WIDTHS, Cut, Reel
from matinee.lab.torrents import Torrent

RECIPE = 1  # raise it when films must be made anew although the catalogue did not change
Progress = Callable[[int, int], None]
Task = Callable[[], object]


def film_stock(folder: Path, on_progress: Progress | None = None) -> tuple[Torrent, ...]:
    """The torrents of all offers, their films made first if need be; one maker at a time for each folder.

    `on_progress` hears (steps done, steps in all), from any thread.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stock = folder / f"films-{recipe()}"
    with _alone(folder):
        if not stock.is_dir():
            _make(folder, stock, on_progress or (lambda _done, _all: None))
    return tuple(
        torrents.read(offer, stock / "seeds", (stock / "torrents" / offer.name).read_bytes()) for offer in OFFERS
    )


def recipe() -> str:
    """A mark that changes with everything the films depend on."""
    return hashlib.sha256(repr((RECIPE, REELS, OFFERS)).encode()).hexdigest()[:12]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else makes films in this folder."""
    with (folder / "films.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(folder: Path, stock: Path, on_progress: Progress) -> None:
    """Make everything beside its place and move it there when it is whole; older stocks go."""
    work = folder / "making"
    shutil.rmtree(work, ignore_errors=True)
    for part in ("cuts", "seeds", "torrents"):
        (work / part).mkdir(parents=True)
    for tasks in _stages(work / "cuts", work / "seeds", work / "torrents", on_progress):
        _all_at_once(tasks)
    shutil.rmtree(work / "cuts")
    for old in folder.glob("films-*/"):
        shutil.rmtree(old)
    work.rename(stock)


def _stages(cuts: Path, seeds: Path, infos: Path, on_progress: Progress) -> Iterator[list[Task]]:
    """What is to be done, in stages; within a stage in any order."""
    (cuts / "letters.ttf").write_bytes(letters_file())
    clips = {_clip_name(cut, scene): (cut, scene) for cut in CUTS for scene in _scenes(cut)}
    stages: list[list[Task]] = [
        [_task(_prepare, cuts, reel) for reel in REELS],
        [_task(_shoot, cuts, name, cut, scene) for name, (cut, scene) in clips.items()],
        [_task(_splice, cuts, cut) for cut in CUTS],
        [_task(_pack, offer, cuts, seeds, infos) for offer in OFFERS],
    ]
    total, done = sum(map(len, stages)), 0
    for stage in stages:
        on_progress(done, total)
        yield stage
        done += len(stage)
    on_progress(total, total)


def _task(do: Callable[..., object], *of: object) -> Task:
    return lambda: do(*of)


def _all_at_once(tasks: Sequence[Task]) -> None:
    """Do them on all processors; the first error is raised."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as hands:
        for end in [hands.submit(task) for task in tasks]:
            end.result()


def _prepare(cuts: Path, reel: Reel) -> None:
    """Paint the scenery, play the score, write captions and chapters."""
    scale = ffmpeg.SCENERY_SCALE
    scenery(reel.title, (round(WIDTHS[1080] * scale), round(1080 * scale))).save(cuts / f"{reel.slug}.ppm")
    ffmpeg.record(cuts, f"{reel.slug}.m4a", reel.scenes)
    for number, scene in enumerate(reel.scenes):
        (cuts / f"{reel.slug}-{number}.caption").write_text(f"{reel.label}  ·  {number + 1}  ·  {scene.name}")
    (cuts / f"{reel.slug}.caption").write_text(reel.label)
    (cuts / f"{reel.slug}.chapters").write_text(_chapters(reel))


def _chapters(reel: Reel) -> str:
    """The chapters in ffmpeg's metadata format."""
    each = FILM_SECONDS * 1000 // len(reel.scenes)
    marks = (
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={number * each}\nEND={(number + 1) * each}\ntitle={scene.name}\n"
        for number, scene in enumerate(reel.scenes)
    )
    return f";FFMETADATA1\ntitle={reel.label}\n" + "".join(marks)


def _scenes(cut: Cut) -> Sequence[int]:
    """Which scenes are filmed for a cut: the fine ones have all, the others are content with one."""
    return range(len(cut.reel.scenes)) if cut.height == max(WIDTHS) else (0,)


def _clip_name(cut: Cut, scene: int) -> str:
    return f"{cut.reel.slug}-{cut.height}-{cut.kbit}-{scene}.mp4"


def _shoot(cuts: Path, name: str, cut: Cut, scene: int) -> None:
    """Film one clip."""
    several = len(_scenes(cut)) > 1
    ffmpeg.shoot(
        cuts,
        name,
        cut=cut,
        scene=scene,
        scenery=f"{cut.reel.slug}.ppm",
        caption=f"{cut.reel.slug}-{scene}.caption" if several else f"{cut.reel.slug}.caption",
        letters="letters.ttf" if (cuts / "letters.ttf").stat().st_size else "",
    )


def _splice(cuts: Path, cut: Cut) -> None:
    """Repeat the clips until the film is full."""
    scenes = _scenes(cut)
    times = round(FILM_SECONDS / len(scenes) / ffmpeg.CLIP_SECONDS)
    clips = [_clip_name(cut, scene) for scene in scenes for _ in range(times)]
    sound, chapters = f"{cut.reel.slug}.m4a", f"{cut.reel.slug}.chapters"
    ffmpeg.splice(cuts, cut.file_name, clips=clips, sound=sound, chapters=chapters, cut=cut)


def _pack(offer: Offer, cuts: Path, seeds: Path, infos: Path) -> None:
    """Lay an offer's files where they are seeded from and write down its torrent's info."""
    for file in offer.files:
        target = seeds / torrents.place(offer, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(file.source, Cut):
            target.hardlink_to(cuts / file.source.file_name)
        elif isinstance(file.source, bytes):
            target.write_bytes(file.source)
    (infos / offer.name).write_bytes(torrents.describe(offer, seeds))
