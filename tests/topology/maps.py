"""Small maps for the tests."""

from typing import Any

from matinee.topology import Topology, read

SMALL: dict[str, Any] = {
    "looks": {"search": {"fill": "#264653", "stroke": "#2a9d8f", "color": "#fff"}},
    "hosts": [{"id": "box-1", "reach": "ssh://root@box-1"}],
    "groups": [{"id": "arrs", "title": "Search & Index", "host": "box-1", "look": "search"}],
    "services": [
        {"id": "user", "title": "User", "role": "person", "shape": "stadium"},
        {"id": "radarr", "title": "Radarr", "subtitle": "Movies", "role": "movies", "group": "arrs"},
        {"id": "prowlarr", "title": "Prowlarr", "role": "indexer", "group": "arrs", "url": "http://box-1:9696"},
    ],
    "links": [
        {"source": "user", "target": "radarr", "label": "Wish", "protocol": "http"},
        {"source": "radarr", "target": "prowlarr", "protocol": "torznab", "style": "dotted"},
    ],
    "flows": [{"name": "Search", "path": "Radarr -> Prowlarr", "protocol": "HTTP", "links": ["radarr-prowlarr"]}],
}


def tables(**changes: Any) -> dict[str, Any]:
    """The small map's tables, some of them changed."""
    return {**SMALL, **changes}


def small(**changes: Any) -> Topology:
    """The small map, some tables changed."""
    return read(tables(**changes))


def with_link(source: str, target: str, **more: Any) -> dict[str, Any]:
    """The small map's tables and one link more."""
    return tables(links=[*SMALL["links"], {"source": source, "target": target, "protocol": "http", **more}])


def with_service(**service: Any) -> dict[str, Any]:
    """The small map's tables and one service more."""
    return tables(services=[*SMALL["services"], service])
