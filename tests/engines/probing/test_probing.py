import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]
import pytest

from matinee.engines import probing
from matinee.engines.probing import probe
from matinee.engines.probing.child import probe_file
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.file import Chapter, MediaFacts
from matinee.pipeline.ports import FileProbe

CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=Arrival
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2000
title=Départ
"""
PICTURE = ("-f", "lavfi", "-i", "testsrc=s=320x180:r=10:d=2")
SOUND = ("-f", "lavfi", "-i", "sine=d=2")


def ffmpeg(*arguments: str) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-threads", "1", *arguments], check=True)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    (folder / "chapters.txt").write_text(CHAPTERS)
    (folder / "line.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    inputs = (*PICTURE, *SOUND, *SOUND, "-i", str(folder / "line.srt"), "-i", str(folder / "chapters.txt"))
    maps = ("-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-map_chapters", "4")
    told = ("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=fre")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-c:s", "srt", "-t", "2")
    ffmpeg(*inputs, *maps, *told, *codecs, str(folder / "film.mkv"))
    ffmpeg(*SOUND, "-c:a", "aac", str(folder / "song.mp4"))
    ffmpeg(*PICTURE, "-frames:v", "1", str(folder / "cover.png"))
    cover = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic")
    ffmpeg("-i", str(folder / "song.mp4"), "-i", str(folder / "cover.png"), *cover, str(folder / "covered.mp4"))
    return folder


async def refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        await probe(path)
    return str(caught.value)


async def test_a_film_tells_what_plays_in_it(shelf: Path) -> None:
    facts = await probe(shelf / "film.mkv")
    assert 1.9 < facts.duration < 2.1
    assert facts == MediaFacts(
        duration=facts.duration,
        width=320,
        height=180,
        video_codec="h264",
        audio_codec="aac",
        container="matroska,webm",
        audio_languages=("ger", "eng"),
        subtitle_languages=("fre",),
        chapters=(Chapter(0.0, "Arrival"), Chapter(1.0, "Départ")),
    )


async def test_the_probe_fills_the_port(shelf: Path) -> None:
    port: FileProbe = probe
    assert (await port(shelf / "film.mkv")).width == 320


async def test_a_song_has_no_picture_even_with_a_cover(shelf: Path) -> None:
    assert await refusal(shelf / "song.mp4") == "'song.mp4' is not a film we can play: it has no picture"
    assert await refusal(shelf / "covered.mp4") == "'covered.mp4' is not a film we can play: it has no picture"
    assert probe_file(shelf / "covered.mp4").audio_codec == "aac"


async def test_a_text_named_like_a_film_is_refused_without_telling_folders(tmp_path: Path) -> None:
    path = tmp_path / "fake.mp4"
    path.write_text("this is no film at all\n" * 99)
    message = await refusal(path)
    assert message.startswith("'fake.mp4' is not a film we can play: ")
    assert str(tmp_path) not in message


async def test_a_broken_film_is_refused(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.mkv"
    path.write_bytes(b"\0" * 40 + (shelf / "film.mkv").read_bytes()[40:400])
    assert "broken.mkv" in await refusal(path)


@pytest.mark.parametrize(
    "text",
    ["#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{film}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile '{film}'\n"],
)
async def test_a_playlist_in_disguise_opens_nothing_else(shelf: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "trap.mp4"
    path.write_text(text.format(film=shelf / "film.mkv"))
    await refusal(path)


async def test_an_empty_film_is_refused_and_a_missing_one_not_found(tmp_path: Path) -> None:
    (tmp_path / "empty.mkv").touch()
    await refusal(tmp_path / "empty.mkv")
    with pytest.raises(NotFound, match=r"gone\.mkv"):
        await probe(tmp_path / "gone.mkv")


@pytest.mark.parametrize("name", ["-i.mkv", "100%d.mkv", "http:film.mkv", "a'b ü.mkv"])
async def test_odd_names_are_only_names(shelf: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes((shelf / "film.mkv").read_bytes())
    assert (await probe(tmp_path / name)).height == 180


async def test_a_child_that_takes_too_long_is_killed(shelf: Path) -> None:
    with pytest.raises(Unreachable, match=r"'film\.mkv' was not understood within 0\.01 seconds"):
        await probe(shelf / "film.mkv", timeout=0.01)


async def test_a_cancelled_probe_leaves_no_child(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()
    start = probing._start

    async def tell(path: Path) -> asyncio.subprocess.Process:
        child = await start(path)
        started.put_nowait(child)
        return child

    monkeypatch.setattr(probing, "_start", tell)
    task = asyncio.create_task(probe(shelf / "film.mkv"))
    child = await started.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert child.returncode is not None


async def test_the_child_knows_no_secrets(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_TMDB_KEY", "secret")
    child = await probing._start(shelf / "film.mkv")
    environment = Path(f"/proc/{child.pid}/environ").read_text()
    await child.communicate()
    assert "secret" not in environment


def test_a_hostile_folder_cannot_replace_our_modules(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('owned')")
    command = [sys.executable, "-P", "-m", "matinee.engines.probing", str(shelf / "film.mkv")]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    assert json.loads(answer)["facts"]["width"] == 320


async def test_a_look_takes_no_second(shelf: Path) -> None:
    started = time.perf_counter()
    await probe(shelf / "film.mkv")
    assert time.perf_counter() - started < 3, "0.11 seconds are usual; this bound is for busy machines"
