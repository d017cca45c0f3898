"""The one who stands inside the room and does what must be done there: set up the door, look out, ask for a port."""

import argparse
import contextlib
import json
import logging
import os
import re
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from matinee.engines.tunnel import device, kernel_wireguard, natpmp, wall
from matinee.engines.tunnel.inside import bring_up_loopback, end_with
from matinee.engines.tunnel.ways import pia_calls, privatevpn_calls
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable

log = logging.getLogger(__name__)

LARGEST_ANSWER = 64 * 1024
FAMILIES: dict[str, type[MatineeError]] = {each.__name__: each for each in (Unreachable, Refused, NotFound)}
_ADDRESS = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{3,39})(?![\w.:])")
_one_at_a_time = threading.Lock()


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m matinee.engines.tunnel.porter`, already inside; answers on an inherited socket until it is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--line", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--relay", type=int, help="socket to hand out the room's side of the relay through")
    asked = parser.parse_args(arguments)
    end_with(asked.parent)
    bring_up_loopback()
    if asked.relay is not None:
        hand_out_relay(asked.relay)
    with socket.socket(fileno=asked.line) as line:
        serve(line)


def hand_out_relay(descriptor: int) -> None:
    """A UDP socket of the room's loopback, for the relay outside."""
    with socket.socket(fileno=descriptor) as line, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.bind(("127.0.0.1", 0))
        socket.send_fds(line, [b"1"], [near.fileno()])


def serve(line: socket.socket) -> None:
    """One JSON object a line; each call is answered by a thread of its own, with the number it came with."""
    answering = threading.Lock()
    with line.makefile("rb") as calls:
        for call in calls:
            threading.Thread(target=_answer, args=(line, answering, json.loads(call)), daemon=True).start()


def _answer(line: socket.socket, answering: threading.Lock, call: dict[str, Any]) -> None:
    try:
        said: dict[str, Any] = {"said": CALLS[call["call"]](**call["with"])}
    except MatineeError as error:
        said = {"error": type(error).__name__, "words": str(error)}
    except Exception as error:  # the porter must not fall over: without one the room is shut
        log.exception("the porter could not %s", call.get("call"))
        said = {"error": "Unreachable", "words": f"{type(error).__name__}: {error}"}
    with answering, contextlib.suppress(OSError):
        line.sendall(json.dumps({"number": call["number"], **said}).encode() + b"\n")


def build_wall(*, name: str) -> str:
    """The second wall; told in words, for the room holds without it."""
    if wall.nft_program() is None:
        return "nft is not installed: the second wall is missing (apt-get install nftables)"
    with _one_at_a_time:
        wall.build_wall(name)
    return ""


def shape(*, name: str, addresses: list[str], networks: list[str], mtu: int) -> None:
    """Addresses, ways and MTU of the tunnel's device."""
    with _one_at_a_time:
        device.shape(device.Shape(name, tuple(addresses), tuple(networks), mtu))


def remove(*, name: str) -> None:
    """Take the device away."""
    with _one_at_a_time:
        device.remove_device(name)


def tell_kernel(*, name: str, told: dict[str, Any]) -> None:
    """Keys and peers of a WireGuard device of the kernel."""
    with _one_at_a_time:
        kernel_wireguard.tell(name, told)


def ask_kernel(*, name: str) -> dict[str, float | int]:
    """Its newest handshake."""
    return kernel_wireguard.ask(name)


def look(*, name: str) -> dict[str, Any]:
    """What the kernel has counted."""
    try:
        counted = asdict(wall.count()) if wall.nft_program() else {}
    except MatineeError:
        counted = {}
    return {**asdict(device.traffic(name)), **counted}


def forward(*, gateway: str, port: int, public: int, lease: int) -> dict[str, int]:
    """A port of the gateway."""
    return asdict(natpmp.forward(gateway, port=port, public=public, lease=lease))


def address(*, url: str, seconds: float) -> str:
    """Under which address the far end of `url` sees us: the first one in its answer."""
    return address_seen(url, seconds)


def address_seen(url: str, seconds: float) -> str:
    """The same from wherever we are."""
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        raise Refused("the address of the egress probe must begin with http:// or https://")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as answer:
            text = answer.read(LARGEST_ANSWER).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Unreachable(f"the egress probe got no answer: {reason}") from error
    for found in _ADDRESS.findall(text):
        with contextlib.suppress(ValueError):
            return str(ip_address(found))
    raise Refused("the egress probe's answer holds no address: give the address of a page that tells yours")


def canary(*, host: str, port: int, name: str, seconds: float, six: str = "") -> list[str]:
    """Which of TCP, UDP and DNS found a way out. With the tunnel down it must be none. `six` is an IPv6 address."""
    out = _found(socket.AF_INET, host, port, seconds)
    if six:
        out += [f"{each} over IPv6" for each in _found(socket.AF_INET6, six, port, seconds)]
    with contextlib.suppress(OSError):
        socket.getaddrinfo(name, 80)
        out.append("DNS")
    return out


def _found(family: socket.AddressFamily, host: str, port: int, seconds: float) -> list[str]:
    out = []
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(seconds)
        line.connect((host, port))
        out.append("TCP")
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as line:
        line.sendto(b"matinee", (host, port))
        out.append("UDP")
    return out


CALLS: dict[str, Callable[..., Any]] = {
    "build_wall": build_wall,
    "shape": shape,
    "remove": remove,
    "tell_kernel": tell_kernel,
    "ask_kernel": ask_kernel,
    "look": look,
    "forward": forward,
    "pia_token": pia_calls.token,
    "pia_sign": pia_calls.sign,
    "pia_bind": pia_calls.bind,
    "privatevpn_port": privatevpn_calls.port_for,
    "address": address,
    "canary": canary,
}

if __name__ == "__main__":
    logging.basicConfig(level=os.environ.get("MATINEE_LOG_LEVEL", "INFO"))
    main()
