"""A tunnel somebody else keeps: a Gluetun, asked how it is and which port leads to us."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

from matinee.kernel.errors import MatineeError, NotFound, Refused
from matinee.kernel.http import Wire
from matinee.pipeline.tunnel_port import Mode, TunnelState
from matinee.products.gluetun.wire import KEY_HEADER, RUNNING, STOPPED, address_of, port_of, status_of

log = logging.getLogger(__name__)

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 120.0
_ASKED_FOR_LOGIN = 401


class GluetunTunnel:
    """The control server at the owner's address (`http://gluetun:8000`), or at a unix socket for our own tunnel.

    `apikey`, or `username` and `password`, are those of a role in Gluetun's config.toml.
    """

    def __init__(
        self,
        url: str,
        *,
        apikey: str = "",
        username: str = "",
        password: str = "",
        uds: str | None = None,
        name: str = "",
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        address = url.strip().rstrip("/").removesuffix("/v1")
        self.name = name or f"Gluetun at {address}"
        headers = {KEY_HEADER: apikey} if apikey else {}
        self._login = {"auth": (username, password)} if username else {}
        self._wire = Wire(self.name, address, headers=headers, timeout=40, uds=uds, transport=transport)

    async def state(self) -> TunnelState:
        """How it is, from what every version of Gluetun tells."""
        status = status_of(await self._get("/v1/vpn/status"), self.name)
        up = status == RUNNING
        return TunnelState(
            Mode.PROXY,
            up=up,
            wanted=status != STOPPED,
            words=f"{self.name} is {status}",
            address_inside=await self.public_address() if up else "",
            port=await self.port() if up else 0,
        )

    async def probe(self) -> str:
        """In words, for the map. Refused while the VPN is down: nothing passes then."""
        state = await self.state()
        if not state.up:
            raise Refused(f"{state.words}: start its VPN; torrents wait until then")
        seen = f", seen as {state.address_inside}" if state.address_inside else ""
        port = f", port {state.port}" if state.port else ""
        return f"the VPN is up{seen}{port}"

    async def public_address(self) -> str:
        """How the world sees what leaves through it; empty while it does not know."""
        return address_of(await self._get("/v1/publicip/ip", may_be_missing=True))

    async def port(self) -> int:
        """The port that leads to us, 0 for none; old versions are asked at the old place."""
        answer = await self._get("/v1/portforward", may_be_missing=True)
        if answer is None:
            answer = await self._get("/v1/openvpn/portforwarded", may_be_missing=True)
        return port_of(answer)

    async def want(self, wanted: bool) -> None:
        """Start its VPN or stop it."""
        await self._send("PUT", "/v1/vpn/status", json={"status": RUNNING if wanted else STOPPED})

    async def whole_state(self, after: int | None = None) -> tuple[int, dict[str, Any]]:
        """Of our own tunnel only: revision and everything; with `after` as soon as there is news (half a minute)."""
        params = {} if after is None else {"after": after}
        answer = self._wire.json(await self._send("GET", "/v1/matinee/tunnel", params=params))
        return int(answer["revision"]), dict(answer["state"])

    async def follow_state(self, on_state: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        """Of our own tunnel only: tell every change of its state, the first one too, until cancelled."""
        revision, wait = None, FIRST_PAUSE / 10
        while True:
            try:
                newest, state = await self.whole_state(revision)
                if newest != revision:
                    revision = newest
                    await on_state(state)
                wait = FIRST_PAUSE / 10
            except MatineeError as error:
                log.warning("the tunnel gives no news: %s", error)
                revision, wait = None, min(wait * 2, LONGEST_PAUSE)
                await asyncio.sleep(wait)

    async def follow_port(self, on_port: Callable[[int], Awaitable[None]], *, pause: float = FIRST_PAUSE) -> None:
        """Tell every change of the port, the first one too, until cancelled; what fails is tried again, later."""
        told, wait = -1, pause
        while True:
            try:
                port = await self.port()
                if port != told:
                    await on_port(port)
                    told = port
                wait = pause
            except MatineeError as error:
                log.warning("the forwarded port is unknown: %s", error)
                wait = min(wait * 2, LONGEST_PAUSE)
            await asyncio.sleep(wait)

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    async def _get(self, path: str, *, may_be_missing: bool = False) -> Any:
        try:
            return self._wire.json(await self._send("GET", path))
        except NotFound:
            if may_be_missing:
                return None
            raise

    async def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        answer = await self._wire.send(method, path, accept=(_ASKED_FOR_LOGIN,), **self._login, **more)
        if answer.status_code == _ASKED_FOR_LOGIN:
            raise Refused(
                f'{self.name}: it does not let us ask "{method} {path}": add that route to a role in its config.toml, '
                "and give us the role's key or password"
            )
        return answer
