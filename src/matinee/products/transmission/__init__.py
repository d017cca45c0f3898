"""Transmission can fill the role of the torrent engine."""
