"""Torznab: the language of torrent indexers, spoken by Prowlarr, Jackett and many sites."""

from matinee.products.torznab.client import make_indexer

__all__ = ["make_indexer"]
