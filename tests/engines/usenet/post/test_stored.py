"""Stored RAR archives are opened volume by volume, to the same files as in one go; all else is left for later."""

import json
import os
import shutil
import zlib
from pathlib import Path
from typing import Any

import pytest

from matinee.engines.usenet.post.feeding import Answer, Feed
from matinee.engines.usenet.post.stored import LOCKED, UNSUITED, open_stored
from tests.engines.usenet.post.parcels import FILM, Parcel, rar, rars

FILES = {"The.Film.mkv": FILM, "sub/The.Film.en.srt": b"words" * 9000, "empty.nfo": b"", "about.nfo": b"about"}


async def fed(stage: Path, volumes: list[Path]) -> list[Answer]:
    feed = Feed(stage)
    try:
        answers = []
        for volume in volumes:
            answers.append(await feed.give(volume))
            if answers[-1].is_done or answers[-1].trouble:
                break
        return answers
    finally:
        await feed.stop()


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    (tmp_path / "stage").mkdir()
    return tmp_path / "stage"


@pytest.mark.parametrize("volume", [0, 20_000, 70_001, 2_000_000])
@pytest.mark.parametrize("format", ["rar40", "rar50", "rar70"])
async def test_the_files_are_those_of_the_usual_way(
    parcel: Parcel, stage: Path, tmp_path: Path, format: str, volume: int
) -> None:
    files = {"The.Film.mkv": FILM} if volume and format == "rar40" else FILES  # which are made of one file alone
    volumes = rar(parcel.folder, files, volume=volume, format=format)
    answers = await fed(stage, volumes)
    assert [answer.is_done for answer in answers] == [False] * (len(volumes) - 1) + [True], answers
    rars.extract_volumes([str(one) for one in volumes], str(tmp_path / "usual"), None)
    assert content(stage) == content(tmp_path / "usual") == files


async def test_each_volume_is_copied_when_it_comes(parcel: Parcel, stage: Path) -> None:
    volumes = rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000)
    feed = Feed(stage)
    try:
        for count, volume in enumerate(volumes[:3], start=1):
            assert await feed.give(volume) == Answer()
            size = (stage / "The.Film.mkv").stat().st_size
            assert (count - 1) * 69_000 < size <= count * 70_000
            assert (stage / "The.Film.mkv").read_bytes() == FILM[:size]
    finally:
        await feed.stop()


@pytest.mark.parametrize(
    ("options", "trouble"),
    [
        ({"store": False}, UNSUITED),
        ({"password": "secret"}, LOCKED),
        ({"password": "secret", "encrypt_headers": True}, LOCKED),
        ({"password": "secret", "encrypt_headers": True, "format": "rar40"}, LOCKED),
        ({"password": "secret", "format": "rar40"}, LOCKED),
        ({"store": False, "format": "rar40"}, UNSUITED),
        ({"store": False, "format": "rar29"}, UNSUITED),
    ],
    ids=str,
)
async def test_what_is_compressed_or_encrypted_is_left_to_the_usual_way(
    parcel: Parcel, stage: Path, options: dict[str, Any], trouble: str
) -> None:
    builder = rars.RarBuilder(**{"store": True, **options})
    builder.add_bytes(b"the same again " * 5000, "The.Film.mkv")
    builder.write(str(parcel.folder / "film.rar"))
    (answer,) = await fed(stage, [parcel.folder / "film.rar"])
    assert answer.trouble == trouble, answer
    assert content(stage) == {}


@pytest.mark.parametrize("data", [b"", b"no archive at all", b"Rar!\x1a\x07"])
async def test_what_is_no_rar_is_left_alone(parcel: Parcel, stage: Path, data: bytes) -> None:
    parcel.put("film.rar", data)
    (answer,) = await fed(stage, [parcel.folder / "film.rar"])
    assert answer.trouble == UNSUITED


async def test_links_are_left_to_the_usual_way(parcel: Parcel, stage: Path) -> None:
    builder = rars.RarBuilder(format="rar50", store=True)
    builder.add_unix_symlink("link", "/etc/passwd")
    builder.write(str(parcel.folder / "film.rar"))
    (answer,) = await fed(stage, [parcel.folder / "film.rar"])
    assert answer.trouble == UNSUITED
    assert not any(path.is_symlink() for path in stage.rglob("*"))


def renamed(volume: Path, old: bytes, new: bytes) -> None:
    """Another name of the same length in a RAR 5 header, whose checksum is made right."""
    whole = volume.read_bytes()
    at = whole.index(old)
    for begin in range(at - 10, 7, -1):
        end = begin + 5 + whole[begin + 4]
        if end > at and zlib.crc32(whole[begin + 4 : end]).to_bytes(4, "little") == whole[begin : begin + 4]:
            header = whole[begin + 4 : end].replace(old, new)
            volume.write_bytes(whole[:begin] + zlib.crc32(header).to_bytes(4, "little") + header + whole[end:])
            return
    raise AssertionError("there is no such header")


@pytest.mark.parametrize(
    "name", ["../climber.mkv", "/tmp/climb.mkv", "a/./climb.mkv", "a//climber.mkv", "a\\climber.mkv"]
)
async def test_a_name_that_leads_elsewhere_is_not_followed(parcel: Parcel, stage: Path, name: str) -> None:
    (volume,) = rar(parcel.folder, {"x" * len(name): b"out"})
    renamed(volume, b"x" * len(name), name.encode())
    (answer,) = await fed(stage, [volume])
    assert answer.trouble == UNSUITED
    assert content(stage) == {} and not list(stage.parent.glob("climber*"))


async def test_two_files_of_one_name_are_left_to_the_usual_way(parcel: Parcel, stage: Path) -> None:
    (volume,) = rar(parcel.folder, {"one.mkv": b"first", "two.mkv": b"second"})
    renamed(volume, b"two.mkv", b"one.mkv")
    (answer,) = await fed(stage, [volume])
    assert answer.trouble == UNSUITED


@pytest.mark.parametrize("format", ["rar40", "rar50"])
async def test_damage_of_any_kind_is_noticed(parcel: Parcel, stage: Path, format: str) -> None:
    volumes = rar(parcel.folder, {"The.Film.mkv": FILM[:3000]}, volume=1000, format=format)
    for number, volume in enumerate(volumes):
        whole = volume.read_bytes()
        for at in range(0, len(whole), 3):
            damaged = bytearray(whole)
            damaged[at] ^= 0x5A
            if await _opens_wrongly(stage, volumes, number, bytes(damaged)):
                pytest.fail(f"byte {at} of volume {number}")
        volume.write_bytes(whole)


async def _opens_wrongly(stage: Path, volumes: list[Path], number: int, damaged: bytes) -> bool:
    """In this process: thousands of others would take too long."""
    shutil.rmtree(stage)
    stage.mkdir()
    volumes[number].write_bytes(damaged)
    answers = list(open_stored(stage, (json.dumps(str(one)) for one in volumes)))
    return bool(answers and answers[-1].get("done") and content(stage) != {"The.Film.mkv": FILM[:3000]})


async def test_a_missing_volume_is_noticed(parcel: Parcel, stage: Path) -> None:
    volumes = rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000)
    answers = await fed(stage, [volumes[0], *volumes[2:]])
    assert answers[-1].trouble == "damaged"
    assert (await fed(stage, volumes[1:]))[-1].trouble == "damaged"


async def test_nothing_is_written_outside_the_stage_even_if_it_wanted_to(
    parcel: Parcel, stage: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The names are trusted here, and the kernel keeps the door all the same."""
    cell = tmp_path / "cell"
    cell.mkdir()
    for name in ("cell.py", "stored.py"):
        source = Path(__file__).parents[4] / "src/matinee/engines/usenet/post" / name
        trusting = "def _plain(name): return name\ndef _unused(name):"
        (cell / name).write_text(source.read_text().replace("def _plain(name: str) -> str:", trusting))
    monkeypatch.setattr("matinee.engines.usenet.post.running.CELL", cell / "cell.py")
    (volume,) = rar(parcel.folder, {"x" * 14: b"out"})
    renamed(volume, b"x" * 14, b"../climber.mkv")
    (answer,) = await fed(stage, [volume])
    if (stage.parent / "climber.mkv").exists():
        pytest.skip("this kernel has no Landlock")
    assert answer.trouble == "disk"


async def test_a_process_that_dies_is_no_archive(parcel: Parcel, stage: Path) -> None:
    volumes = rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000)
    feed = Feed(stage)
    await feed.give(volumes[0])
    assert feed._process
    os.kill(feed._process.pid, 9)
    assert (await feed.give(volumes[1])).trouble == "damaged"
    await feed.stop()
