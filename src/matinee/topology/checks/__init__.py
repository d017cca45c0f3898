"""A real question for every kind of link: each protocol is asked in its own words."""

from collections.abc import Callable, Mapping

from matinee.topology.address import Address, parse
from matinee.topology.checks.dns import DnsCheck
from matinee.topology.checks.docker import DockerCheck
from matinee.topology.checks.http import HttpCheck, MetricsCheck, PrometheusCheck
from matinee.topology.checks.lines import NntpCheck, RedisCheck, SshCheck, TcpCheck
from matinee.topology.checks.postgresql import PostgresqlCheck
from matinee.topology.checks.tracker import TrackerCheck
from matinee.topology.model import Group, Link, Protocol, Service, Topology
from matinee.topology.probe import Check

_WEB = ("http", "https")


def checks_for(topology: Topology) -> dict[str, Check]:
    """A check for every declared link that has an address to ask, by the link's id."""
    found = ((link.id, _check_of(topology, link)) for link in topology.links)
    return {id: check for id, check in found if check}


def _check_of(topology: Topology, link: Link) -> Check | None:
    """The check of a service; a whole group is asked where its host is reached."""
    asked = topology.service(link.answering) or topology.group(link.answering)
    if isinstance(asked, Service):
        return check_for(asked, link)
    host = topology.host(asked.host) if isinstance(asked, Group) else None
    return _at(host.name or host.id, host.reach, link.protocol, None) if host and host.reach else None


def check_for(service: Service, link: Link) -> Check | None:
    """The question that fits the link's protocol, for the service that answers; None when it cannot be asked."""
    return _at(service.title, service.url, link.protocol, service.expect) if service.url else None


def _at(name: str, url: str, protocol: Protocol, expect: str | None) -> Check | None:
    """The question at an address."""
    address = parse(url)
    if protocol in _BY_WEB:
        return HttpCheck(name, url, expect) if address.scheme in _WEB else None
    return _BY_PROTOCOL[protocol](name, url, address) if protocol in _BY_PROTOCOL else None


def _docker(name: str, url: str, address: Address) -> Check | None:
    """Docker is reached directly, or through SSH, whose greeting is what can be asked without a key."""
    if address.scheme == "ssh":
        return _ssh(name, url, address)
    return DockerCheck(name, url)


def _ssh(name: str, url: str, address: Address) -> Check | None:
    return SshCheck(name, address.host, address.port_for("ssh"))


def _dns(name: str, url: str, address: Address) -> Check | None:
    """A name to ask for may stand behind the address: dns://pihole:53/plex.home.arpa."""
    asked_name = address.path.strip("/") if address.scheme == "dns" else ""
    return DnsCheck(name, address.host, address.port_for("dns"), asked_name or "localhost")


def _postgresql(name: str, url: str, address: Address) -> Check | None:
    user, database = address.user or "matinee", address.path.strip("/") or "postgres"
    return PostgresqlCheck(name, address.host, address.port_for("postgresql"), user, database)


def _redis(name: str, url: str, address: Address) -> Check | None:
    tls = address.scheme == "rediss"
    port = address.port_for("redis", "rediss")
    return RedisCheck(name, address.host, port, address.user, address.password, tls)


def _nntp(name: str, url: str, address: Address) -> Check | None:
    tls = address.scheme == "nntps"
    return NntpCheck(name, address.host, address.port_for("nntp", "nntps"), tls) if address.host else None


def _tracker(name: str, url: str, address: Address) -> Check | None:
    return TrackerCheck(name, url) if address.scheme in _WEB else None


def _metrics(name: str, url: str, address: Address) -> Check | None:
    return MetricsCheck(name, url) if address.scheme in _WEB else None


def _prometheus(name: str, url: str, address: Address) -> Check | None:
    return PrometheusCheck(name, url) if address.scheme in _WEB else None


def _tcp(name: str, url: str, address: Address) -> Check | None:
    """Any address with a port to knock at."""
    port = address.port or (address.port_for(address.scheme) if address.scheme in (*_WEB, "ssh") else None)
    return TcpCheck(name, address.host, port) if address.host and port else None


_BY_WEB = frozenset({Protocol.HTTP, Protocol.TORZNAB, Protocol.QBITTORRENT, Protocol.SABNZBD})
_BY_PROTOCOL: Mapping[Protocol, Callable[[str, str, Address], Check | None]] = {
    Protocol.BITTORRENT: _tracker,
    Protocol.DNS: _dns,
    Protocol.DOCKER: _docker,
    Protocol.METRICS: _metrics,
    Protocol.NNTP: _nntp,
    Protocol.POSTGRESQL: _postgresql,
    Protocol.PROMETHEUS: _prometheus,
    Protocol.REDIS: _redis,
    Protocol.SSH: _ssh,
    Protocol.TCP: _tcp,
}
