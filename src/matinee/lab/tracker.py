"""The tracker: it introduces those who want a film to those who have it (BEP 3, BEP 23, BEP 48)."""

import asyncio
import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from matinee.lab.bencode import Bencodable, bencode

INTERVAL = 15
MIN_INTERVAL = 5
MOST_PEERS = 50
HASH_BYTES = 20
Address = tuple[str, int]
Answer = dict[str, list[bytes]]


class Failed(Exception):
    """The tracker says no; the text is for the client."""


@dataclass(slots=True)
class Swarm:
    """Who is there for one torrent: address to bytes left, and how many completed it."""

    left: dict[Address, int] = field(default_factory=dict)
    downloaded: int = 0

    @property
    def seeds(self) -> int:
        """How many have all of it."""
        return sum(left == 0 for left in self.left.values())

    @property
    def leeches(self) -> int:
        """How many still want some of it."""
        return len(self.left) - self.seeds


class Tracker:
    """The swarms of the registered torrents, as their peers told them."""

    def __init__(self, infohashes: Iterable[bytes]) -> None:
        self.swarms: dict[bytes, Swarm] = {infohash: Swarm() for infohash in infohashes}
        self._announced = asyncio.Event()

    def announce(self, query: bytes, host: str) -> bytes:
        """Answer one announce, its query string as it came over the wire."""
        try:
            return self._announce(parse_query(query), host)
        except Failed as no:
            return bencode({"failure reason": str(no)})

    def scrape(self, query: bytes) -> bytes:
        """Answer with the numbers of the asked swarms, or of all."""
        asked = parse_query(query).get("info_hash", list(self.swarms))
        known = {infohash: self.swarms[infohash] for infohash in asked if infohash in self.swarms}
        files = {
            infohash: {"complete": swarm.seeds, "downloaded": swarm.downloaded, "incomplete": swarm.leeches}
            for infohash, swarm in known.items()
        }
        return b"d5:files" + bencode(files) + b"e"

    async def until_here(self, port: int, infohashes: Collection[bytes]) -> None:
        """Wait until the peer at this port is in all of these swarms."""
        while not all(self._is_in(port, infohash) for infohash in infohashes):
            self._announced.clear()
            await self._announced.wait()

    def forget(self, port: int) -> None:
        """Take the peer at this port out of all swarms."""
        for swarm in self.swarms.values():
            for peer in [peer for peer in swarm.left if peer[1] == port]:
                del swarm.left[peer]

    def _is_in(self, port: int, infohash: bytes) -> bool:
        return any(peer[1] == port for peer in self.swarms[infohash].left)

    def _announce(self, query: Answer, host: str) -> bytes:
        infohash = _one(query, "info_hash")
        if len(infohash) != HASH_BYTES or len(_one(query, "peer_id")) != HASH_BYTES:
            raise Failed("info_hash and peer_id are 20 bytes each")
        if (swarm := self.swarms.get(infohash)) is None:
            raise Failed("torrent not registered with this tracker")
        peer = (host, _number(query, "port"))
        self._note(swarm, peer, _number(query, "left", 0), query.get("event", [b""])[0])
        numwant = min(_number(query, "numwant", MOST_PEERS), MOST_PEERS)
        others = [other for other in swarm.left if other != peer][: max(numwant, 0)]
        compact = query.get("compact", [b"1"])[0] != b"0"
        return bencode(
            {
                "complete": swarm.seeds,
                "incomplete": swarm.leeches,
                "interval": INTERVAL,
                "min interval": MIN_INTERVAL,
                "peers": compact_peers(others) if compact else _peer_list(others),
            }
        )

    def _note(self, swarm: Swarm, peer: Address, left: int, event: bytes) -> None:
        """Remember what a peer says of itself."""
        if event == b"stopped":
            swarm.left.pop(peer, None)
        else:
            swarm.left[peer] = left
        swarm.downloaded += event == b"completed"
        self._announced.set()


def parse_query(query: bytes) -> Answer:
    """The parameters of a query string as bytes: an infohash is not text."""
    found: Answer = defaultdict(list)
    for pair in filter(None, query.split(b"&")):
        key, _, value = pair.partition(b"=")
        found[key.decode("ascii", "replace")].append(unquote_to_bytes(value.replace(b"+", b" ")))
    return dict(found)


def compact_peers(peers: Iterable[Address]) -> bytes:
    """Six bytes a peer: IPv4 address and port."""
    return b"".join(ipaddress.IPv4Address(host).packed + port.to_bytes(2, "big") for host, port in peers)


def _peer_list(peers: Iterable[Address]) -> list[Bencodable]:
    """The long form, as clients of old ask for it."""
    return [{"ip": host, "port": port} for host, port in peers]


def _one(query: Answer, key: str) -> bytes:
    if not (values := query.get(key)):
        raise Failed(f"{key} is missing")
    return values[0]


def _number(query: Answer, key: str, default: int | None = None) -> int:
    if default is not None and key not in query:
        return default
    try:
        return int(_one(query, key))
    except ValueError:
        raise Failed(f"{key} is no number") from None
