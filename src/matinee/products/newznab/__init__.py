"""Newznab and Torznab: how indexers of usenet and of torrents are asked, and how we answer as one."""

from matinee.products.newznab.client import NewznabIndexer

__all__ = ["NewznabIndexer"]
