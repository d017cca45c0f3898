"""Is a Docker daemon there to be asked?"""

from dataclasses import dataclass

from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.topology.address import parse


@dataclass(frozen=True, slots=True)
class DockerCheck:
    """GET /_ping over tcp://host:port, http(s)://host:port or unix:///path/docker.sock."""

    name: str
    url: str

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        async with self._wire() as wire:
            pong = await wire.get("/_ping")
            if pong.text.strip() != "OK":
                raise Refused(f"{wire.name}: something else than Docker answers there")
        return f"Docker API {pong.headers.get('api-version', 'of unknown version')}"

    def _wire(self) -> Wire:
        """The line to the daemon."""
        address = parse(self.url)
        if address.scheme == "unix":
            return Wire(f"{self.name} at {address.path}", "http://docker", uds=address.path)
        scheme = "https" if address.scheme == "https" else "http"
        base = f"{scheme}://{address.origin.partition('://')[2]}"
        return Wire(f"{self.name} at {base}", base if address.port else f"{base}:2375")
