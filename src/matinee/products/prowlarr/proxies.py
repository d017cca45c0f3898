"""The ways that lead to the indexers: proxies, and a FlareSolverr for sites that look at the browser."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from matinee.kernel.errors import MatineeError
from matinee.products.prowlarr.house import House
from matinee.products.prowlarr.labels import Labels
from matinee.products.servarr.failures import Failure, Invalid, failure
from matinee.products.servarr.fields import MASK, Resource, field, filled, id_of, text, values_of, whole
from matinee.products.servarr.tags import labels_of, tag_ids
from matinee.store.indexers import StoredProxy, add_proxy, change_proxy, read_proxies, read_proxy, remove_proxy

_NAMES = {"http": "Http", "socks4": "Socks4", "socks5": "Socks5", "flaresolverr": "FlareSolverr"}


class ProxyProvider:
    """The family of proxies."""

    path = "indexerproxy"

    def __init__(self, house: House, labels: Labels) -> None:
        self._house, self._labels = house, labels

    async def all(self) -> list[Resource]:
        """All proxies."""
        return [_row(one) for one in (await self._house.database.read(read_proxies)).values()]

    async def one(self, id: int) -> Resource:
        """One of them."""
        return _row(await self._house.database.read(lambda db: read_proxy(db, id)))

    async def schema(self) -> list[Resource]:
        """The empty forms of the four kinds."""
        return [_form(kind) for kind in _NAMES]

    async def add(self, resource: Resource, *, force: bool) -> int:
        """A new proxy; it must be there unless it is forced."""
        proxy = await self._read(resource, None)
        await self._must_work(proxy, force)
        new_id = await self._house.database.write(lambda tx: add_proxy(tx, proxy))
        await self._rewire()
        return new_id

    async def change(self, id: int, resource: Resource, *, force: bool) -> None:
        """A proxy as it is to be now."""
        before = await self._house.database.read(lambda db: read_proxy(db, id))
        proxy = await self._read(resource, before)
        if proxy != before:
            await self._must_work(proxy, force)
            await self._house.database.write(lambda tx: change_proxy(tx, proxy))
            await self._rewire()

    async def remove(self, id: int) -> None:
        """Forget a proxy."""
        await self._house.database.write(lambda tx: remove_proxy(tx, id))
        await self._rewire()

    async def test(self, resource: Resource) -> list[Failure]:
        """Go through it once."""
        id = id_of(resource)
        before = (await self._house.database.read(read_proxies)).get(id)
        return await self._tested(await self._read(resource, before))

    async def test_all(self) -> dict[int, list[Failure]]:
        """Go through each once."""
        proxies = (await self._house.database.read(read_proxies)).values()
        return {one.id: await self._tested(one) for one in proxies}

    async def act(self, name: str, resource: Resource) -> Any:
        """Nothing to be done."""
        return {}

    def merged(self, resource: Resource, wanted: Mapping[str, Any]) -> Resource:
        """Only labels can be changed of many at once."""
        return dict(resource)

    async def _rewire(self) -> None:
        if self._house.rewire is not None:
            await self._house.rewire()

    async def _tested(self, proxy: StoredProxy) -> list[Failure]:
        if self._house.test_proxy is None:
            return []
        try:
            await self._house.test_proxy(proxy)
        except MatineeError as error:
            return [failure("Host", str(error))]
        return []

    async def _must_work(self, proxy: StoredProxy, force: bool) -> None:
        if not force and (wrong := await self._tested(proxy)):
            raise Invalid(wrong)

    async def _read(self, resource: Resource, before: StoredProxy | None) -> StoredProxy:
        values = values_of(resource)
        kind = text(resource.get("implementation")).lower()
        if not text(resource.get("name")) or kind not in _NAMES:
            wrong = "Name" if kind in _NAMES else "Implementation"
            raise Invalid([failure(wrong, f"'{wrong}' must not be empty, and be a kind that there is.")])
        password = text(values.get("password"))
        return replace(
            before or StoredProxy(),
            name=text(resource.get("name")),
            kind=kind,
            url=_url(kind, values),
            username=text(values.get("username")),
            password=before.password if before and password == MASK else password,
            tags=labels_of(resource.get("tags"), await self._labels.all()),
        )


def _url(kind: str, values: Mapping[str, Any]) -> str:
    host = text(values.get("host"))
    if kind == "flaresolverr":
        if not host.startswith(("http://", "https://")):
            raise Invalid([failure("Host", "'Host' must begin with http:// or https://")])
        return host.rstrip("/")
    try:
        port = whole(values.get("port"), 0) or 0
    except (ValueError, TypeError, OverflowError):
        port = 0
    if not host or not 0 < port < 65536:
        raise Invalid([failure("Host" if not host else "Port", "a host and a port between 1 and 65535 are expected")])
    return f"{kind}://{host}:{port}"


def _row(proxy: StoredProxy) -> Resource:
    form, parts = _form(proxy.kind), urlsplit(proxy.url)
    values = {
        "host": proxy.url if proxy.kind == "flaresolverr" else parts.hostname,
        "port": parts.port,
        "username": proxy.username,
        "password": proxy.password,
    }
    told = {"id": proxy.id, "name": proxy.name, "tags": tag_ids(proxy.tags)}
    return {**form, **told, "fields": filled(form["fields"], values)}


def _form(kind: str) -> Resource:
    name = _NAMES[kind]
    ports = {"http": 8080, "socks4": 1080, "socks5": 1080}
    fields = [
        field("host", "Host", ""),
        field("port", "Port", ports.get(kind), "number"),
        field("username", "Username", "", privacy="userName"),
        field("password", "Password", "", "password", privacy="password"),
    ]
    solver = [
        field("host", "Host", "http://localhost:8191/"),
        field("requestTimeout", "Request Timeout", 60, "number", advanced=True),
    ]
    return {
        "id": 0,
        "name": "",
        "fields": filled(solver if kind == "flaresolverr" else fields, {}),
        "implementationName": name,
        "implementation": name,
        "configContract": f"{name}Settings",
        "infoLink": f"https://wiki.servarr.com/prowlarr/supported#{kind}",
        "tags": [],
        "presets": [],
        "supportsOnHealthIssue": False,
        "includeHealthWarnings": False,
        "onHealthIssue": False,
        "link": "",
    }
