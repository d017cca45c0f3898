"""A torrent's file names must stay inside the download folder."""

from typing import Any

import libtorrent as lt
import pytest

from matinee.engines.torrent.names import refuse_climbing_names
from matinee.kernel.errors import Refused


def info(**parts: Any) -> bytes:
    return lt.bencode({b"piece length": 16384, b"pieces": b"x" * 20, **{k.encode(): v for k, v in parts.items()}})


def with_path(*path: bytes) -> bytes:
    return info(name=b"Film", files=[{b"length": 5, b"path": [b"good.mkv"]}, {b"length": 5, b"path": list(path)}])


@pytest.mark.parametrize(
    "climbing",
    [
        with_path(b"..", b"..", b"x.mkv"),
        with_path(b"../x.mkv"),
        with_path(b"..\\x.mkv"),
        with_path(b"sub/../../x.mkv"),
        with_path(b"/etc/passwd"),
        with_path(b"\\windows\\x"),
        info(name=b"../../evil", length=5),
        info(name=b"/etc/evil", length=5),
        info(**{"name": b"fine", "name.utf-8": b"..", "length": 5}),
        info(name=b"Film", files=[{b"length": 5, b"path": [b"a"], b"path.utf-8": [b"..", b"a"]}]),
        info(name=b"Film", files=[{b"length": 0, b"path": [b"l"], b"attr": b"l", b"symlink path": [b"..", b"etc"]}]),
        info(**{"name": b"Film", "file tree": {b"..": {b"x.mkv": {b"": {b"length": 5}}}}}),
        info(**{"name": b"Film", "file tree": {b"l": {b"": {b"length": 0, b"symlink path": [b"..", b"x"]}}}}),
    ],
)
def test_a_name_that_climbs_is_refused(climbing: bytes) -> None:
    with pytest.raises(Refused, match="leads out of the download folder"):
        refuse_climbing_names(climbing)


def test_the_refusal_names_the_file() -> None:
    with pytest.raises(Refused, match=r"'\.\./\.\./x\.mkv'"):
        refuse_climbing_names(with_path(b"..", b"..", b"x.mkv"))


@pytest.mark.parametrize(
    "harmless",
    [
        with_path(b"Extras", b"a...mkv"),
        info(name=b"AC/DC - Live", length=5),
        info(name=b"Tin Comet..", length=5),
        info(**{"name": b"Film", "file tree": {b"a": {b"b.mkv": {b"": {b"length": 5}}}}}),
    ],
)
def test_an_ordinary_name_is_fine(harmless: bytes) -> None:
    refuse_climbing_names(harmless)
