"""A package comes from the internet: whatever is in it, only definitions of a sane size come out."""

import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from matinee.engines.indexer.shelf import package as shelf_package
from matinee.engines.indexer.shelf.package import LARGEST_FILE, read_folder, read_zip
from matinee.kernel.errors import Refused
from tests.engines.indexer.shelf.packages import package


def test_definitions_are_found_at_any_depth_and_nothing_else() -> None:
    texts = read_zip(package({"top/a.yml": "a", "top/v11/b.YML": "b", "c.yaml": "c", "schema.json": "{}"}), "x.zip")
    assert texts.found == {"c.yaml": "c", "top/a.yml": "a", "top/v11/b.YML": "b"}


@pytest.mark.parametrize("name", ["../evil.yml", "/etc/evil.yml", "a/../../evil.yml", "..\\evil.yml", "C:\\evil.yml"])
def test_a_path_out_of_the_package_is_left_out(name: str) -> None:
    texts = read_zip(package({name: "x", "good.yml": "y"}), "x.zip")
    assert texts.found == {"good.yml": "y"}
    assert "leads out" in next(iter(texts.refused.values()))


def test_a_link_in_the_package_is_left_out() -> None:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        entry = zipfile.ZipInfo("link.yml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    texts = read_zip(whole.getvalue(), "x.zip")
    assert (texts.found, texts.refused) == ({}, {"link.yml": "it is a link"})


def test_a_file_that_is_too_large_is_not_unpacked() -> None:
    texts = read_zip(package({"bomb.yml": bytes(LARGEST_FILE + 1), "good.yml": "y"}), "x.zip")
    assert list(texts.found) == ["good.yml"]
    assert "larger than 512 kB" in texts.refused["bomb.yml"]


def test_a_file_that_lies_about_its_size_is_still_bounded() -> None:
    data = bytearray(package({"bomb.yml": b"a" * (LARGEST_FILE * 4)}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)  # the directory says: a hundred bytes
    try:
        assert read_zip(bytes(data), "x.zip").found.keys() <= {"bomb.yml"}
    except Refused:
        return


def test_many_bombs_are_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_package, "_LARGEST_WHOLE", 1024)
    with pytest.raises(Refused, match="unpacks to more"):
        read_zip(package({f"{n}.yml": bytes(200) for n in range(20)}), "x.zip")
    monkeypatch.setattr(shelf_package, "_MOST_ENTRIES", 10)
    with pytest.raises(Refused, match="more than 10 files"):
        read_zip(package({f"{n}.yml": "" for n in range(20)}), "x.zip")
    monkeypatch.setattr(shelf_package, "LARGEST_PACKAGE", 10)
    with pytest.raises(Refused, match="package is larger"):
        read_zip(package({"a.yml": ""}), "x.zip")


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match=r"x.zip: this is not a zip of definitions"):
        read_zip(data, "x.zip")


def test_a_broken_zip_is_refused() -> None:
    data = bytearray(package({"a.yml": "text " * 100}))
    data[45:60] = bytes(15)
    with pytest.raises(Refused):
        read_zip(bytes(data), "x.zip")


def test_a_file_in_another_alphabet_is_told() -> None:
    assert read_zip(package({"a.yml": b"\xff\xfe\x00"}), "x.zip").refused == {"a.yml": "it is not written in UTF-8"}


def test_a_folder_is_read_like_a_package(tmp_path: Path) -> None:
    (tmp_path / "v11").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "v11/a.yml").write_text("a")
    (tmp_path / ".git/b.yml").write_text("b")
    (tmp_path / "big.yml").write_bytes(bytes(LARGEST_FILE + 1))
    (tmp_path / "out.yml").symlink_to("/etc/hostname")
    texts = read_folder(tmp_path)
    assert texts.found == {"v11/a.yml": "a"}
    assert texts.refused["out.yml"] == "it is a link that leads out of the folder"
    assert "larger" in texts.refused["big.yml"]
