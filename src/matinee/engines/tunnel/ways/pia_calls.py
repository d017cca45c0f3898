"""The three calls of Private Internet Access: a token for the account, a signed port, and its binding to a server."""

import base64
import binascii
import json
import re
import urllib.parse
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from matinee.engines.tunnel.ways.call import Answer, FarEnd, call, port_in
from matinee.kernel.errors import Refused

WHO = "Private Internet Access"
SITE = FarEnd(f"{WHO}'s site", "www.privateinternetaccess.com")
TOKEN_PATH = "/api/client/v2/token"  # noqa: S105  an address, not a token
GATEWAY_PORT = 19999
_LONGEST = 4096
_WORD = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Lease:
    """A port that is ours until `expires` (Unix time), and the provider's signature under it; both are secret."""

    payload: str = field(repr=False)
    signature: str = field(repr=False)
    port: int
    expires: float


def token(*, username: str, password: str) -> str:
    """For a day. Refused for a wrong login."""
    answer = call(SITE, TOKEN_PATH, form={"username": username, "password": password})
    if answer.status in {400, 401, 403}:
        raise Refused(f"{WHO} refuses user name or password: correct tunnel.username and tunnel.password")
    return _word(answer, "token")


def sign(*, gateway: str, server: str, authority: str, token: str) -> dict[str, str]:
    """Another port than before, signed for two months: payload and signature."""
    answer = _asked_gateway(gateway, server, authority, "getSignature", token=token)
    lease = read_lease(_word(answer, "payload"), _word(answer, "signature"))
    return {"payload": lease.payload, "signature": lease.signature}


def bind(*, gateway: str, server: str, authority: str, payload: str, signature: str) -> None:
    """Lead that port to us; the gateway forgets it after a quarter of an hour."""
    _asked_gateway(gateway, server, authority, "bindPort", payload=payload, signature=signature)


def read_lease(payload: str, signature: str) -> Lease:
    """What stands in it. Refused when it is nothing that we know."""
    try:
        told = json.loads(base64.b64decode(payload, validate=True))
        expires = datetime.fromisoformat(told["expires_at"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(f"{WHO} signs something that is no port: it may have changed its call") from error
    return Lease(
        payload, signature, port_in(told.get("port")), expires.replace(tzinfo=expires.tzinfo or UTC).timestamp()
    )


def _asked_gateway(gateway: str, server: str, authority: str, what: str, **words: str) -> Answer:
    far = FarEnd(f"{WHO}'s gateway {gateway}", server, GATEWAY_PORT, gateway, authority)
    answer = call(far, f"/{what}?{urllib.parse.urlencode(words)}")
    if answer.status != 200 or answer.said.get("status") != "OK":
        raise Refused(f"{far.who} gives no port: choose a server that forwards ports (those in the USA do not)")
    return answer


def _word(answer: Answer, name: str) -> str:
    found: Any = answer.said.get(name)
    if not isinstance(found, str) or len(found) > _LONGEST or not _WORD.fullmatch(found):
        raise Refused(f"{WHO} answers without a {name}: it may have changed its call")
    return found
