"""Magnet links, as sites and trackers write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.media.magnet import infohash_of, v1_infohash, v2_infohash

MAGNET = "magnet:?xt=urn:btih:" + "b" * 40


@pytest.mark.parametrize(
    ("url", "infohash"),
    [
        (MAGNET + "&dn=Tin", "b" * 40),
        ("MAGNET:?dn=x&xt=urn:btih:" + "B" * 40, "b" * 40),
        ("magnet:?xt=urn:btih:" + "A" * 32, "0" * 40),
        ("magnet:?xt.1=urn:btmh:1220" + "c" * 64, "c" * 40),
        (f"magnet:?xt=urn:btmh:1220{'c' * 64}&xt=urn:btih:{'d' * 40}", "d" * 40),
        (f"magnet:?xt=urn:btih:short&xt=urn:btih:{'D' * 40}", "d" * 40),
        ("magnet:?xt=urn:btih:short", None),
        ("magnet:?dn=x", None),
        ("https://a.test/?xt=urn:btih:" + "b" * 40, None),
    ],
)
def test_magnets_name_their_torrent(url: str, infohash: str | None) -> None:
    assert infohash_of(url) == infohash


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_magnet_is_one_or_none(text: str) -> None:
    infohash_of("magnet:?" + text)


def test_an_infohash_by_itself_is_read_in_hex_and_base32() -> None:
    assert (v1_infohash("B" * 40), v1_infohash("A" * 32)) == ("b" * 40, "0" * 40)
    assert (v2_infohash("C" * 64), v1_infohash("c" * 64), v2_infohash("c" * 40)) == ("c" * 40, None, None)
    assert [v1_infohash(told) for told in ("", "b" * 39, "b" * 39 + "g", f" {'b' * 40}", "１" * 40)] == [None] * 5
