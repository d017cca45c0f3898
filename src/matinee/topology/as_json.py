"""The map for the web page and for scripts: everything by name, with the state of every link."""

from typing import Any

from matinee.topology.address import origin_of, without_login
from matinee.topology.drawing import drawings, look_of
from matinee.topology.model import Flow, Group, Host, Link, Service, Topology
from matinee.topology.probe import NOT_ASKED
from matinee.topology.report import LinkState, States, state_of


def as_json(topology: Topology, states: States | None = None, *, in_full: bool = True) -> dict[str, Any]:
    """Plain lists and dictionaries, ready for JSON; addresses come without their logins.

    Not `in_full`, services tell no more than their site and keep their folders to themselves: the path of
    an address may be a passkey.
    """
    states = states or {}
    return {
        "document": topology.document.model_dump(mode="json"),
        "looks": {name: look.model_dump() for name, look in topology.looks.items()},
        "hosts": [_host(host) for host in topology.hosts],
        "groups": [_group(topology, group) for group in topology.groups],
        "services": [_service(topology, service, in_full) for service in topology.services],
        "links": [link_as_json(link, states) for link in topology.links],
        "flows": [_flow(flow, states) for flow in topology.flows],
        "graphs": _graphs(topology),
    }


def _host(host: Host) -> dict[str, Any]:
    """One machine."""
    reach = without_login(host.reach) if host.reach else None
    return {"id": host.id, "name": host.name or host.id, "address": host.address, "reach": reach}


def _group(topology: Topology, group: Group) -> dict[str, Any]:
    """One frame with the ids of its boxes."""
    members = [service.id for service in topology.members(group.id)]
    return {"id": group.id, "title": group.title, "host": group.host, "look": group.look, "services": members}


def _service(topology: Topology, service: Service, in_full: bool) -> dict[str, Any]:
    """One box; its host is that of its frame."""
    group = topology.group(service.group) if service.group else None
    shown = without_login if in_full else origin_of
    return {
        "id": service.id,
        "title": service.title,
        "subtitle": service.subtitle if in_full or not _is_folder(service.subtitle) else None,
        "role": service.role,
        "filled_by": service.filled_by,
        "group": service.group,
        "host": group.host if group else None,
        "shape": service.shape,
        "look": look_of(topology, service),
        "url": shown(service.url) if service.url else None,
    }


def _is_folder(subtitle: str | None) -> bool:
    return subtitle is not None and subtitle.startswith("/")


def link_as_json(link: Link, states: States) -> dict[str, Any]:
    """One line with what its last check found."""
    report = states.get(link.id)
    return {
        "id": link.id,
        "source": link.source,
        "target": link.target,
        "label": link.label,
        "protocol": link.protocol,
        "style": link.style,
        "topic": link.topic,
        "state": report.state if report else LinkState.GREY,
        "reason": report.reason if report else NOT_ASKED,
        "seen": report.seen if report else "",
        "checked_at": report.checked_at.isoformat() if report else None,
        "took_ms": report.took_ms if report else None,
    }


def _flow(flow: Flow, states: States) -> dict[str, Any]:
    """One row of the summary, with the state of all its links together."""
    return {
        "name": flow.name,
        "path": flow.path,
        "protocol": flow.protocol,
        "links": list(flow.links),
        "state": state_of(flow.links, states),
    }


def _graphs(topology: Topology) -> list[dict[str, Any]]:
    """What each picture shows, by ids."""
    return [
        {
            "id": drawing.id,
            "title": drawing.title,
            "direction": drawing.direction,
            "groups": [group.id for group, _ in drawing.groups],
            "outside": [service.id for service in drawing.outside],
            "links": [link.id for link in drawing.links],
        }
        for drawing in drawings(topology)
    ]
