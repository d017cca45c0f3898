"""The tunnel: torrents live in a room whose only door leads through the VPN."""
