"""A .torrent is read strictly: what it says is told as it is, and what is broken has a reason."""

import hashlib
import time
from typing import Any

import libtorrent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.media.torrent_file import decode, read_torrent
from tests.products.torznab.torrents import INFO, bencode, infohash, torrent

V2_LEAF = {"": {"length": 20000, "pieces root": bytes(32)}}


def test_one_film() -> None:
    read = read_torrent(torrent(private=1))
    assert read.name == "Tin.Comet.2021.1080p.mkv" and read.files == ((("Tin.Comet.2021.1080p.mkv",), 20000),)
    assert read.infohash == infohash(private=1) and read.private and read.piece_length == 16384
    assert read.trackers == ("http://tracker.test/announce",)


def test_a_season_lies_in_its_folder_and_padding_is_left_out() -> None:
    files = [
        {"length": 16000, "path": ["Season 1", "e01.mkv"]},
        {"length": 384, "path": [".pad", "384"], "attr": "p"},
        {"length": 10, "path": ["readme.txt"]},
    ]
    info = {key: value for key, value in INFO.items() if key != "length"}
    read = read_torrent(bencode({"info": {**info, "name": "Night Tram", "files": files}}))
    assert read.files == ((("Night Tram", "Season 1", "e01.mkv"), 16000), (("Night Tram", "readme.txt"), 10))


def test_climbing_names_are_told_as_they_are() -> None:
    info = {key: value for key, value in INFO.items() if key != "length"}
    files = [{"length": 20000, "path": ["..", "/etc/cron.d/x\x00"]}]
    assert read_torrent(bencode({"info": {**info, "name": "../a", "files": files}})).files == (
        (("../a", "..", "/etc/cron.d/x\x00"), 20000),
    )


def test_a_hybrid_has_the_hash_of_version_one() -> None:
    more: dict[str, Any] = {"meta version": 2, "file tree": {INFO["name"]: V2_LEAF}}
    assert read_torrent(torrent(**more)).infohash == infohash(**more)


def test_version_two_alone_has_a_shortened_hash() -> None:
    info = {
        "name": "Night Tram", "piece length": 16384, "meta version": 2,
        "file tree": {"s1": {"e1.mkv": V2_LEAF}, "e2.mkv": V2_LEAF},
    }  # fmt: skip
    read = read_torrent(bencode({"info": info}))
    assert read.infohash == hashlib.sha256(bencode(info)).hexdigest()[:40]
    assert set(read.files) == {(("Night Tram", "s1", "e1.mkv"), 20000), (("Night Tram", "e2.mkv"), 20000)}
    alone = {**info, "file tree": {"Night Tram": V2_LEAF}}
    assert read_torrent(bencode({"info": alone})).files == ((("Night Tram",), 20000),)


def test_trackers_are_named_once_in_order() -> None:
    tiers = [["http://b.test", "http://a.test"], ["http://b.test"], [7], "odd"]
    read = read_torrent(bencode({"announce": "http://a.test", "announce-list": tiers, "info": INFO}))
    assert read.trackers == ("http://a.test", "http://b.test")


def test_libtorrent_agrees_on_the_infohash() -> None:
    data = torrent()
    assert str(libtorrent.load_torrent_buffer(data).info_hashes.v1) == read_torrent(data).infohash


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not bencoded"),
        (b"<html>", "not bencoded"),
        (b"d", "cut off"),
        (b"d4:infoi1e", "cut off"),
        (b"d4:info99:xe", "cut off"),
        (b"d3:abci01ee", "broken at byte"),
        (b"d3:abci-0ee", "broken at byte"),
        (b"d3:abcie", "broken at byte"),
        (b"d3:abci1_0ee", "broken at byte"),
        (b"d03:abci1ee", "broken at byte"),
        (b"d-3:abci1ee", "length in it is wrong"),
        (b"di1ei2ee", "broken at byte"),
        (b"d1:ai1e1:ai2ee", "key twice"),
        (b"d1:ai1eegarbage", "follows after its end"),
        (b"d1:a" + b"l" * 5000, "nested too deeply"),
        (b"de", "no 'info'"),
        (torrent(name=""), "no name"),
        (torrent(length=-1), "no size"),
        (torrent(length=0, pieces=b""), "no files"),
        (torrent(pieces=bytes(20)), "pieces do not fit"),
        (torrent(pieces=7), "pieces do not fit"),
        (torrent(files=[7]), "list of files is broken"),
        (torrent(files=[{"length": 1, "path": []}]), "no name"),
        (torrent(files=[{"length": 1, "path": [1]}]), "no name"),
        (torrent(**{"piece length": 0}), "piece length"),
        (bencode({"info": {"name": "x", "piece length": 16384}}), "neither"),
        (
            bencode({"info": {"name": "x", "piece length": 99, "meta version": 2, "file tree": {"x": V2_LEAF}}}),
            "not allowed",
        ),
        (
            bencode({"info": {"name": "x", "piece length": 16384, "meta version": 2, "file tree": {"x": 1}}}),
            "tree is broken",
        ),
    ],
)
def test_what_is_broken_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_torrent(data)


def test_a_line_end_after_the_torrent_is_forgiven() -> None:
    assert read_torrent(torrent() + b"\r\n").infohash == infohash()


VALUES = st.recursive(
    st.integers(-(2**63), 2**63) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(st.binary(max_size=8), VALUES, max_size=6))
def test_whatever_is_encoded_is_decoded_again(value: dict[bytes, Any]) -> None:
    assert decode(bencode(value)) == value


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text("dlei0123456789:-a", max_size=100).map(lambda text: b"d" + text.encode()))
def test_any_bytes_are_a_torrent_or_a_reason(data: bytes) -> None:
    try:
        read_torrent(data)
    except ValueError as error:
        assert str(error)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_torrent_is_a_torrent_or_a_reason(data: st.DataObject) -> None:
    whole = bytearray(torrent(files=[{"length": 20000, "path": ["a", "b"]}]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_torrent(bytes(whole))
    except ValueError as error:
        assert str(error)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([key.encode() for key in [*INFO, "files", "file tree", "meta version"]]), VALUES)
)
def test_any_info_is_a_torrent_or_a_reason(info: dict[bytes, Any]) -> None:
    try:
        read_torrent(bencode({"info": {**{key.encode(): value for key, value in INFO.items()}, **info}}))
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize("filler", [b"le", b"i1e", b"0:", b"de", b"l"])
def test_ten_hostile_megabytes_are_refused_soon(filler: bytes) -> None:
    began = time.process_time()
    with pytest.raises(ValueError):
        read_torrent(b"d1:al" + filler * (10_000_000 // len(filler)) + b"ee")
    assert time.process_time() - began < 10
