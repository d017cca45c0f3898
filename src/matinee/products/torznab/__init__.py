"""Torznab: the language of torrent indexers, spoken by Prowlarr, Jackett and many sites."""

from matinee.products.torznab.client import TorznabIndexer

__all__ = ["TorznabIndexer"]
