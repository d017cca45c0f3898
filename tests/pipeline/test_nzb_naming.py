"""A download from usenet gets a name that is safe as a folder, and a key by which it is known again."""

import pytest

from matinee.kernel.errors import Refused
from matinee.pipeline.nzb_naming import LONGEST_NAME, folder_name, nzb_key, nzb_name, nzb_of
from matinee.pipeline.ports import Payload
from tests.products.newznab.nzbs import NZB


def titled(title: str) -> bytes:
    return NZB.replace(b"<file ", f'<head><meta type="title">{title}</meta></head><file '.encode(), 1)


def test_the_title_names_it_and_else_the_largest_file() -> None:
    assert nzb_name(titled("Tin Comet 2021")) == "Tin Comet 2021"
    assert nzb_name(NZB) == "tram"
    assert nzb_name(titled("...")) == nzb_key(titled("..."))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d*e", "a_b_c_d_e"),
        (" .hidden. ", "hidden"),
        ("line\nbreak\x00", "linebreak"),
        ("é" * 300, "é" * (LONGEST_NAME // 2)),
    ],
)
def test_a_name_is_one_folder(text: str, name: str) -> None:
    assert folder_name(text) == name


def test_the_same_nzb_has_the_same_key() -> None:
    assert nzb_key(NZB) == nzb_key(bytes(NZB)) != nzb_key(titled("x"))
    assert len(nzb_key(NZB)) == 32


@pytest.mark.parametrize("payload", [Payload(), Payload(torrent=b"x"), Payload(nzb=b"rubbish"), Payload(nzb=b"")])
def test_what_is_no_nzb_is_refused(payload: Payload) -> None:
    with pytest.raises(Refused):
        nzb_of(payload)
