"""An indexer of torrents that speaks Torznab: Newznab's language, with seeders."""

from matinee.media.release import Protocol
from matinee.products.newznab.client import NewznabIndexer


def make_indexer(*, name: str, url: str, api_key: str, priority: int) -> NewznabIndexer:
    """The driver's factory: a torrent indexer as the owner's settings describe it."""
    return NewznabIndexer(name, url, api_key, protocol=Protocol.TORRENT, priority=priority)
