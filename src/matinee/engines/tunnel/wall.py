"""The second wall: inside the room the kernel lets packets pass only by the tunnel, and counts those it stops."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass

from matinee.kernel.errors import Refused

TABLE = "matinee"
_DEVICE = re.compile(r"[A-Za-z0-9_.-]{1,15}")
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
_SECONDS = 10
_RULES = """
table inet {table} {{}}
delete table inet {table}
table inet {table} {{
    counter through {{}}
    counter refused {{}}
    chain leaving {{
        type filter hook output priority 0; policy drop;
        oifname "lo" accept
        oifname "{device}" counter name through accept
        counter name refused drop
    }}
    chain entering {{
        type filter hook input priority 0; policy drop;
        iifname {{ "lo", "{device}" }} accept
    }}
    chain passing {{
        type filter hook forward priority 0; policy drop;
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class WallCount:
    """Packets that went through the tunnel, and such as wanted another way and were dropped."""

    through: int = 0
    refused: int = 0


def build_wall(device: str) -> None:
    """Build it, or rebuild it for another device, without a moment in which it is open."""
    if not _DEVICE.fullmatch(device):
        raise Refused(f"'{device[:20]}' is no name for a network device")
    _nft(_RULES.format(table=TABLE, device=device))


def count() -> WallCount:
    """What the wall has seen since it was built."""
    listed = _nft(f"list counters table inet {TABLE}", "-j")
    if not listed.strip():  # no wall was built
        return WallCount()
    counters = (each["counter"] for each in json.loads(listed)["nftables"] if "counter" in each)
    seen = {each["name"]: int(each["packets"]) for each in counters}
    return WallCount(seen.get("through", 0), seen.get("refused", 0))


def nft_program() -> str | None:
    """Where nft lies, also where PATH leaves out the folders of root."""
    return shutil.which("nft") or shutil.which("nft", path=_SBIN)


def _nft(rules: str, *options: str) -> str:
    program = nft_program()
    if program is None:
        raise Refused("there is no nft: install the package nftables for the tunnel's second wall")
    asked = subprocess.run(  # noqa: S603  fixed words, rules by standard input
        [program, *options, "-f", "-"], input=rules, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if asked.returncode:
        raise Refused(f"the tunnel's second wall could not be built: {asked.stderr.strip()[:200]}")
    return asked.stdout
