"""Indexers that Matinee knows by itself: the Internet Archive, and any feed of torrents."""

from matinee.engines.indexer.native.internet_archive import InternetArchive
from matinee.engines.indexer.native.torrent_rss import TorrentRss

__all__ = ["InternetArchive", "TorrentRss"]
