import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.kernel.errors import Conflict, NotFound, Refused, Unreachable
from matinee.media.naming.safe import fit_file
from matinee.pipeline import placing
from matinee.pipeline.placing import Placed, place, take_back


class House(NamedTuple):
    downloads: Path
    library: Path
    source: Path
    target: Path

    def place(self, *, allow_copy: bool = False) -> Placed:
        return place(self.source, self.target, within=self.downloads, allow_copy=allow_copy)

    def files(self) -> list[str]:
        return sorted(str(p.relative_to(self.library)) for p in self.library.rglob("*"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return _house(tmp_path)


def _house(root: Path, name: str = "Tin Comet (2021) WEBDL-1080p.mkv") -> House:
    downloads, library = root / "downloads", root / "library"
    (downloads / "rls").mkdir(parents=True)
    library.mkdir()
    source = downloads / "rls" / "film.mkv"
    source.write_bytes(b"film" * 1000)
    return House(downloads, library, source, library / "Tin Comet (2021)" / name)


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    """Downloads and library on two filesystems."""
    link = os.link

    def refuse(source: Path, target: Path, **options: Any) -> None:
        if Path(source).is_relative_to(house.downloads):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        link(source, target, **options)

    monkeypatch.setattr(os, "link", refuse)


def test_the_film_has_two_names_and_one_body(house: House) -> None:
    assert house.place() == Placed(house.target, "hardlink")
    assert house.target.samefile(house.source)
    assert house.files() == ["Tin Comet (2021)", "Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv"]


def test_placing_again_changes_nothing(house: House) -> None:
    house.place()
    assert house.place() == Placed(house.target, "hardlink", already=True)


def test_something_else_at_the_target_is_a_conflict_and_stays(house: House) -> None:
    house.target.parent.mkdir()
    house.target.write_bytes(b"dear")
    with pytest.raises(Conflict, match=r"Tin Comet.*something else than 'film\.mkv'"):
        house.place(allow_copy=True)
    assert house.target.read_bytes() == b"dear"


def test_a_dangling_link_at_the_target_is_a_conflict(house: House) -> None:
    house.target.parent.mkdir()
    house.target.symlink_to("nowhere")
    with pytest.raises(Conflict):
        house.place()
    assert house.target.is_symlink()


def test_a_file_where_a_folder_should_be_is_a_conflict(house: House) -> None:
    house.target.parent.write_text("a note")
    with pytest.raises(Conflict, match="Tin Comet"):
        house.place()
    assert house.target.parent.read_text() == "a note"


@pytest.mark.usefixtures("no_links")
def test_two_filesystems_are_refused_with_the_cure(house: House) -> None:
    with pytest.raises(Refused, match="or allow copies"):
        house.place()
    assert house.files() == []


@pytest.mark.usefixtures("no_links")
def test_a_copy_is_made_when_allowed(house: House) -> None:
    assert house.place(allow_copy=True) == Placed(house.target, "copy")
    assert house.target.read_bytes() == house.source.read_bytes()
    assert house.target.stat().st_mtime_ns == house.source.stat().st_mtime_ns
    assert len(house.files()) == 2
    assert house.place(allow_copy=True) == Placed(house.target, "copy", already=True)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no second filesystem here")
def test_two_real_filesystems_need_a_copy(house: House) -> None:
    with TemporaryDirectory(dir="/dev/shm") as other:
        target = Path(other) / "a" / "film.mkv"
        with pytest.raises(Refused, match="two filesystems"):
            place(house.source, target, within=house.downloads, allow_copy=False)
        assert not any(Path(other).iterdir())
        assert place(house.source, target, within=house.downloads, allow_copy=True).how == "copy"
        assert target.read_bytes() == house.source.read_bytes()


@pytest.mark.usefixtures("no_links")
def test_a_full_disk_is_told_in_figures_and_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3000))
    with pytest.raises(Unreachable, match=r"is full: 0 MB free, 1 MB needed"):
        house.place(allow_copy=True)
    assert house.files() == []


@pytest.mark.usefixtures("no_links")
def test_a_disk_that_fills_up_meanwhile_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(placing, "_transfer", fill)
    with pytest.raises(Unreachable, match="is full"):
        house.place(allow_copy=True)
    assert house.files() == []


@pytest.mark.usefixtures("no_links")
def test_a_copy_that_differs_is_thrown_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "_transfer", lambda *_: b"another digest")
    with pytest.raises(Unreachable, match="differs"):
        house.place(allow_copy=True)
    assert house.files() == []


def test_a_symlink_is_refused(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("key")
    house.source.unlink()
    house.source.symlink_to(secret)
    with pytest.raises(Refused, match="no ordinary file"):
        house.place()


def test_a_folder_that_leads_out_of_the_download_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "film.mkv").write_text("other")
    (house.downloads / "out").symlink_to(tmp_path)
    with pytest.raises(Refused, match="outside"):
        place(house.downloads / "out" / "film.mkv", house.target, within=house.downloads, allow_copy=True)
    with pytest.raises(Refused, match="outside"):
        place(house.downloads / ".." / "film.mkv", house.target, within=house.downloads, allow_copy=True)
    assert house.files() == []


def test_a_folder_and_a_pipe_are_refused(house: House) -> None:
    os.mkfifo(house.downloads / "pipe")
    for source in (house.downloads / "rls", house.downloads / "pipe"):
        with pytest.raises(Refused, match="no ordinary file"):
            place(source, house.target, within=house.downloads, allow_copy=True)


def test_a_film_that_is_gone_is_not_found(house: House) -> None:
    house.source.unlink()
    with pytest.raises(NotFound, match=r"film\.mkv"):
        house.place()


def test_a_name_too_long_for_the_disk_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="too long"):
        place(house.source, house.library / "new" / ("x" * 300), within=house.downloads, allow_copy=False)
    assert house.files() == []


def test_a_copy_in_progress_is_left_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.target.parent.mkdir()
    monkeypatch.setattr(placing, "_link", lambda *_: None)
    with placing._part_for(house.target) as part:
        part.write(b"half")
        part.flush()
        with pytest.raises(Unreachable, match="another worker"):
            house.place(allow_copy=True)
        assert placing._part(house.target).read_bytes() == b"half"


CRASH = """
import errno, os, sys
from pathlib import Path
from matinee.pipeline import placing
step, copying, source, target, within = int(sys.argv[1]), sys.argv[2] == "copy", *map(Path, sys.argv[3:])
link = os.link
def across(a, b, **options):
    if copying and a == source:
        raise OSError(errno.EXDEV, "cross-device")
    link(a, b, **options)
os.link = across
seen = 0
def die(event, args):
    global seen
    if event in ("open", "os.link", "os.mkdir", "os.remove", "os.utime", "fcntl.flock"):
        seen += 1
        if seen > step:
            os._exit(137)
sys.addaudithook(die)
placing.place(source, target, within=within, allow_copy=copying)
"""


@pytest.mark.parametrize("how", ["hardlink", "copy"])
def test_a_crash_at_any_step_is_healed_by_placing_again(tmp_path: Path, how: str) -> None:
    for step in range(40):
        house = _house(tmp_path / str(step))
        places = [str(house.source), str(house.target), str(house.downloads)]
        died = subprocess.run([sys.executable, "-c", CRASH, str(step), how, *places], check=False).returncode
        assert house.place(allow_copy=True).path == house.target
        assert house.target.read_bytes() == house.source.read_bytes()
        assert len(house.files()) == 2, f"leftovers after a crash at step {step}"
        if died == 0:
            assert step > 3, "so few steps to crash at"
            return
        assert died == 137
    pytest.fail("never reached the end")


@given(st.text(), st.text())
@settings(max_examples=40, deadline=None)
def test_every_name_we_make_can_be_placed(title: str, detail: str) -> None:
    with TemporaryDirectory() as root:
        name = fit_file(title, " - S01E02", detail, after=" WEBDL-1080p", suffix=".mkv", otherwise="series-tvmaze-7")
        house = _house(Path(root), name)
        assert house.place().path.name == name
        house.target.with_name(house.target.stem + ".pt-BR.forced.srt").touch()


def test_what_was_placed_can_be_taken_back_with_its_folder(house: House) -> None:
    take_back(house.place())
    assert house.files() == []
    house.place()
    take_back(house.place())
    assert house.target.exists()  # it had been there before
