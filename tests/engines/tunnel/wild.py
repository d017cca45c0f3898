"""The worst client: everything on that shouts into the network, and its peers and trackers named by the torrent."""

import contextlib
import select
import socket
import sys
from typing import Any

import libtorrent as lt

NAMES = ("router.matinee.test", "tracker.matinee.test")


def main() -> None:
    settings: Any = {
        "listen_interfaces": "0.0.0.0:0,[::]:0",
        "enable_dht": True,
        "enable_lsd": True,
        "enable_upnp": True,
        "enable_natpmp": True,
        "dht_bootstrap_nodes": "10.77.0.1:6881,router.matinee.test:6881",
        "dht_restrict_routing_ips": False,
    }
    session = lt.session(settings)
    params = lt.load_torrent_file(sys.argv[1])
    params.save_path = sys.argv[2]
    params.trackers = [*params.trackers, "udp://10.77.0.1:8000/announce", "http://10.77.0.1:8000/announce"]
    handle = session.add_torrent(params)
    handle.set_download_limit(20_000)
    while True:
        handle.connect_peer(("10.77.0.1", 7777))
        handle.force_reannounce()
        handle.force_dht_announce()
        for name in NAMES:
            with contextlib.suppress(OSError):
                socket.getaddrinfo(name, 80)
        if select.select([sys.stdin], [], [], 0.5)[0]:  # whoever started us is gone
            return


if __name__ == "__main__":
    main()
