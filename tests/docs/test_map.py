"""The map's words in the docs are those of the code."""

from matinee.cli import Format
from matinee.topology.checks import checks_for
from matinee.topology.model import Link, Protocol, Role, Service, Topology
from matinee.topology.report import LinkState
from tests.docs.pages import bare, page, quoted, rows, section

TEXT = page("map.md")
USUAL = "http://there.example:1"


def test_every_protocol_is_told() -> None:
    assert [bare(row["protocol"]) for row in rows(TEXT, "protocol")] == [protocol.value for protocol in Protocol]


def test_every_protocol_is_asked_as_told() -> None:
    for row in rows(TEXT, "protocol"):
        address = next((url for url in quoted(row["`url`"]) if url.endswith("://")), None)
        url = USUAL if address in (None, "http://") else f"{address}there.example:1"
        asked = checks_for(asking(Protocol(bare(row["protocol"])), url))
        assert bool(asked) is (row["how a declared link is asked"] != "not asked"), row["protocol"]


def asking(protocol: Protocol, url: str) -> Topology:
    """Two boxes and a line between them."""
    ends = tuple(Service(id=id, title=id, role=Role.SERVER, url=url) for id in ("here", "there"))
    return Topology(services=ends, links=(Link(source="here", target="there", protocol=protocol),))


def test_every_role_is_told() -> None:
    roles = section(TEXT, "### services").partition("The roles:")[2]
    assert quoted(roles) == [role.value for role in Role]


def test_every_state_is_told() -> None:
    assert [bare(row["state"]) for row in rows(TEXT, "state")] == [state.value for state in LinkState]


def test_every_format_is_told() -> None:
    assert [bare(row["`--format`"]) for row in rows(TEXT, "`--format`")] == [format.value for format in Format]
