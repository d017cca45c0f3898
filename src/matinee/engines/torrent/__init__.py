"""Our own torrent engine: it downloads what was ordered, seeds it, and loses nothing when it is killed."""

from matinee.engines.torrent.engine import LibtorrentEngine

__all__ = ["LibtorrentEngine"]
