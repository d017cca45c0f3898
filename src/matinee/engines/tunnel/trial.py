"""Tries out which kind of room this machine lets us build, and says why not in words."""

import asyncio
import logging
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from matinee.engines.tunnel.errand import environment
from matinee.engines.tunnel.wall import nft_program
from matinee.kernel.errors import Refused
from matinee.pipeline.tunnel_port import Mode

log = logging.getLogger(__name__)

TUN = Path("/dev/net/tun")
_INSIDE = ("-m", "matinee.engines.tunnel.inside")
_SECONDS = 10
_SBIN = "/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True, slots=True)
class Trial:
    """What works here; every sentence is for the owner."""

    netns: bool
    rootless: bool
    words: tuple[str, ...]

    @property
    def mode(self) -> Mode:
        """The best that works. Refused, with all reasons, when nothing does."""
        if self.netns:
            return Mode.NETNS
        if self.rootless:
            return Mode.ROOTLESS
        raise Refused("no room for torrents can be built here: " + "; ".join(self.words))


async def best_mode() -> Mode:
    """The best room that this machine lets us build. Refused, with all reasons, where it lets us build none."""
    trial = await try_out()
    for words in trial.words:
        log.info("%s", words)
    return trial.mode


async def try_out() -> Trial:
    """Build both kinds of rooms for a moment, and look for the programs."""
    words = []
    netns = await _builds("--trial")
    words.append("a network namespace can be made" if not netns else f"no network namespace of our own: {netns}")
    with tempfile.NamedTemporaryFile() as names:
        rootless = await _builds("--rootless", "--names", names.name, "--", "true")
    words.append("a room without root can be made" if not rootless else f"no room without root: {rootless}")
    tun = _tun()
    words.append(tun or "/dev/net/tun can be opened")
    carries = shutil.which("wireguard-go", path=_SBIN) is not None
    if not carries:
        words.append("wireguard-go is not installed (apt-get install wireguard-go); the kernel's WireGuard is tried")
    if nft_program() is None:
        words.append("nft is not installed (apt-get install nftables): the room has no second wall")
    return Trial(not netns and not (tun and carries), not rootless and not tun and carries, tuple(words))


async def _builds(*words: str) -> str:
    """Empty when it went well, else the reason."""
    trial = await asyncio.create_subprocess_exec(
        sys.executable,
        *_INSIDE,
        *words,
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            _, said = await trial.communicate()
    except TimeoutError:
        trial.kill()
        await trial.wait()
        return "the trial took too long"
    if trial.returncode == 0:
        return ""
    return said.decode("utf-8", "replace").strip().splitlines()[-1][-200:] if said.strip() else "it ended at once"


def _tun() -> str:
    try:
        TUN.open("r+b", buffering=0).close()
    except OSError as error:
        return f"{TUN} cannot be opened ({error.strerror}): in a container, pass the device in"
    return ""
