"""The camera and the cutting room: ffmpeg, told in the words of the lab."""

import math
import subprocess
import wave
from array import array
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]

from matinee.kernel.errors import Unreachable
from matinee.lab.reels import FILM_SECONDS, WIDTHS, Cut, Scene

FPS = 24
CLIP_SECONDS = 3.75
SAMPLE_RATE = 48000
SCENERY_SCALE = 1.1  # the painting is larger than the frame, so that the camera can move
_EXACT = ("-fflags", "+bitexact", "-flags", "+bitexact")


def shoot(folder: Path, target: str, *, cut: Cut, scene: int, scenery: str, caption: str, letters: str) -> None:
    """Film one clip: the camera circles over the painting and comes back, so that the clip can be repeated.

    All names are relative to the folder. The bitrate is constant, so that sizes are known beforehand.
    """
    width, height = WIDTHS[cut.height], cut.height
    turn = f"2*PI*t/{CLIP_SECONDS}+{scene * math.pi / 2:.4f}"
    steps = [
        f"hue=h={(0, 24, -28, -60)[scene]}",
        f"scale={_even(width * SCENERY_SCALE)}:{_even(height * SCENERY_SCALE)}",
        "format=yuv420p",
        "loop=-1:1",
        f"crop={width}:{height}:x='(iw-ow)/2*(1+sin({turn}))':y='(ih-oh)/2*(1+cos({turn}))'",
    ]
    if letters and can_write():
        steps.append(
            f"drawtext=fontfile={letters}:textfile={caption}:fontcolor=white@0.9:fontsize={height // 20}"
            f":x={height // 14}:y=h-{height // 8}:shadowcolor=black@0.6:shadowx=2:shadowy=2"
        )
    rate = f"{cut.kbit}k"
    _run(
        folder,
        ["-framerate", str(FPS), "-i", scenery, "-vf", ",".join(steps), "-frames:v", str(int(FPS * CLIP_SECONDS))],
        ["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-g", "45", "-b:v", rate, "-minrate", rate],
        ["-maxrate", rate, "-bufsize", rate, "-x264-params", "nal-hrd=cbr", *_EXACT, target],
    )


def record(folder: Path, target: str, scenes: Sequence[Scene]) -> None:
    """Play the chords of the scenes, one after another, as AAC."""
    score = folder / f"{target}.wav"
    each = FILM_SECONDS // len(scenes)
    with wave.open(str(score), "wb") as tape:
        tape.setnchannels(1)
        tape.setsampwidth(2)
        tape.setframerate(SAMPLE_RATE)
        for scene in scenes:
            tape.writeframes(_second_of(scene.chord) * each)
    _run(folder, ["-i", score.name, "-ac", "2", "-c:a", "aac", "-b:a", "128k", *_EXACT, target])
    score.unlink()


def splice(folder: Path, target: str, *, clips: Sequence[str], sound: str, chapters: str, cut: Cut) -> None:
    """Cut clips, sound and chapters together without encoding again."""
    listing = folder / f"{target}.txt"
    listing.write_text("".join(f"file '{clip}'\n" for clip in clips))
    _run(
        folder,
        ["-f", "concat", "-safe", "0", "-i", listing.name, "-i", sound, "-i", chapters],
        ["-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2", "-c", "copy"],
        ["-metadata:s:a:0", f"language={cut.language}", "-metadata:s:v:0", "language=und", "-t", str(cut.seconds)],
        ["-movflags", "+faststart"] if cut.container == "mp4" else [],
        [*_EXACT, target],
    )
    listing.unlink()


@cache
def can_write() -> bool:
    """Whether this ffmpeg can write letters into a picture."""
    answer = subprocess.run([_ffmpeg(), "-hide_banner", "-filters"], capture_output=True, check=False)  # noqa: S603
    return b" drawtext " in answer.stdout


def _second_of(chord: Sequence[int]) -> bytes:
    """One second of a softly swelling chord; whole Hz, so that seconds join without a click."""
    return array(
        "h",
        (
            int(
                5200 * (0.7 + 0.3 * math.cos(math.tau * at / SAMPLE_RATE))
                * sum(math.sin(math.tau * note * at / SAMPLE_RATE) for note in chord) / len(chord)
            )
            for at in range(SAMPLE_RATE)
        ),
    ).tobytes()  # fmt: skip


def _even(length: float) -> int:
    return round(length / 2) * 2


@cache
def _ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def _run(folder: Path, *parts: Sequence[str]) -> None:
    """Run ffmpeg in the folder; Unreachable with its last words when it fails."""
    command = [_ffmpeg(), "-nostdin", "-v", "error", "-y", *(word for part in parts for word in part)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Unreachable(f"ffmpeg could not make {parts[-1][-1]}: {done.stderr.strip()[-400:]}")
