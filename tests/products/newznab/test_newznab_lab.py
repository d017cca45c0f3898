"""The lab's indexers of torrents and of usenet are asked over a real line, by a client they know nothing of."""

from collections.abc import AsyncIterator

import pytest

from matinee.kernel.errors import Refused
from matinee.lab import IndexerFault, Lab
from matinee.media.indexing import Function, Question
from matinee.media.nzb_file import read_nzb
from matinee.media.release import Protocol
from matinee.pipeline.ports import Limited
from matinee.products.newznab import NewznabIndexer

WAYS = pytest.mark.parametrize("protocol", [Protocol.TORRENT, Protocol.USENET])
FILM = Question(Function.MOVIE, imdb="tt9910001", categories=(2000,))


def indexer(lab: Lab, protocol: Protocol) -> NewznabIndexer:
    url = lab.addresses.torznab
    url = url.replace("/torznab/", "/newznab/") if protocol is Protocol.USENET else url
    return NewznabIndexer("Lab", url, lab.addresses.torznab_key, protocol=protocol)


@pytest.fixture
async def ours(lab: Lab, protocol: Protocol) -> AsyncIterator[NewznabIndexer]:
    made = indexer(lab, protocol)
    yield made
    await made.close()


@WAYS
async def test_a_film_is_found_and_fetched(ours: NewznabIndexer, protocol: Protocol) -> None:
    page = await ours.ask(FILM)
    release = next(one for one in page.releases if "LAB" in one.name)
    assert release.protocol is protocol and release.ids.imdb == "tt9910001" and release.published is not None
    payload = await ours.fetch(release)
    if protocol is Protocol.TORRENT:
        assert payload.infohash == release.infohash and payload.torrent
    else:
        assert payload.nzb
        ((name, size),) = read_nzb(payload.nzb).files
        assert name == f"{release.name}.mp4"
        assert release.size < size < release.size * 1.05  # an NZB tells sizes as they were posted


@WAYS
async def test_a_series_is_found_by_its_place(ours: NewznabIndexer, protocol: Protocol) -> None:
    page = await ours.ask(Question(Function.TV, tvdb=990001, season=1, episode="2", categories=(5000,)))
    assert page.releases and all("S01E02" in one.name for one in page.releases)


@pytest.mark.parametrize("protocol", [Protocol.USENET])
async def test_usenet_is_asked_for_music_and_books_and_has_none(ours: NewznabIndexer, protocol: Protocol) -> None:
    abilities = await ours.abilities()
    assert abilities.takes(Function.MUSIC, "artist") and abilities.takes(Function.BOOK, "author")
    assert (await ours.ask(Question(Function.MUSIC, artist="Comet Orchestra"))).rows == 0
    assert (await ours.ask(Question(Function.BOOK, author="Anybody"))).rows == 0


@WAYS
async def test_a_sick_indexer_is_told(lab: Lab, ours: NewznabIndexer, protocol: Protocol) -> None:
    lab.faults.indexer, lab.faults.retry_after = IndexerFault.LIMIT, 7
    with pytest.raises(Limited, match="try again in 7 s"):
        await ours.ask(FILM)
    for fault in (IndexerFault.MALFORMED, IndexerFault.BOMB):
        lab.faults.indexer = fault
        with pytest.raises(Refused, match="not a Newznab or Torznab feed"):
            await ours.ask(FILM)
