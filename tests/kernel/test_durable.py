"""Writing as a whole: whoever looks finds the old file or the new one, and nothing beside it."""

import os
import stat
from pathlib import Path

import pytest

from matinee.kernel.durable import OWN, SHARED, erase_durably, write_all_durably, write_durably


@pytest.fixture
def umask() -> int:
    told = os.umask(0o022)
    os.umask(told)
    return told


@pytest.mark.parametrize("mode", [OWN, SHARED])
def test_the_new_stands_in_the_place_of_the_old(tmp_path: Path, umask: int, mode: int) -> None:
    page = tmp_path / "page.json"
    page.write_bytes(b"old, and longer than the new one")
    page.chmod(0o666)
    write_durably(page, b"new", mode)
    assert page.read_bytes() == b"new"
    assert stat.S_IMODE(page.stat().st_mode) == mode & ~umask
    assert list(tmp_path.iterdir()) == [page]


def test_what_a_crash_left_is_not_written_into(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"untouched")
    (tmp_path / ".page.draft").symlink_to(elsewhere)
    write_durably(tmp_path / "page", b"new")
    assert elsewhere.read_bytes() == b"untouched"
    assert (tmp_path / "page").read_bytes() == b"new"


def test_a_disk_that_takes_nothing_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {tmp_path / name: b"new" for name in ("one", "two")}
    for page in pages:
        page.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_all_durably(pages)
    assert sorted(tmp_path.iterdir()) == sorted(pages)
    assert all(page.read_bytes() == b"old" for page in pages)


def test_erasing_what_is_gone_is_no_fault(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_bytes(b"here")
    erase_durably(page, tmp_path / "gone")
    assert not list(tmp_path.iterdir())
    erase_durably()
