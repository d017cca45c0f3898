"""The calls torrents/… about trackers, web servers and peers of a torrent."""

from urllib.parse import unquote

from matinee.kernel.errors import Conflict
from matinee.products.qbittorrent.call import Action, Answer, Call


async def add_trackers(call: Call) -> Answer:
    """Ask more trackers, one a line; an empty line begins the next tier."""
    tiers: list[list[str]] = [[]]
    for line in call.need("urls").splitlines():
        if line.strip():
            tiers[-1].append(unquote(line.strip()) if "://" not in line else line.strip())
        elif tiers[-1]:
            tiers.append([])
    await call.engine.add_trackers(call.hash(), [tier for tier in tiers if tier])


async def edit_tracker(call: Call) -> Answer:
    """Ask another tracker in one's place; newer clients name the old one by `url`."""
    old = call.get("origUrl") or call.need("url")
    await call.engine.edit_tracker(call.hash(), old, call.need("newUrl"))


async def remove_trackers(call: Call) -> Answer:
    """Ask trackers no more."""
    await call.engine.drop_trackers(call.hash(), call.words("urls", "|"))


async def add_web_seeds(call: Call) -> Answer:
    """Download from web servers too."""
    await call.engine.put_web_seeds(call.hash(), call.words("urls", "|"))


async def edit_web_seed(call: Call) -> Answer:
    """Download from another web server in one's place."""
    id, old, new = call.hash(), call.need("origUrl"), call.need("newUrl")
    known = await call.engine.web_seeds(id)
    if old not in known or new in known:
        raise Conflict(f"{old} is no web seed, or {new} is one already")
    await call.engine.put_web_seeds(id, [new])
    await call.engine.drop_web_seeds(id, [old])


async def remove_web_seeds(call: Call) -> Answer:
    """Download from web servers no more."""
    await call.engine.drop_web_seeds(call.hash(), call.words("urls", "|"))


async def add_peers(call: Call) -> Answer:
    """Try peers given as address:port; tells how many of them could be read. A private torrent takes none."""
    peers = [_peer(word) for word in call.words("peers", "|")]
    readable = [peer for peer in peers if peer]
    torrents = call.engine.torrents()
    told = {}
    for id in (id for id in call.hashes() if id in torrents):
        tried = [] if torrents[id].private else readable
        for address, port in tried:
            await call.engine.connect(id, address, port)
        told[id] = {"added": len(tried), "failed": len(peers) - len(tried)}
    return told


def _peer(text: str) -> tuple[str, int] | None:
    address, _, port = text.rpartition(":")
    return (address.strip("[]"), int(port)) if address and port.isdecimal() and int(port) < 65536 else None


WRITES: dict[str, Action] = {
    "torrents/addTrackers": add_trackers,
    "torrents/editTracker": edit_tracker,
    "torrents/removeTrackers": remove_trackers,
    "torrents/addWebSeeds": add_web_seeds,
    "torrents/editWebSeed": edit_web_seed,
    "torrents/removeWebSeeds": remove_web_seeds,
    "torrents/addPeers": add_peers,
}
