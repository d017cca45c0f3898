"""qBittorrent, the torrent client most homes have: we drive a real one, and our own engine answers as one."""
