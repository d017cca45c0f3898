"""Does a BitTorrent tracker answer an announce?"""

import re
from dataclasses import dataclass

from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.topology.address import parse, without_login

# A torrent that does not exist, "stopped", wanting no peers: the tracker remembers nothing of it.
_ANNOUNCE = (
    "info_hash=%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00&peer_id=-MT0000-matineeprobe"
    "&port=6881&uploaded=0&downloaded=0&left=0&compact=1&numwant=0&event=stopped"
)
_FAILURE = re.compile(rb"14:failure reason(\d+):")
_INTERVAL = re.compile(rb"8:intervali(\d+)e")


@dataclass(frozen=True, slots=True)
class TrackerCheck:
    """GET the announce address; a refusal of our made-up torrent is an answer too."""

    name: str
    url: str

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        async with Wire(f"{self.name} at {without_login(self.url)}", parse(self.url).origin) as wire:
            answer = await wire.get(f"{self.url}{'&' if '?' in self.url else '?'}{_ANNOUNCE}", accept=(400,))
            body = answer.content
            if not (body.startswith(b"d") and body.endswith(b"e")):
                raise Refused(f"{wire.name}: something else than a tracker answers there")
        return _in_words(body)


def _in_words(body: bytes) -> str:
    """What the tracker said."""
    if refusal := _FAILURE.search(body):
        reason = body[refusal.end() : refusal.end() + int(refusal[1])]
        return f"tracker answers: {reason.decode('utf-8', 'replace')}"
    interval = _INTERVAL.search(body)
    return f"tracker answers, announces every {int(interval[1])} s" if interval else "tracker answers"
