"""The tunnel as a process of its own: it keeps the VPN open and answers as Gluetun does, on a unix socket."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

from matinee.engines.tunnel.inside import end_with
from matinee.engines.tunnel.keeper import TunnelKeeper
from matinee.engines.tunnel.order import TunnelOrder
from matinee.engines.tunnel.presets import preset
from matinee.engines.tunnel.sources import Source
from matinee.engines.tunnel.ways.wish import By, PortWish
from matinee.handed_over import TUNNEL_PASSWORD
from matinee.kernel.apart import lifespan_of, serve_apart, unix_door
from matinee.kernel.errors import MatineeError
from matinee.kernel.log import start_diary
from matinee.kernel.redact import redact
from matinee.pipeline.tunnel_port import Mode
from matinee.products.gluetun.auth import EVERYTHING, Role
from matinee.products.gluetun.server import gluetun_app

log = logging.getLogger(__name__)

BEST = "best"


def run_tunnel_process(order: TunnelOrder, socket: Path) -> None:
    """Keep the tunnel until SIGTERM. Whoever may open the socket may ask everything."""
    keeper = TunnelKeeper(order)
    kept = _Kept(keeper)
    app = gluetun_app(keeper, [Role("owner", EVERYTHING, auth="none")], lifespan=lifespan_of(kept))
    with unix_door(socket) as door:
        door.listen()  # who calls early waits for the answer instead of being turned away
        serve_apart(kept, app, door)


class _Kept:
    """A tunnel that is kept for as long as its program answers."""

    def __init__(self, keeper: TunnelKeeper) -> None:
        self._keeper = keeper

    async def open(self) -> None:
        self._keeping = asyncio.create_task(self._keeper.run())

    async def close(self) -> None:
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping

    def release_waiters(self) -> None:
        self._keeper.release_waiters()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m matinee.tunnel_process`; an OpenVPN password comes by the environment, never as an argument."""
    asked = _arguments().parse_args(arguments)
    start_diary()
    signal.signal(signal.SIGTERM, _leave)
    if asked.parent:
        end_with(asked.parent)
    try:
        run_tunnel_process(_order(asked), asked.socket)
    except MatineeError as error:
        raise SystemExit(f"matinee tunnel: {error}") from error


def _order(asked: argparse.Namespace) -> TunnelOrder:
    password = os.environ.pop(TUNNEL_PASSWORD, "")
    redact.remember([password])
    known = preset(asked.provider) if asked.provider else None
    by = By(asked.port_by) if asked.port_by else By.PROGRAM if asked.port_program else known.by if known else By.NATPMP
    if known and asked.forward_port and by is None and not asked.gateway:
        log.warning("%s gives no port: %s", known.name, known.ports_in_words)
    wish = PortWish(
        by or By.NATPMP,
        gateway=asked.gateway or (known.gateway if known else ""),
        arrives_as=asked.port_arrives_as,
        authority=asked.port_authority,
        server=asked.port_server,
        program=asked.port_program,
    )
    dns = tuple(asked.dns) or (known.dns if known else ())
    each = Source(Path(), asked.username, password, port=wish, dns=dns)
    return TunnelOrder(
        folder=asked.state,
        sources=tuple(replace(each, file=file) for file in asked.config),
        mode=None if asked.mode == BEST else Mode(asked.mode),
        namespace=asked.namespace,
        device=asked.device,
        probe=asked.probe,
        forwards_port=asked.forward_port and (by is not None or bool(asked.gateway)),
        pace=asked.pace,
        first_handshake=asked.first_handshake,
        stale=asked.stale,
    )


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="matinee tunnel", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the tunnel's memory")
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to answer on")
    parser.add_argument("--config", type=Path, action="append", required=True, help="the provider's file; repeatable")
    parser.add_argument("--mode", choices=[BEST, Mode.NETNS.value, Mode.ROOTLESS.value], default=BEST)
    parser.add_argument("--provider", default="", help="whose file it is; what is known of it is filled in")
    parser.add_argument("--namespace", default="matinee", help="name of the room (netns mode)")
    parser.add_argument("--device", default="matinee0", help="name of the tunnel's network device")
    parser.add_argument(
        "--username", default="", help=f"for OpenVPN or a port; the password comes in {TUNNEL_PASSWORD}"
    )
    parser.add_argument("--probe", default="", help="page that tells the caller's address; without it, not compared")
    parser.add_argument("--forward-port", action="store_true", help="ask the provider for a port")
    _port_arguments(parser)
    parser.add_argument("--dns", action="append", default=[], help="DNS server in the tunnel, where the file has none")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between two looks")
    parser.add_argument("--first-handshake", type=float, default=15.0, help="seconds the VPN server may take")
    parser.add_argument("--stale", type=float, default=200.0, help="seconds without handshake after which it is down")
    parser.add_argument("--parent", type=int, help="pid to end with")
    return parser


def _port_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port-by", choices=[each.value for each in By], default="", help="whose call gives a port")
    parser.add_argument("--gateway", default="", help="address that is asked for a port; by default the tunnel's own")
    parser.add_argument("--port-arrives-as", choices=["public", "inner"], default="public", help="for NAT-PMP")
    parser.add_argument("--port-authority", type=Path, help="file of Private Internet Access' certificate authority")
    parser.add_argument("--port-server", default="", help="name in the certificate of their gateway, where known")
    parser.add_argument("--port-program", type=Path, help="program of yours that prints the port")


if __name__ == "__main__":
    main()
