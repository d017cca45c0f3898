"""Private Internet Access: a signed port is kept for two months, also over restarts, and bound every quarter hour."""

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from matinee.engines.tunnel.errand import Porter
from matinee.engines.tunnel.ports import Given
from matinee.engines.tunnel.ways.pia_calls import Lease, read_lease
from matinee.kernel.errors import Refused

log = logging.getLogger(__name__)

BIND_AGAIN = 14 * 60.0  # within the fifteen minutes after which the gateway forgets
_SPARE = 3600.0
_LARGEST_MEMORY = 16 * 1024
MEMORY = "pia.json"


@dataclass(frozen=True, slots=True)
class PiaAccount:
    """Whose port it is, and how the gateway proves to be theirs: `authority` is PEM, `server` a name or empty."""

    username: str
    password: str = field(repr=False)
    authority: str = field(repr=False)
    server: str = ""


class Pia:
    """The port of one account, asked for at the gateway of whichever server the tunnel leads to."""

    def __init__(
        self,
        porter: Porter,
        account: PiaAccount,
        gateway: str,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._porter, self._account, self._clock = porter, account, clock
        self._far = {"gateway": gateway, "server": account.server, "authority": account.authority}
        self._memory = folder / MEMORY

    async def ask(self) -> Given:
        """The port we had as long as it is valid, else another one. Refused when the account or server has none."""
        kept = self._remembered()
        if kept:
            try:
                await self._bind(kept)
                return Given((kept.port,), BIND_AGAIN)
            except Refused as error:
                log.info("the port kept from before is not bound any more, another one is asked for: %s", error)
        lease = await self._signed()
        await self._bind(lease)
        self._remember(lease)
        return Given((lease.port,), BIND_AGAIN)

    async def _signed(self) -> Lease:
        login = {"username": self._account.username, "password": self._account.password}
        token = await self._porter.call("pia_token", **login)
        signed = await self._porter.call("pia_sign", **self._far, token=token)
        return read_lease(signed["payload"], signed["signature"])

    async def _bind(self, lease: Lease) -> None:
        await self._porter.call("pia_bind", **self._far, payload=lease.payload, signature=lease.signature)

    def _remembered(self) -> Lease | None:
        try:
            with self._memory.open("rb") as file:
                told = json.loads(file.read(_LARGEST_MEMORY))
            lease = read_lease(str(told["payload"]), str(told["signature"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, Refused):
            return None
        is_ours = told.get("username") == self._account.username
        return lease if is_ours and lease.expires - _SPARE > self._clock() else None

    def _remember(self, lease: Lease) -> None:
        told = {"username": self._account.username, "payload": lease.payload, "signature": lease.signature}
        beside = self._memory.with_suffix(".new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(told, file)
        beside.replace(self._memory)
