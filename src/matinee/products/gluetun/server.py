"""Our tunnel answers as Gluetun's control server does, so that what was made for that one just works."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from matinee import __version__
from matinee.pipeline.tunnel_metrics import CONTENT_TYPE, tunnel_metrics
from matinee.pipeline.tunnel_port import Tunnel
from matinee.products.gluetun.auth import Role, is_allowed
from matinee.products.gluetun.wire import COMPLETED, CRASHED, RUNNING, STARTING, STOPPED

LARGEST_BODY = 4096
LONGEST_WAIT = 30.0
Handler = Callable[[Request], Awaitable[Response]]


def gluetun_app(tunnel: Tunnel, roles: Iterable[Role], *, lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """The control server over this tunnel. A call that no role allows is answered 401."""
    server, known = _Server(tunnel), tuple(roles)
    calls: dict[tuple[str, str], Handler] = {
        ("GET", "/v1/version"): server.version,
        ("GET", "/v1/publicip/ip"): server.public_ip,
        ("GET", "/v1/portforward"): server.port,
        ("GET", "/v1/openvpn/portforwarded"): server.port,
        ("PUT", "/v1/portforward"): server.not_ours_to_set,
        ("GET", "/v1/dns/status"): server.dns_status,
        ("PUT", "/v1/dns/status"): server.not_ours_to_set,
        ("GET", "/v1/updater/status"): server.updater_status,
        ("PUT", "/v1/updater/status"): server.not_ours_to_set,
        ("GET", "/v1/matinee/tunnel"): server.whole_state,
        ("GET", "/metrics"): server.metrics,
    }
    for kind in ("vpn", "openvpn"):
        calls["GET", f"/v1/{kind}/status"] = server.status
        calls["PUT", f"/v1/{kind}/status"] = server.set_status
        calls["GET", f"/v1/{kind}/settings"] = server.settings
    calls["PUT", "/v1/vpn/settings"] = server.not_ours_to_set
    routes = [Route(path, _guarded(handler, known), methods=[method]) for (method, path), handler in calls.items()]
    return Starlette(routes=routes, lifespan=lifespan)


def _guarded(handler: Handler, roles: tuple[Role, ...]) -> Handler:
    async def answer(request: Request) -> Response:
        if not is_allowed(roles, f"{request.method.replace('HEAD', 'GET')} {request.url.path}", request.headers):
            return PlainTextResponse("Unauthorized\n", 401)
        return await handler(request)

    return answer


class _Server:
    def __init__(self, tunnel: Tunnel) -> None:
        self._tunnel = tunnel

    async def version(self, _request: Request) -> Response:
        return JSONResponse({"version": f"matinee {__version__}", "commit": "", "created": ""})

    async def status(self, _request: Request) -> Response:
        state = self._tunnel.state
        down = CRASHED if state.reconnections else STARTING
        return JSONResponse({"status": RUNNING if state.up else down if state.wanted else STOPPED})

    async def set_status(self, request: Request) -> Response:
        wanted = await _body(request)
        status = wanted.get("status") if isinstance(wanted, dict) else None
        if status not in {RUNNING, STOPPED}:
            return PlainTextResponse('the status must be "running" or "stopped"\n', 400)
        await self._tunnel.want(status == RUNNING)
        return JSONResponse({"outcome": status})

    async def settings(self, _request: Request) -> Response:
        state = self._tunnel.state
        kind = "openvpn" if state.config.endswith((".ovpn", ".openvpn")) else "wireguard"
        return JSONResponse({"type": kind, "provider": {"name": "custom", "server_selection": {"vpn": kind}}})

    async def public_ip(self, _request: Request) -> Response:
        answer = dict.fromkeys(("region", "country", "city", "location", "organization", "postal_code", "timezone"), "")
        return JSONResponse({"public_ip": self._tunnel.state.address_inside, **answer})

    async def port(self, _request: Request) -> Response:
        state = self._tunnel.state
        return JSONResponse({"port": state.port, "ports": state.ports or ([state.port] if state.port else [])})

    async def dns_status(self, _request: Request) -> Response:
        return JSONResponse({"status": RUNNING if self._tunnel.state.up else STOPPED})

    async def updater_status(self, _request: Request) -> Response:
        return JSONResponse({"status": COMPLETED})

    async def not_ours_to_set(self, _request: Request) -> Response:
        return PlainTextResponse("this is set in matinee.toml\n", 405, {"Allow": "GET"})

    async def whole_state(self, request: Request) -> Response:
        """Ours alone: everything, and with `?after=REVISION` as soon as there is news."""
        after = request.query_params.get("after", "")
        if after.isascii() and after.isdigit() and len(after) < 16:
            await self._tunnel.changed_since(int(after), LONGEST_WAIT)
        return JSONResponse({"revision": self._tunnel.revision, "state": self._tunnel.state.as_json()})

    async def metrics(self, _request: Request) -> Response:
        """Ours alone: for Prometheus."""
        return PlainTextResponse(tunnel_metrics(self._tunnel.state), media_type=CONTENT_TYPE)


async def _body(request: Request) -> Any:
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > LARGEST_BODY:
            return None
    try:
        return json.loads(read)
    except ValueError:
        return None
