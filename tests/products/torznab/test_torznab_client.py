"""Torznab is Newznab with seeders: the same client, told that it asks for torrents."""

import inspect
from importlib import import_module

import pytest

from matinee.media.release import Protocol
from matinee.pipeline.ports import Indexer


@pytest.mark.parametrize(("product", "protocol"), [("torznab", Protocol.TORRENT), ("newznab", Protocol.USENET)])
def test_the_factory_makes_an_indexer_of_its_kind(product: str, protocol: Protocol) -> None:
    make_indexer = import_module(f"matinee.products.{product}.client").make_indexer
    assert list(inspect.signature(make_indexer).parameters) == ["name", "url", "api_key", "priority"]
    made: Indexer = make_indexer(name="Reel", url="http://reel.test/", api_key="hunter2hunter2", priority=7)
    assert (made.name, made.priority, made.facts.protocol, made.facts.site) == (
        "Reel",
        7,
        protocol,
        "http://reel.test/",
    )
