"""Does the web page behind a service answer, and is it the page we expect?"""

from dataclasses import dataclass

from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.topology.address import parse, without_login

_ALIVE = tuple(range(400, 500))  # a page that wants a login is a page that lives


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """GET the address: any status under 500 is a living page; `expect` must stand in it."""

    name: str
    url: str
    expect: str | None = None

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        async with Wire(f"{self.name} at {without_login(self.url)}", parse(self.url).origin) as wire:
            page = await wire.get(self.url, accept=_ALIVE)
            if self.expect and self.expect not in page.text:
                raise Refused(f"{wire.name}: '{self.expect}' is not on its page (HTTP {page.status_code})")
        return f"HTTP {page.status_code}"


@dataclass(frozen=True, slots=True)
class MetricsCheck:
    """GET /metrics: there must be at least one metric in Prometheus' text format."""

    name: str
    url: str

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        address = parse(self.url)
        async with Wire(f"{self.name} at {address.origin}", address.origin) as wire:
            page = await wire.get(address.path if address.path not in ("", "/") else "/metrics")
            families = page.text.count("# TYPE ")
            if not families:
                raise Refused(f"{wire.name}: answers, but with no metrics")
        return f"metrics: {families}"


@dataclass(frozen=True, slots=True)
class PrometheusCheck:
    """GET /-/ready: Prometheus itself says whether it can answer queries."""

    name: str
    url: str

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        address = parse(self.url)
        base = address.origin + address.path.rstrip("/")
        async with Wire(f"{self.name} at {base}", base) as wire:
            page = await wire.get("/-/ready")
            if "ready" not in page.text.lower():
                raise Refused(f"{wire.name}: something else answers in its place")
        return page.text.strip().splitlines()[0][:100]
