"""Posters and backdrops: fetched once, made as small as the page needs, kept at hand."""

from matinee.engines.artwork.artwork import WIDTHS, Artwork, Picture, hosts_of

__all__ = ["WIDTHS", "Artwork", "Picture", "hosts_of"]
