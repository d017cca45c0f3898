import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.media.release import Protocol, Release
from matinee.pipeline.search import merged
from matinee.pipeline.search.merge import Merged, goodness
from tests.pipeline.search.fakes import offer

HASH = "a" * 40


def test_the_same_infohash_is_the_same_upload_whatever_it_is_called() -> None:
    first, second = offer("One", indexer="A", infohash=HASH), offer("Two", indexer="B", infohash=HASH.upper())
    assert [one.attributes for one in merged([[first], [second]])] == [(("sources", "A, B"),)]


@pytest.mark.parametrize(
    ("name", "size", "count"),
    [
        ("Tin Comet 2021 1080p WEB DL x264 GRP", 4_030_000_000, 1),
        ("tin.comet.2021.1080p.web-dl.x264-grp", 4_000_000_000, 1),
        ("Tin.Comet.2021.1080p.WEB-DL.x264-GRP", 4_100_000_000, 2),
        ("Tin.Comet.2021.1080p.WEB-DL.x264-OTHER", 4_000_000_000, 2),
        ("Tin.Comet.2021.1080p.WEB-DL.x264-GRP", 0, 2),
    ],
)
def test_names_and_sizes_tell_the_same_upload(name: str, size: int, count: int) -> None:
    other = offer(name, indexer="B", size=size)
    assert len(merged([[offer(indexer="A")], [other]])) == count


def test_unknown_sizes_tell_nothing() -> None:
    assert len(merged([[offer(indexer="A", size=0)], [offer(indexer="B", size=0)]])) == 2


def test_two_uploads_of_one_name_on_one_indexer_stay_two() -> None:
    assert len(merged([[offer(guid="1"), offer(guid="2"), offer(guid="2")]])) == 2


def test_a_torrent_is_no_nzb() -> None:
    assert len(merged([[offer(indexer="A")], [offer(indexer="B", protocol=Protocol.USENET)]])) == 2


def test_the_better_place_wins() -> None:
    plain = offer()
    better = [
        replace(plain, seeders=0),
        plain,
        replace(plain, seeders=11),
        replace(plain, seeders=500),
        replace(plain, seeders=2, download_factor=0.0),
        replace(plain, seeders=2, indexer_priority=1),
    ]
    shuffled = random.Random(7).sample(better, len(better))
    assert sorted(shuffled, key=goodness) == better


def test_who_had_what_alone_is_counted() -> None:
    everything = Merged()
    everything.take([offer("a", indexer="A"), offer("b", indexer="A")])
    everything.take([offer("b", indexer="B"), offer("c", indexer="B"), offer("d", indexer="B")])
    assert everything.unique_finds() == {"A": 1, "B": 2}


def test_former_ones_that_are_found_elsewhere_are_told() -> None:
    everything = Merged()
    everything.take([offer(indexer="A", guid="1", seeders=90)])
    taken = everything.take([offer(indexer="B", guid="2", seeders=1)])
    assert (taken.new, taken.replaced, taken.also) == ([], [], [("A", "1")])


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.integers(0, 200)), max_size=30))
def test_what_was_told_and_not_replaced_is_what_remains(rows: list[tuple[str, str, int]]) -> None:
    everything = Merged()
    told: dict[tuple[str, str], Release] = {}
    for indexer in "ABC":
        offers = [offer(name, indexer=at, seeders=seeders) for at, name, seeders in rows if at == indexer]
        taken = everything.take(offers)
        for key in taken.replaced:
            del told[key]
        told |= {(one.indexer, one.guid): one for one in taken.new}
    assert set(told) == {(one.indexer, one.guid) for one in everything.all()}
