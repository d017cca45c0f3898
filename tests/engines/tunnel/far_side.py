"""The internet behind a VPN provider, small: a seeder, a tracker, a DNS server, a page that tells addresses, NAT-PMP.

Run inside the provider's namespace; one JSON object a line comes in, one goes out.
"""

import asyncio
import json
import socket
import struct
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import libtorrent as lt

TRACKER_AT = "203.0.113.9"
SEEDER_AT = ("10.66.0.1", "10.77.0.1")  # through the tunnel and past it
TRACKER_NAME = "tracker.matinee.test"
SEED_PORT = 7777


class FarSide:
    """Everything that answers, and how often it was asked by whom."""

    def __init__(self, torrent: str, content: str, rate: int) -> None:
        self.lie = ""
        self.forwarded = 40001
        self.asked_names: dict[str, int] = {}
        self.announced: dict[str, int] = {}
        settings: Any = {
            "listen_interfaces": f"0.0.0.0:{SEED_PORT}",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "allow_multiple_connections_per_ip": True,
            "close_redundant_connections": False,
            "rate_limit_ip_overhead": False,
        }
        self.session = lt.session(settings)
        params = lt.load_torrent_file(torrent)
        params.save_path = content
        params.trackers = []
        params.flags = lt.torrent_flags.seed_mode
        self.seed = self.session.add_torrent(params)
        self.seed.set_upload_limit(rate)

    async def track(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = writer.get_extra_info("peername")[0]
        try:
            line = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode("latin-1")
            body = caller.encode()
            if "info_hash" in line:
                parse_qs(urlsplit(line).query, encoding="latin-1")
                self.announced[caller] = self.announced.get(caller, 0) + 1
                peers = b"".join(socket.inet_aton(each) + SEED_PORT.to_bytes(2, "big") for each in SEEDER_AT)
                reply: Any = {b"interval": 5, b"min interval": 5, b"peers": peers}
                body = lt.bencode(reply)
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, IndexError):
            pass
        writer.close()

    def name(self, question: bytes, caller: str) -> bytes:
        self.asked_names[caller] = self.asked_names.get(caller, 0) + 1
        end = question.index(b"\0", 12) + 5
        (kind,) = struct.unpack_from("!H", question, end - 4)
        head = question[:2] + b"\x81\x80" + b"\0\x01" + (b"\0\x01" if kind == 1 else b"\0\0") + b"\0\0\0\0"
        answer = b"\xc0\x0c\0\x01\0\x01\0\0\0\x01\0\x04" + socket.inet_aton(self.lie or TRACKER_AT)
        return head + question[12:end] + (answer if kind == 1 else b"")

    def nat(self, question: bytes) -> bytes:
        operation = question[1]
        inner, _wanted, seconds = struct.unpack_from("!HHI", question, 4)
        return struct.pack("!BBHIHHI", 0, operation + 128, 0, 1, inner, self.forwarded, seconds)

    def told(self, order: dict[str, Any]) -> dict[str, Any]:
        if "lie" in order:
            self.lie = order["lie"]
        if "rate" in order:
            self.seed.set_upload_limit(order["rate"])
        if "forwarded" in order:
            self.forwarded = order["forwarded"]
        uploaded = self.seed.status(0).total_payload_upload
        return {"uploaded": uploaded, "names": self.asked_names, "announced": self.announced}


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(self.answer(data, addr[0]), addr)


async def main() -> None:
    far = FarSide(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    loop = asyncio.get_running_loop()
    await asyncio.start_server(far.track, "0.0.0.0", 8000)
    for address in sys.argv[4:]:
        await loop.create_datagram_endpoint(lambda: Datagrams(far.name), (address, 53))
    await loop.create_datagram_endpoint(lambda: Datagrams(lambda data, _caller: far.nat(data)), ("0.0.0.0", 5351))
    print(json.dumps({"ready": far.session.listen_port()}), flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        print(json.dumps(far.told(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
